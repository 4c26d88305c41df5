"""Recurrent networks: RNN, LSTM and GRU, stacked and bidirectional, for every arity.

The layers are torch's: the RNN of Elman 1990; the LSTM of Hochreiter and Schmidhuber 1997 with the
forget gate of Gers et al. 2000 and no peepholes; the GRU of Cho et al. 2014 with the reset gate
after the recurrent product (``gru``). The GRU as it is taught, with the reset gate before it, is
our own (``gru_cho``, in `core.sequences.cells`). Bidirectional layers follow Schuster and Paliwal
1997. tests/core/sequences/test_recurrent.py has the equations.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from asciiart.core.layers import build_activation
from asciiart.core.learning.trainer import StepLoss
from asciiart.core.sequences.cells import GRU
from asciiart.core.sequences.decoding import draw_symbols

State = tuple[Tensor, ...]
"""(h,) of RNN and GRU, (h, c) of LSTM; each (B, L * directions, D), the batch first."""

RecurrentLayers = nn.RNN | nn.LSTM | nn.GRU | GRU

CELLS: dict[str, Callable[..., RecurrentLayers]] = {
    "rnn": partial(nn.RNN, batch_first=True),
    "lstm": partial(nn.LSTM, batch_first=True),
    "gru": partial(nn.GRU, batch_first=True),
    "gru_cho": GRU,
}
"""Name -> constructor of recurrent layers."""

ARITIES = ("one-to-one", "one-to-many", "many-to-one", "many-to-many")
"""Number of inputs and outputs of a `SequenceModel`, as in the first figure of Karpathy 2015, The
unreasonable effectiveness of recurrent neural networks."""


class Recurrent(NamedTuple):
    """The output of recurrent layers for a sequence."""

    outputs: Tensor
    """Outputs of the last layer, (B, T, directions * D), the directions concatenated."""
    state: State
    """State of all layers after the last step."""


def build_cell(
    name: str,
    input_size: int,
    hidden_size: int,
    *,
    num_layers: int = 1,
    bidirectional: bool = False,
    dropout: float = 0.0,
) -> RecurrentLayers:
    """Return the recurrent layers called ``name``; ``dropout`` applies between layers.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    if name not in CELLS:
        raise ValueError(f"cell {name!r} is unknown (there are: {', '.join(CELLS)})")
    return CELLS[name](
        input_size,
        hidden_size,
        num_layers,
        bidirectional=bidirectional,
        dropout=dropout if num_layers > 1 else 0.0,  # torch warns where there is nothing between
    )


def run_cell(
    cell: RecurrentLayers,
    x: Tensor,
    state: State | None = None,
    *,
    lengths: Tensor | None = None,
) -> Recurrent:
    """Run ``cell`` over x (B, T, I) from ``state``, by default zeros.

    With ``lengths`` (B,) each sequence ends at its own length: the state is that of its last step,
    the backward direction begins there, and later outputs are 0.

    Raises
    ------
    ValueError
        If ``x`` has another number of dimensions, or a length is not in 1 to T.
    """
    if x.ndim != 3:
        raise ValueError(f"x must be (B, T, I), not {tuple(x.shape)}")
    first = None
    if state is not None:
        parts = [part.transpose(0, 1).contiguous() for part in state]  # (B, L, D) -> (L, B, D)
        first = parts[0] if len(parts) == 1 else tuple(parts)
    if lengths is not None and (lengths.min() < 1 or lengths.max() > x.shape[1]):
        raise ValueError(f"lengths must be from 1 to {x.shape[1]}, not {lengths.tolist()}")
    if isinstance(cell, GRU):
        outputs, last = cell(x, first, lengths=lengths)  # (B, T, D)
    elif lengths is None:
        outputs, last = cell(x, first)  # (B, T, D)
    else:
        packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
        outputs, last = cell(packed, first)
        outputs, _ = pad_packed_sequence(outputs, batch_first=True, total_length=x.shape[1])
    parts = list(last) if isinstance(last, tuple) else [last]
    return Recurrent(outputs, tuple(part.transpose(0, 1) for part in parts))  # (B, L, D)


