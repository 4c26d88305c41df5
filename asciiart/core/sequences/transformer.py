"""The encoder-decoder transformer, with the learning rate that it is trained with."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from asciiart.core.layers import build_activation
from asciiart.core.learning.initializers import initialize
from asciiart.core.sequences.attention import (
    KeysValues,
    MultiHeadAttention,
    causal_mask,
    padding_mask,
)
from asciiart.core.sequences.decoding import Step, shift_right, source_lengths


@dataclass(frozen=True)
class TransformerConfig:
    """Sizes and options of a transformer, apart from its vocabularies."""

    embed_dim: int = 128
    """Size E of embeddings and states."""
    num_heads: int = 4
    """Number of attention heads, a divisor of ``embed_dim``."""
    num_layers: int = 2
    """Number of layers of the encoder, and of the decoder."""
    hidden_size: int = 512
    """Hidden units of the position-wise feed-forward network in each layer."""
    dropout: float = 0.1
    """Dropout of embeddings and of each sublayer's output."""
    max_length: int = 512
    """Largest number of positions."""
    pre_norm: bool = True
    """Normalize each sublayer's input; False normalizes after the residual sum, as in the paper."""
    positions: str = "sinusoidal"
    """sinusoidal, learned or none."""
    activation: str = "relu"
    """A name of `core.layers.ACTIVATIONS`."""
    tie_weights: str = "none"
    """none; output, where the target's embedding is also the weight of the output layer; or all,
    where the source's embedding is the same too, as in the paper (section 3.4)."""


def transformer_learning_rate(step: int, embed_dim: int, warmup_steps: int = 4000) -> float:
    """Return the paper's learning rate in step 1, 2, ... (Vaswani et al. 2017, equation 3).

    E^-0.5 min(step^-0.5, step warmup^-1.5): it rises linearly for ``warmup_steps`` and then falls
    with the square root of the step. With torch::

        optimizer = Adam(network.parameters(), lr=1.0, betas=(0.9, 0.98), eps=1e-9)
        schedule = LambdaLR(optimizer, lambda done: transformer_learning_rate(done + 1, 512))

    Raises
    ------
    ValueError
        If ``step`` or ``warmup_steps`` is less than 1.
    """
    if step < 1 or warmup_steps < 1:
        raise ValueError(f"step and warmup_steps must be 1 or more, not {step} and {warmup_steps}")
    return float(embed_dim**-0.5 * min(step**-0.5, step * warmup_steps**-1.5))


def positional_encoding(length: int, embed_dim: int) -> Tensor:
    """Return the sinusoidal encoding (T, E) of positions 0 to T - 1 (Vaswani et al. 2017, 3.5).

    PE(t, 2i) = sin(t / 10000^(2i/E)), PE(t, 2i + 1) = cos(t / 10000^(2i/E)).

    Raises
    ------
    ValueError
        If ``embed_dim`` is odd.
    """
    if embed_dim % 2:
        raise ValueError(f"embed_dim must be even, not {embed_dim}")
    positions = torch.arange(length, dtype=torch.float64).unsqueeze(1)  # (T, 1)
    exponents = torch.arange(0, embed_dim, 2, dtype=torch.float64) / embed_dim  # (E/2,)
    angles = positions / 10000**exponents  # (T, E/2)
    both = torch.stack([angles.sin(), angles.cos()], dim=2)  # (T, E/2, 2)
    return both.flatten(1).float()  # (T, E), sine and cosine in turn


