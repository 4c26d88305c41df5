"""Greedy search and beam search over any network that generates symbol by symbol.

Symbols are integers: PAD fills up a batch, START precedes a sequence without being part of it, and
END is its last symbol.
"""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import torch
from torch import Tensor
from torch.nn import functional

PAD, START, END = 0, 1, 2
"""The special symbols of all vocabularies."""

State = TypeVar("State", bound="tuple[Any, ...]")


class Step(NamedTuple, Generic[State]):
    """The output of a decoder for one symbol."""

    logits: Tensor
    """Logits (B, V) of the next symbol."""
    state: State
    """The state to continue from."""


class StepDecoder(Protocol[State]):
    """The interface of a network that `greedy` and `beam_search` can decode.

    Its state is a tuple (for instance a NamedTuple) of tensors whose first axis is the batch, of
    None and of such tuples, so that the search can select rows of it. If it has a field
    ``weights``, (B, ..., S), greedy search collects it.
    """

    def start(self, source: Tensor, lengths: Tensor) -> State:
        """Return the state before the first step, for ``source`` (B, ...)."""

    def step(self, symbols: Tensor, state: State) -> tuple[Tensor, State]:
        """Take the latest symbols (B,), START at first, and return a `Step` or a tuple like it."""


class Decoded(NamedTuple):
    """The result of greedy search."""

    symbols: Tensor
    """Symbols (B, T): without START, with END, then PAD."""
    log_probability: Tensor
    """Log probability (B,) of the symbols, END included."""
    weights: Tensor | None
    """Attention weights of each step, (B, T, ..., S), if there are any."""


class Hypotheses(NamedTuple):
    """The result of beam search, best first."""

    symbols: Tensor
    """Symbols (B, width, T): without START, with END, then PAD."""
    log_probability: Tensor
    """Log probability (B, width); -inf, with all symbols PAD, if there are fewer sequences."""
    score: Tensor
    """Length-normalized log probability (B, width), by which beam search ranks."""


def draw_symbols(odds: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Return a symbol (B,) drawn from each row of ``odds`` (B, V), on their device.

    The random numbers are drawn where the generator is, so that one of the CPU gives the same
    symbols wherever the network runs.
    """
    here = odds if generator is None else odds.to(generator.device)
    return here.multinomial(1, generator=generator)[:, 0].to(odds.device)  # (B, 1) -> (B,)


def source_lengths(source: Tensor) -> Tensor:
    """Return the number of symbols (B,) before the padding of each source (B, S)."""
    return (source != PAD).flatten(1).sum(1)


def shift_right(target: Tensor) -> Tensor:
    """Return the input of teacher forcing for targets (B, T): START, then all symbols but one."""
    return functional.pad(target[:, :-1], (1, 0), value=START)  # (B, T)


def select_rows(state: State, rows: Tensor) -> State:
    """Return the state with the batch's ``rows`` (N,), which may repeat."""

    def select(part: Any) -> Any:
        if isinstance(part, Tensor):
            return part[rows]
        return part if part is None else select_rows(part, rows)

    parts = map(select, state)
    return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)


def _log_probabilities(logits: Tensor) -> Tensor:
    log_probability = logits.log_softmax(-1)  # not normalized again after the next line
    log_probability[:, [PAD, START]] = -torch.inf  # no sequence has them before its END
    return log_probability


@torch.no_grad()
def greedy(
    model: StepDecoder[State], source: Tensor, lengths: Tensor | None = None, *, max_steps: int
) -> Decoded:
    """Take the most probable symbol at each step, until END or ``max_steps``.

    The model should be in evaluation mode.

    Raises
    ------
    ValueError
        If ``max_steps`` is not positive.
    """
    if max_steps < 1:
        raise ValueError(f"max_steps must be positive, not {max_steps}")
    state = model.start(source, source_lengths(source) if lengths is None else lengths)
    last = torch.full((len(source),), START, device=source.device)  # (B,)
    ended = torch.zeros_like(last, dtype=torch.bool)
    total = torch.zeros_like(last, dtype=torch.float)
    symbols, weights = [], []
    for _ in range(max_steps):
        logits, state = model.step(last, state)
        best, last = _log_probabilities(logits).max(-1)  # (B, V) -> (B,), (B,)
        last = last.masked_fill(ended, PAD)
        total = total + best.masked_fill(ended, 0.0)
        ended = ended | (last == END)
        symbols.append(last)
        weights.append(getattr(state, "weights", None))
        if ended.all():
            break
    seen = [step for step in weights if step is not None]
    return Decoded(torch.stack(symbols, 1), total, torch.stack(seen, 1) if seen else None)


