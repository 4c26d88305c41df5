"""Sequence to sequence: encoder, decoder and attention.

Sutskever et al. 2014 (no attention), Bahdanau et al. 2015 (additive), Luong et al. 2015 (dot,
general, concat). Sequences are integers with the special symbols of `core.sequences.decoding`,
which also has the searches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.trainer import StepLoss
from asciiart.core.sequences.attention import Attended, build_attention, padding_mask
from asciiart.core.sequences.decoding import (
    END,
    PAD,
    START,
    Step,
    beam_search,
    greedy,
    shift_right,
    source_lengths,
)
from asciiart.core.sequences.recurrent import Recurrent, build_cell, run_cell

__all__ = [
    "END",
    "PAD",
    "START",
    "DecoderState",
    "RecurrentDecoder",
    "RecurrentEncoder",
    "Seq2Seq",
    "Seq2SeqConfig",
    "beam_search",
    "greedy",
    "teacher_forcing_loss",
]


@dataclass(frozen=True)
class Seq2SeqConfig:
    """Sizes of a `Seq2Seq`."""

    embedding_dim: int = 64
    """Size E of a symbol's embedding."""
    hidden_size: int = 128
    """Units D of the encoder (both directions together) and of the decoder."""
    num_layers: int = 1
    """Number of layers of the encoder, and of the decoder."""
    bidirectional: bool = True
    """Whether the encoder reads in both directions."""
    input_feeding: bool = False
    """Whether the decoder sees the attentional vector of the last step (Luong et al. 2015, 3.3)."""
    dropout: float = 0.0
    """Dropout of embeddings, between layers and before the output layer."""


class DecoderState(NamedTuple):
    """The state of a `RecurrentDecoder`; fields that only attention needs are None without it."""

    hidden: tuple[Tensor, ...]
    """State of the recurrent layers, each (B, layers, D)."""
    fed: Tensor | None
    """Attentional vector (B, 1, D) of the last step, for input feeding."""
    memory: Tensor | None
    """The encoder's outputs (B, S, D), which are attended to."""
    prepared: Tensor | None
    """The outputs as the attention prepared them, (B, S, D)."""
    mask: Tensor | None
    """Mask (B, S), True where the source is not padding."""
    weights: Tensor | None
    """Attention weights (B, S) of the last step."""


class RecurrentEncoder(nn.Module):
    """Recurrent encoder: symbols (B, S) -> outputs (B, S, D) and the final state.

    If it is bidirectional, each direction has D/2 units and the decoder starts from the two final
    states, concatenated; Bahdanau et al. compute the start from the backward one, Sutskever et al.
    reverse the source.

    Raises
    ------
    ValueError
        If it is bidirectional and D is odd.
    """

    def __init__(self, vocab_size: int, *, cell: str, config: Seq2SeqConfig) -> None:
        super().__init__()
        if config.bidirectional and config.hidden_size % 2:
            raise ValueError(
                f"hidden_size must be even for two directions, not {config.hidden_size}"
            )
        self.num_layers = config.num_layers
        self.embed = nn.Embedding(vocab_size, config.embedding_dim, padding_idx=PAD)
        self.dropout = nn.Dropout(config.dropout)
        self.cell = build_cell(
            cell,
            config.embedding_dim,
            config.hidden_size // (2 if config.bidirectional else 1),
            num_layers=config.num_layers,
            bidirectional=config.bidirectional,
            dropout=config.dropout,
        )

    def forward(self, source: Tensor, lengths: Tensor) -> Recurrent:
        """Return the outputs, 0 after ``lengths`` (B,), and each layer's state at that point."""
        x = self.dropout(self.embed(source))  # (B, S) -> (B, S, E)
        seen = run_cell(self.cell, x, lengths=lengths)  # (B, S, D)
        state = tuple(part.reshape(len(part), self.num_layers, -1) for part in seen.state)
        return Recurrent(seen.outputs, state)  # state: (B, L·2, D/2) -> (B, L, D)


