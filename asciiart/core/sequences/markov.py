"""Markov chain: predicts the next symbol from the last one, by counting."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from asciiart.core.sequences.decoding import draw_symbols


class MarkovChain(nn.Module):
    """Markov chain of order 1 over V symbols: symbols (..., T) -> log P(next) (..., T, V).

    Markov 1913, "An example of statistical investigation of the text Eugene Onegin concerning the
    connection of samples in chains"; as a bigram model of text Shannon 1948, "A mathematical theory
    of communication". P(j | i) = (n_ij + a) / (n_i + a V) with additive smoothing a > 0 (Laplace's
    rule for a = 1). `fit` counts; there is no gradient descent. The counts are buffers, so the
    chain is saved and loaded like any network.
    """

    counts: Tensor
    """Counts (V, V) of j following i."""
    starts: Tensor
    """Counts (V,) of sequences that begin with i."""

    def __init__(self, vocab_size: int, *, smoothing: float = 1.0) -> None:
        super().__init__()
        if vocab_size < 1:
            raise ValueError(f"vocab_size must be 1 or more, not {vocab_size}")
        if not smoothing > 0:
            raise ValueError(f"smoothing must be above 0, not {smoothing}")
        self.vocab_size = vocab_size
        self.smoothing = smoothing
        self.register_buffer("counts", torch.zeros(vocab_size, vocab_size, dtype=torch.int64))
        self.register_buffer("starts", torch.zeros(vocab_size, dtype=torch.int64))

    def fit(self, sequences: Iterable[Tensor]) -> None:
        """Add the pairs of symbols of each sequence (T,) of integers to the counts.

        Raises
        ------
        ValueError
            If a symbol is not in 0 to V - 1.
        """
        for sequence in sequences:
            self._check(sequence)
            pairs = sequence[:-1] * self.vocab_size + sequence[1:]  # (T,) -> (T - 1,)
            found = pairs.bincount(minlength=self.vocab_size**2)  # (T - 1,) -> (V * V,)
            self.counts += found.view_as(self.counts)  # (V * V,) -> (V, V)
            self.starts += sequence[:1].bincount(minlength=self.vocab_size)  # (1,) -> (V,)

    def _check(self, sequence: Tensor) -> None:
        wrong = sequence[(sequence < 0) | (sequence >= self.vocab_size)]
        if len(wrong):
            raise ValueError(f"symbols must be 0 to {self.vocab_size - 1}, not {wrong[0].item()}")

    def transitions(self) -> Tensor:
        """Return the transition probabilities P(j | i), (V, V), float64; each row sums to 1."""
        return self._smoothed(self.counts)

    def first(self) -> Tensor:
        """Return the probabilities (V,), float64, of a sequence's first symbol."""
        return self._smoothed(self.starts)

    def _smoothed(self, counts: Tensor) -> Tensor:
        raised = counts.double() + self.smoothing  # (..., V)
        return raised / raised.sum(-1, keepdim=True)  # (..., V)

    def forward(self, symbols: Tensor) -> Tensor:
        """Return log P(next symbol), in nats, after each of ``symbols``."""
        self._check(symbols)
        return self.transitions().log()[symbols]  # (..., T) -> (..., T, V)

    def log_likelihood(self, sequence: Tensor) -> float:
        """Return log P of a whole sequence (T,) in nats, its first symbol included."""
        if not len(sequence):
            return 0.0
        start = self.first().log()[sequence[0]]  # scalar
        return float(start) + float(self._followers(sequence).sum())

    def cross_entropy(self, sequences: Iterable[Tensor]) -> float:
        """Return the mean of -log P(next symbol) in nats, without each sequence's first symbol.

        That makes it comparable with the loss of a network that predicts the next symbol.

        Raises
        ------
        ValueError
            If no sequence is longer than 1.
        """
        found = [self._followers(sequence) for sequence in sequences]
        if not sum(len(part) for part in found):
            raise ValueError("cross-entropy needs a sequence of 2 symbols or more")
        return -float(torch.cat(found).mean())

    def _followers(self, sequence: Tensor) -> Tensor:
        logs: Tensor = self(sequence[:-1])  # (T - 1, V)
        self._check(sequence)
        return logs.gather(-1, sequence[1:, None])[:, 0]  # (T - 1, V) -> (T - 1, 1) -> (T - 1,)

    def stationary(self) -> Tensor:
        """Return the stationary distribution p (V,), p P = p, float64.

        Smoothing makes every probability positive, so the chain is ergodic and p is unique.
        """
        equations = self.transitions().T - torch.eye(self.vocab_size, device=self.counts.device)
        equations[-1] = 1  # the equations depend on each other; the last gives way to sum p = 1
        sums = torch.zeros_like(equations[-1])  # (V,)
        sums[-1] = 1
        return torch.as_tensor(torch.linalg.solve(equations, sums))  # (V, V) x (V,) -> (V,)

    def sample(
        self, length: int, *, start: int | None = None, generator: torch.Generator | None = None
    ) -> Tensor:
        """Return a random walk (T,) of ``length`` symbols; ``start`` is the first one if given."""
        transitions = self.transitions()
        walk: list[int] = [] if start is None else [start]
        while len(walk) < length:
            chances = transitions[walk[-1]] if walk else self.first()  # (V,)
            walk.append(int(draw_symbols(chances[None], generator)))
        return torch.tensor(walk[:length], device=self.counts.device)