class _Beams(NamedTuple):
    symbols: Tensor  # (B, W, T), START at first
    log_probability: Tensor  # (B, W)
    score: Tensor  # (B, W)
    lengths: Tensor  # (B, W)
    ended: Tensor  # (B, W)


def _first_beams(count: int, width: int, device: torch.device) -> _Beams:
    total = torch.full((count, width), -torch.inf, device=device)
    total[:, 0] = 0.0  # all beams are alike at first, so only one of them counts
    zeros = torch.zeros(count, width, dtype=torch.long, device=device)
    return _Beams(zeros[..., None] + START, total, total, zeros, zeros.bool())


def _extend(beams: _Beams, steps: Tensor, length_power: float) -> tuple[_Beams, Tensor]:
    """Return the best of all beams extended by one symbol, (B, W, V), and their origins."""
    width, vocabulary = steps.shape[1:]
    stay = torch.full_like(steps[0, 0], -torch.inf)  # (V,)
    stay[PAD] = 0.0  # what has ended stays as it is, and competes
    steps = torch.where(beams.ended[..., None], stay, steps)  # (B, W, V)
    totals = (beams.log_probability[..., None] + steps).flatten(1)  # (B, W·V)
    lengths = beams.lengths + ~beams.ended  # (B, W)
    scores = totals / (lengths**length_power).repeat_interleave(vocabulary, 1)  # (B, W·V)
    score, chosen = scores.topk(width)  # (B, W)
    origin, symbol = chosen // vocabulary, chosen % vocabulary  # (B, W)
    history = beams.symbols.take_along_dim(origin[..., None], 1)  # (B, W, T)
    extended = _Beams(
        torch.cat([history, symbol[..., None]], 2),  # (B, W, T + 1)
        totals.gather(1, chosen),
        score,
        lengths.gather(1, origin),
        beams.ended.gather(1, origin) | (symbol == END) | score.isneginf(),
    )
    return extended, origin


@torch.no_grad()
def beam_search(
    model: StepDecoder[State],
    source: Tensor,
    lengths: Tensor | None = None,
    *,
    width: int,
    max_steps: int,
    length_power: float = 1.0,
) -> Hypotheses:
    """Keep the ``width`` best sequences at each step, until all have ended or ``max_steps``.

    The score of T symbols, END included, is log p / T ** ``length_power``: 1 gives the mean per
    symbol, 0 does not normalize. Sequences that have ended stay in the beam and compete by their
    score with those that continue. The model should be in evaluation mode.

    Raises
    ------
    ValueError
        If ``width`` or ``max_steps`` is not positive.
    """
    if width < 1 or max_steps < 1:
        raise ValueError(f"width and max_steps must be positive, not {width} and {max_steps}")
    count, device = len(source), source.device
    first_row = torch.arange(count, device=device)[:, None] * width  # (B, 1)
    state = model.start(source, source_lengths(source) if lengths is None else lengths)
    state = select_rows(state, (first_row // width).expand(-1, width).flatten())  # B -> B·W rows
    beams = _first_beams(count, width, device)
    for _ in range(max_steps):
        logits, state = model.step(beams.symbols[..., -1].flatten(), state)  # (B·W, V)
        steps = _log_probabilities(logits).view(count, width, -1)  # (B, W, V)
        beams, origin = _extend(beams, steps, length_power)
        state = select_rows(state, (first_row + origin).flatten())
        if beams.ended.all():
            break
    nothing = beams.score.isneginf()[..., None]  # (B, W, 1)
    symbols = beams.symbols[..., 1:].masked_fill(nothing, PAD)  # (B, W, T)
    return Hypotheses(symbols, beams.log_probability, beams.score)