@dataclass(frozen=True)
class RecurrentConfig:
    """The recurrent layers of a `SequenceModel`."""

    cell: str = "lstm"
    """A name of `CELLS`."""
    hidden_size: int = 128
    """Units of each layer and direction, D."""
    num_layers: int = 1
    """Number of stacked layers."""
    bidirectional: bool = False
    """Whether the sequence is read in both directions."""
    dropout: float = 0.0
    """Dropout between layers and before the output layer (Zaremba et al. 2014)."""


class SequenceOutput(NamedTuple):
    """The output of a `SequenceModel`."""

    outputs: Tensor
    """Values or logits, (B, K) or (B, T, K) depending on the arity."""
    state: State
    """The state from which the sequence can be continued."""


class SequenceModel(nn.Module):
    """Recurrent layers with a linear output, of a given arity.

    =============  ===================  ==========================================
    one-to-one     (B, I) -> (B, K)     one step
    one-to-many    (B, I) -> (B, T, K)  the input at the first of ``steps``, then zeros
    many-to-one    (B, T, I) -> (B, K)  from the last layer's last state, of both directions
    many-to-many   (B, T, I) -> (B, T, K)  one output for each input
    =============  ===================  ==========================================

    With ``embedding_dim`` the inputs are integers below ``in_features``, (B,) or (B, T), embedded
    in that many dimensions: many-to-many over symbols is a language model (Mikolov et al. 2010).
    ``output_activation`` comes after the linear output: with ``tanh`` and the cell ``rnn`` it is
    the network s' = tanh(U x + W s), o = tanh(V s') of most lectures on Elman 1990.

    Raises
    ------
    ValueError
        If the arity, the cell or the activation is unknown.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        arity: str = "many-to-many",
        embedding_dim: int | None = None,
        steps: int = 1,
        output_activation: str = "identity",
        config: RecurrentConfig = RecurrentConfig(),
    ) -> None:
        super().__init__()
        if arity not in ARITIES:
            raise ValueError(f"arity {arity!r} is unknown (there are: {', '.join(ARITIES)})")
        self.config = config
        self.takes_one, self.gives_one = arity.startswith("one"), arity.endswith("one")
        self.steps = steps if arity == "one-to-many" else 1
        self.directions = 2 if config.bidirectional else 1
        self.embed: nn.Module = nn.Identity()
        if embedding_dim is not None:
            self.embed = nn.Embedding(in_features, embedding_dim)
        self.cell = build_cell(
            config.cell,
            in_features if embedding_dim is None else embedding_dim,
            config.hidden_size,
            num_layers=config.num_layers,
            bidirectional=config.bidirectional,
            dropout=config.dropout,
        )
        self.dropout = nn.Dropout(config.dropout)
        self.out = nn.Linear(config.hidden_size * self.directions, out_features)
        self.activation = build_activation(output_activation)

    def forward(
        self, x: Tensor, state: State | None = None, *, lengths: Tensor | None = None
    ) -> SequenceOutput:
        """Return the outputs for ``x`` and the state after it.

        ``state`` continues an earlier call; ``lengths`` (B,) are the lengths of the sequences.
        """
        x = self.embed(x)  # (B,) -> (B, E), (B, T) -> (B, T, E)
        if self.takes_one:
            x = functional.pad(x[:, None], (0, 0, 0, self.steps - 1))  # (B, I) -> (B, T, I)
        seen = run_cell(self.cell, x, state, lengths=lengths)
        features = seen.outputs  # (B, T, directions * D)
        if self.gives_one:
            features = seen.state[0][:, -self.directions :].flatten(1)  # (B, L, D) -> (B, dir * D)
        outputs = self.activation(self.out(self.dropout(features)))  # (B, K) or (B, T, K)
        return SequenceOutput(outputs, seen.state)


class Window(NamedTuple):
    """A window of several texts that are read in parallel."""

    inputs: Tensor
    """Symbols (B, T)."""
    targets: Tensor
    """The following symbols (B, T)."""
    first: bool
    """Whether the window begins the texts."""


def truncated_windows(symbols: Tensor, batch_size: int, window: int) -> Callable[[int], Window]:
    """Return a function that gives the window of a step (from 0), for `Trainer`.

    The text ``symbols`` (N,) is cut into ``batch_size`` streams and those into windows. Each step's
    window follows that of the step before, and the last is followed by the first. Symbols left over
    at the end are dropped. A step's window depends on the step alone.

    Raises
    ------
    ValueError
        If the text is too short for one window.
    """
    if batch_size < 1 or window < 1:
        raise ValueError(f"batch_size and window must be positive, not {batch_size} and {window}")
    count = (len(symbols) - 1) // (batch_size * window)  # windows of a stream; -1 for the target
    if count < 1:
        raise ValueError(f"{len(symbols)} symbols are too few for {batch_size} x {window}")
    used = batch_size * count * window
    inputs = symbols[:used].view(batch_size, -1)  # (N,) -> (B, N/B)
    targets = symbols[1 : used + 1].view(batch_size, -1)  # (N,) -> (B, N/B)

    def batch(step: int) -> Window:
        start = step % count * window
        piece = slice(start, start + window)
        return Window(inputs[:, piece], targets[:, piece], start == 0)  # (B, T)

    return batch


class Stateful(nn.Module):
    """Truncated backpropagation through time over a many-to-many model (Williams and Peng 1990).

    Each call starts from the state that the previous call left, detached from its graph: the
    gradient ends at the beginning of the window but the memory does not. (This is the paper's
    BPTT(h; h') with h = h' = window.)

    The state is kept in buffers of this module, so that a `Trainer` saves it with its checkpoints
    and a resumed run gives exactly the weights of an uninterrupted one. The state is carried in
    evaluation mode too; reset it with ``first``.
    """

    hidden: Tensor
    memory: Tensor | None

    def __init__(self, model: SequenceModel, batch_size: int) -> None:
        super().__init__()
        self.model = model
        config = model.config
        shape = (batch_size, config.num_layers * model.directions, config.hidden_size)  # (B, L, D)
        self.register_buffer("hidden", torch.zeros(shape))
        self.register_buffer("memory", torch.zeros(shape) if config.cell == "lstm" else None)

    def forward(self, x: Tensor, first: bool = False) -> Tensor:
        """Return the outputs (B, T, K); ``first`` resets the state before."""
        state = tuple(part for part in (self.hidden, self.memory) if part is not None)
        out: SequenceOutput = self.model(x, None if first else state)
        self.hidden = out.state[0].detach()  # (B, L, D)
        if self.memory is not None:
            self.memory = out.state[1].detach()  # (B, L, D)
        return out.outputs


def truncated_loss(model: nn.Module, batch: Window) -> StepLoss:
    """Return the cross-entropy of a `Stateful` language model over a window, for `Trainer`.

    The score ``bits`` is the cross-entropy in bits per symbol.
    """
    logits: Tensor = model(batch.inputs, batch.first)  # (B, T, V)
    loss = functional.cross_entropy(logits.flatten(0, 1), batch.targets.flatten())
    return StepLoss(loss, {"bits": loss.detach() / math.log(2)})


@torch.no_grad()
def sample(
    model: SequenceModel,
    prompt: Tensor,
    steps: int,
    *,
    temperature: float = 1.0,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Return the ``steps`` symbols (B, T) with which a language model continues ``prompt`` (B, P).

    Logits are divided by ``temperature``; at 0 the most probable symbol is taken. The model should
    be in evaluation mode.

    Raises
    ------
    ValueError
        If the temperature is negative, or the model is bidirectional.
    """
    if temperature < 0:
        raise ValueError(f"temperature must not be negative, not {temperature}")
    if model.config.bidirectional:
        raise ValueError("a model that is bidirectional=True cannot be sampled: it reads the end")
    out: SequenceOutput = model(prompt)
    symbols: list[Tensor] = []
    for _ in range(steps):
        logits = out.outputs[:, -1]  # (B, T, V) -> (B, V)
        if temperature == 0:
            chosen = logits.argmax(-1, keepdim=True)  # (B, 1)
        else:
            odds = (logits / temperature).softmax(-1)
            chosen = draw_symbols(odds, generator)[:, None]  # (B, V) -> (B, 1)
        symbols.append(chosen)
        out = model(chosen, out.state)
    return torch.cat(symbols, 1) if symbols else prompt[:, :0]  # (B, T)