class RecurrentDecoder(nn.Module):
    """Recurrent decoder with attention: symbols (B, T) -> logits (B, T, V).

    ``additive`` attends with the state before the step, and the context enters the recurrent layer
    (Bahdanau et al. 2015); ``dot``, ``general`` and ``concat`` attend with the state after the step
    (Luong et al. 2015, global attention). In both cases the logits come from Luong's attentional
    vector tanh(W [context; output]); Bahdanau et al. have a maxout layer that also sees the last
    symbol. Without attention they come from the output (Sutskever et al. 2014).
    """

    def __init__(
        self, vocab_size: int, *, attention: str | None, cell: str, config: Seq2SeqConfig
    ) -> None:
        super().__init__()
        size = config.hidden_size
        self.attend_first = attention == "additive"
        self.feeds = config.input_feeding and attention is not None and not self.attend_first
        self.embed = nn.Embedding(vocab_size, config.embedding_dim, padding_idx=PAD)
        self.dropout = nn.Dropout(config.dropout)
        self.cell = build_cell(
            cell,
            config.embedding_dim + (size if self.attend_first or self.feeds else 0),
            size,
            num_layers=config.num_layers,
            dropout=config.dropout,
        )
        self.attention = None if attention is None else build_attention(attention, size, size)
        self.combine = None if attention is None else nn.Linear(2 * size, size, bias=False)
        self.out = nn.Linear(size, vocab_size)

    def start(self, encoded: Recurrent, mask: Tensor) -> DecoderState:
        """Return the state before the first symbol."""
        if self.attention is None:
            return DecoderState(encoded.state, None, None, None, None, None)
        memory = encoded.outputs  # (B, S, D)
        fed = torch.zeros_like(memory[:, :1]) if self.feeds else None  # (B, 1, D)
        return DecoderState(encoded.state, fed, memory, self.attention.prepare(memory), mask, None)

    def forward(self, symbols: Tensor, state: DecoderState) -> Step[DecoderState]:
        """Return the logits (B, T, V) after each of ``symbols`` (B, T)."""
        x = self.dropout(self.embed(symbols))  # (B, T) -> (B, T, E)
        if not (self.attend_first or self.feeds):
            return self._run(x, state)
        logits = []
        for now in x.split(1, 1):  # each step needs the attention of the one before: (B, 1, E)
            step = self._run(now, state)
            logits.append(step.logits)
            state = step.state
        return Step(torch.cat(logits, 1), state)  # (B, T, V)

    def _run(self, x: Tensor, state: DecoderState) -> Step[DecoderState]:
        """Process embedded symbols (B, T, E) at once; T is 1 if a step needs the one before."""
        seen: Attended | None = None
        if self.attend_first:
            seen = self._attend(state.hidden[0][:, -1:], state)  # top layer: (B, 1, D)
            x = torch.cat([x, seen.context], 2)  # (B, 1, E + D)
        elif state.fed is not None:
            x = torch.cat([x, state.fed], 2)  # (B, 1, E + D)
        output, hidden = run_cell(self.cell, x, state.hidden)  # (B, T, D)
        if self.combine is not None:
            seen = self._attend(output, state) if seen is None else seen
            both = torch.cat([seen.context, output], 2)  # (B, T, 2D)
            output = self.combine(both).tanh()  # (B, T, D)
        state = state._replace(
            hidden=hidden,
            fed=output if self.feeds else None,  # T is 1: (B, 1, D)
            weights=None if seen is None else seen.weights[:, -1],  # (B, T, S) -> (B, S)
        )
        return Step(self.out(self.dropout(output)), state)  # (B, T, V)

    def _attend(self, query: Tensor, state: DecoderState) -> Attended:
        assert self.attention is not None  # own invariant: `forward` asks only then
        seen: Attended = self.attention(query, state.memory, state.mask, prepared=state.prepared)
        return seen


class Seq2Seq(nn.Module):
    """Encoder and decoder (Sutskever et al. 2014) with ``attention`` by name, or None.

    Both vocabularies include the special ones. The network is trained by teacher forcing.

    Raises
    ------
    ValueError
        If the attention or the cell is unknown.
    """

    def __init__(
        self,
        source_vocab_size: int,
        target_vocab_size: int,
        *,
        attention: str | None = None,
        cell: str = "gru",
        config: Seq2SeqConfig = Seq2SeqConfig(),
    ) -> None:
        super().__init__()
        self.encoder = RecurrentEncoder(source_vocab_size, cell=cell, config=config)
        self.decoder = RecurrentDecoder(
            target_vocab_size, attention=attention, cell=cell, config=config
        )

    def start(self, source: Tensor, lengths: Tensor | None = None) -> DecoderState:
        """Encode ``source`` (B, S); by default ``lengths`` (B,) count the symbols before PAD."""
        lengths = source_lengths(source) if lengths is None else lengths
        encoded: Recurrent = self.encoder(source, lengths)
        return self.decoder.start(encoded, padding_mask(lengths, source.shape[1]))

    def step(self, symbols: Tensor, state: DecoderState) -> Step[DecoderState]:
        """Return the logits (B, V) of the symbol after ``symbols`` (B,), and the new state."""
        out: Step[DecoderState] = self.decoder(symbols[:, None], state)  # (B, 1, V)
        return Step(out.logits[:, 0], out.state)  # (B, V)

    def forward(self, source: Tensor, target: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Return the logits (B, T, V) of each target symbol, given those before it."""
        out: Step[DecoderState] = self.decoder(shift_right(target), self.start(source, lengths))
        return out.logits


def teacher_forcing_loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> StepLoss:
    """Return the mean cross-entropy of the target's symbols, PAD excluded, for `Trainer`.

    ``batch`` is (source, target); the model maps both to logits (B, T, V). The score ``exact`` is
    the share of targets in which every symbol is the most probable one.
    """
    source, target = batch
    logits: Tensor = model(source, target)  # (B, T, V)
    loss = functional.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=PAD)
    right = (logits.argmax(-1) == target) | (target == PAD)  # (B, T)
    return StepLoss(loss, {"exact": right.all(1).float().mean()})