class PositionalEmbedding(nn.Module):
    """Embeds symbols and their positions: (B, T) -> (B, T, E).

    Embeddings have standard deviation 1/√E and are multiplied by √E (Vaswani et al. 2017, section
    3.4), which brings them to the scale of the positions; learned positions follow Gehring et al.
    2017.
    """

    def __init__(self, vocab_size: int, config: TransformerConfig) -> None:
        super().__init__()
        if config.positions not in ("sinusoidal", "learned", "none"):
            raise ValueError(
                f"positions must be sinusoidal, learned or none, not {config.positions!r}"
            )
        self.symbols = nn.Embedding(vocab_size, config.embed_dim)
        nn.init.normal_(self.symbols.weight, 0.0, config.embed_dim**-0.5)
        self.scale = math.sqrt(config.embed_dim)
        self.max_length = config.max_length
        self.dropout = nn.Dropout(config.dropout)
        self.positions: nn.Parameter | Tensor
        if config.positions == "learned":
            self.positions = nn.Parameter(0.1 * torch.randn(config.max_length, config.embed_dim))
        else:
            table = positional_encoding(config.max_length, config.embed_dim)
            table = table if config.positions == "sinusoidal" else torch.zeros_like(table)
            self.register_buffer("positions", table, persistent=False)

    def forward(self, symbols: Tensor, past: int = 0) -> Tensor:
        """Return the vectors (B, T, E) of symbols (B, T) that follow ``past`` others.

        Raises
        ------
        ValueError
            If there are more than ``max_length``.
        """
        end = past + symbols.shape[1]
        if end > self.max_length:
            raise ValueError(f"{end} symbols are more than the {self.max_length} positions")
        vectors = self.symbols(symbols) * self.scale  # (B, T) -> (B, T, E)
        out: Tensor = self.dropout(vectors + self.positions[past:end])
        return out


class FeedForward(nn.Sequential):
    """Position-wise feed-forward network: (B, T, E) -> (B, T, E) (Vaswani et al. 2017, 3.3)."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__(
            nn.Linear(config.embed_dim, config.hidden_size),  # (B, T, E) -> (B, T, hidden)
            build_activation(config.activation),
            nn.Linear(config.hidden_size, config.embed_dim),  # (B, T, hidden) -> (B, T, E)
        )


class Residual(nn.Module):
    """A residual connection around a sublayer: (B, T, E) -> (B, T, E).

    x + sublayer(norm(x)), or, with ``pre_norm=False``, norm(x + sublayer(x)); dropout comes before
    the sum.
    """

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.pre_norm = config.pre_norm
        self.norm = nn.LayerNorm(config.embed_dim)
        self.dropout = nn.Dropout(config.dropout)

    def inner(self, x: Tensor) -> Tensor:
        """Return the sublayer's input (B, T, E) for states x (B, T, E)."""
        out: Tensor = self.norm(x) if self.pre_norm else x
        return out

    def join(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the new states (B, T, E) for states x and the sublayer's output y."""
        added = x + self.dropout(y)
        out: Tensor = added if self.pre_norm else self.norm(added)
        return out

    def forward(self, x: Tensor, sublayer: Callable[[Tensor], Tensor]) -> Tensor:
        """Return the new states (B, T, E)."""
        return self.join(x, sublayer(self.inner(x)))


class EncoderLayer(nn.Module):
    """Self-attention, then a feed-forward network, each with a residual connection.

    Vaswani et al. 2017, section 3.1, except that normalization precedes each sublayer by default
    (Xiong et al. 2020, "On layer normalization in the transformer architecture"), which trains
    without the warm-up that the paper's own order, ``pre_norm=False``, needs.
    """

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.attention = _attention(config)
        self.feed_forward = FeedForward(config)
        self.residuals = nn.ModuleList(Residual(config) for _ in range(2))

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the new states (B, T, E); ``mask`` (B or 1, T or 1, T) is True where to attend."""
        attended, fed = self.residuals
        x = attended(x, lambda y: self.attention(y, y, mask).context)  # (B, T, E)
        out: Tensor = fed(x, self.feed_forward)  # (B, T, E)
        return out


class DecoderLayerState(NamedTuple):
    """The K/V cache of a decoder's layer: of the source, and of the symbols so far."""

    memory: KeysValues
    """Keys and values of the encoder's states, which are the same for every symbol."""
    past: KeysValues | None = None
    """Keys and values of the symbols so far."""
    weights: Tensor | None = None
    """Weights (B, S) of the last symbol's attention to the source, averaged over the heads; None
    unless they were asked for."""


class DecoderLayer(nn.Module):
    """Self-attention, attention to the encoder's states, then a feed-forward network.

    Vaswani et al. 2017, section 3.1; on the order of normalization see `EncoderLayer`.
    """

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.attention = _attention(config)
        self.cross = _attention(config)
        self.feed_forward = FeedForward(config)
        self.residuals = nn.ModuleList(Residual(config) for _ in range(3))

    def forward(
        self,
        x: Tensor,
        memory: Tensor,
        mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
    ) -> Tensor:
        """Return the new states (B, T, E) for x (B, T, E) and the encoder's states (B, S, E).

        ``mask`` (B or 1, T or 1, T) and ``memory_mask`` (B or 1, T or 1, S) are True where to
        attend.
        """
        return self.extend(x, self.start(memory), mask, memory_mask)[0]

    def start(self, memory: Tensor) -> DecoderLayerState:
        """Return the state before the first symbol, for the encoder's states (B, S, E)."""
        return DecoderLayerState(self.cross.project(memory))  # (B, h, S, E/h)

    def extend(
        self,
        x: Tensor,
        state: DecoderLayerState,
        mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        *,
        need_weights: bool = False,
    ) -> tuple[Tensor, DecoderLayerState]:
        """Return the new states (B, T, E) for x, which follows P positions; else as `forward`.

        ``mask`` is (B or 1, T or 1, P + T).
        """
        attended, crossed, fed = cast("Iterable[Residual]", self.residuals)
        y = attended.inner(x)
        seen = self.attention.project(y)  # (B, h, T, E/h)
        if state.past is not None:
            seen = state.past.followed_by(seen)  # (B, h, P + T, E/h)
        x = attended.join(x, self.attention.attend(y, seen, mask).context)  # (B, T, E)
        context, weights = self.cross.attend(
            crossed.inner(x), state.memory, memory_mask, need_weights=need_weights
        )  # (B, T, E), (B, h, T, S)
        x = crossed.join(x, context)  # (B, T, E)
        latest = None if weights is None else weights[:, :, -1].mean(1)  # (B, S)
        return fed(x, self.feed_forward), DecoderLayerState(state.memory, seen, latest)


def _attention(config: TransformerConfig) -> MultiHeadAttention:
    return MultiHeadAttention(config.embed_dim, config.num_heads, dropout=config.dropout)


def _last_norm(config: TransformerConfig) -> nn.Module:
    # Before each sublayer, normalization leaves the sum of all of them as it is: it needs one more.
    return nn.LayerNorm(config.embed_dim) if config.pre_norm else nn.Identity()


class TransformerState(NamedTuple):
    """The state of `Transformer.step`; the first axis of every tensor is the batch."""

    memory_mask: Tensor
    """Mask (B, S), True at the source's symbols."""
    layers: tuple[DecoderLayerState, ...]
    """The K/V cache of each of the decoder's layers."""

    @property
    def past(self) -> int:
        """The number of target symbols so far."""
        seen = self.layers[0].past
        return 0 if seen is None else seen.keys.shape[2]

    @property
    def weights(self) -> Tensor | None:
        """The last layer's weights (B, S), which `greedy` collects."""
        return self.layers[-1].weights


class Transformer(nn.Module):
    """Encoder-decoder transformer (Vaswani et al. 2017, "Attention is all you need").

    Departures: normalization before the sublayers unless ``pre_norm=False`` (see `EncoderLayer`);
    embeddings and output layer share no weights unless ``tie_weights`` says so; initial weights are
    Xavier's (the paper does not say).

    It is decoded by `greedy` and `beam_search` of `core.sequences.decoding`, with a K/V cache, so
    that each step processes one symbol.

    Raises
    ------
    ValueError
        If ``tie_weights`` is unknown, or is all although the vocabularies differ in size.
    """

    def __init__(
        self, source_vocab_size: int, target_vocab_size: int, config: TransformerConfig
    ) -> None:
        super().__init__()
        self.source = PositionalEmbedding(source_vocab_size, config)
        self.target = PositionalEmbedding(target_vocab_size, config)
        self.encoder = nn.ModuleList(EncoderLayer(config) for _ in range(config.num_layers))
        self.decoder = nn.ModuleList(DecoderLayer(config) for _ in range(config.num_layers))
        self.encoder_norm = _last_norm(config)
        self.decoder_norm = _last_norm(config)
        self.head = nn.Linear(config.embed_dim, target_vocab_size)
        initialize(self, "xavier_uniform")
        self._tie(config.tie_weights)

    def _tie(self, which: str) -> None:
        if which not in ("none", "output", "all"):
            raise ValueError(f"tie_weights must be none, output or all, not {which!r}")
        if which != "none":
            self.head.weight = self.target.symbols.weight  # (V, E)
        if which == "all":
            if self.source.symbols.weight.shape != self.target.symbols.weight.shape:
                raise ValueError("tie_weights all needs one vocabulary for source and target")
            self.source.symbols.weight = self.target.symbols.weight  # (V, E)

    def encode(self, source: Tensor, lengths: Tensor) -> Tensor:
        """Return the states (B, S, E) of sources (B, S) with ``lengths`` (B,)."""
        mask = padding_mask(lengths, source.shape[1]).unsqueeze(1)  # (B, 1, S)
        x = self.source(source)  # (B, S, E)
        for layer in self.encoder:
            x = layer(x, mask)
        out: Tensor = self.encoder_norm(x)
        return out

    def forward(self, source: Tensor, target: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Return the logits (B, T, V) of each target symbol, given those before it.

        Parameters
        ----------
        source
            (B, S).
        target
            (B, T), as in `core.sequences.decoding`: without START, END last, then PAD, which
            changes no earlier logits.
        lengths
            (B,), 1 to S, the lengths of the sources; by default the number of symbols before PAD.
        """
        logits, _ = self.extend(shift_right(target), self.start(source, lengths))
        return logits

    def start(self, source: Tensor, lengths: Tensor | None = None) -> TransformerState:
        """Return the state before the first symbol."""
        lengths = source_lengths(source) if lengths is None else lengths  # (B,)
        memory = self.encode(source, lengths)  # (B, S, E)
        mask = padding_mask(lengths, source.shape[1])  # (B, S)
        return TransformerState(mask, tuple(layer.start(memory) for layer in self._decoder()))

    def _decoder(self) -> Iterable[DecoderLayer]:
        return cast("Iterable[DecoderLayer]", self.decoder)

    def extend(
        self, symbols: Tensor, state: TransformerState, *, need_weights: bool = False
    ) -> Step[TransformerState]:
        """Return the logits (B, T, V) after each of ``symbols`` (B, T), and the new state.

        Raises
        ------
        ValueError
            If there are more than ``max_length``, those before included.
        """
        past = state.past
        mask = causal_mask(symbols.shape[1], past, device=symbols.device)  # (1, T, P + T)
        memory_mask = state.memory_mask.unsqueeze(1)  # (B, 1, S)
        x = self.target(symbols, past)  # (B, T) -> (B, T, E)
        grown = []
        for layer, before in zip(self._decoder(), state.layers, strict=True):
            x, after = layer.extend(x, before, mask, memory_mask, need_weights=need_weights)
            grown.append(after)
        logits = self.head(self.decoder_norm(x))  # (B, T, E) -> (B, T, V)
        return Step(logits, TransformerState(state.memory_mask, tuple(grown)))

    def step(self, symbols: Tensor, state: TransformerState) -> Step[TransformerState]:
        """Return the logits (B, V) of the symbol after ``symbols`` (B,), and the new state."""
        logits, state = self.extend(symbols.unsqueeze(1), state, need_weights=True)  # (B, 1, V)
        return Step(logits[:, -1], state)
