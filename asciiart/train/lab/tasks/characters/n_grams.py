"""Interpolated n-grams with Kneser-Ney smoothing: the strongest model of text that only counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Hashes = NDArray[np.uint64]
_ORDERS = (5, 6, 8, 10, 12, 16, 20)
"""Orders that `best_n_gram` tries."""
_LONGEST_MATCH = 12
"""Symbols of a repetition after which longer ones weigh the same."""
_BASE = np.uint64(0x9E3779B97F4A7C15)
"""An odd number, whose powers make a hash of several symbols."""


class _Grams(NamedTuple):
    """The gram of some length that ends with each symbol of a text."""

    whole: Hashes
    contexts: Hashes
    """The same without its last symbol."""


class _Counts(NamedTuple):
    """Counts of one length of grams."""

    grams: Hashes
    """The different grams, sorted."""
    counts: Counts
    """How often each occurs or, unless it is of the longest, how many symbols it follows."""
    contexts: Hashes
    """The different grams without their last symbol, sorted."""
    totals: Counts
    """The sum of the counts of each context's grams."""
    kinds: Counts
    """The number of each context's grams."""

    @property
    def discount(self) -> float:
        """Discount of each count, for grams never seen (Ney et al. 1994, equation 19)."""
        once, twice = int((self.counts == 1).sum()), int((self.counts == 2).sum())
        return once / (once + 2 * twice) if once else 0.5


class NGram:
    """Interpolated Kneser-Ney model over lines of symbols 1 to V - 1; 0 begins and ends a line.

    Kneser and Ney 1995, "Improved backing-off for m-gram language modeling", in the interpolated
    form of Chen and Goodman 1999: ``P(c | h) = max(n(hc) - D, 0) / n(h) + D k(h) / n(h) P(c | h')``
    with h' one symbol shorter than h, k(h) the number of different symbols after h and, below the
    longest grams, n(hc) the number of different symbols before hc. A context that was never seen
    leaves it to the shorter one, and the shortest to 1/V.
    """

    def __init__(self, lines: Sequence[Sequence[int]], vocab_size: int, order: int) -> None:
        self.vocab_size, self.order = vocab_size, order
        places = np.arange(sum(len(line) + 1 for line in lines))
        self._tables: list[_Counts] = []
        for found in reversed(self._grams(lines)):
            grams, first, counts = np.unique(
                found.whole[places], return_index=True, return_counts=True
            )
            places = places[first]  # shorter grams count once for each longer one
            contexts, inverse, kinds = np.unique(
                found.contexts[places], return_inverse=True, return_counts=True
            )
            totals = np.bincount(inverse, counts).astype(np.int64)
            self._tables.insert(0, _Counts(grams, counts, contexts, totals, kinds))

    def _grams(self, lines: Sequence[Sequence[int]]) -> list[_Grams]:
        """Return the grams of 1, 2, ... symbols that end with each symbol and each line's end."""
        pad = [0] * self.order
        text = np.array([s for line in lines for s in (*pad, *line, 0)], np.uint64) + np.uint64(1)
        real = np.array([x for line in lines for x in (*pad, *[1] * (len(line) + 1))], bool)
        whole, found = np.zeros_like(text), []
        for _ in range(self.order):
            contexts = np.concatenate([whole[:1], whole[:-1]])  # those that end one symbol before
            whole = contexts * _BASE + text
            found.append(_Grams(whole[real], contexts[real]))
        return found

    def probabilities(self, lines: Sequence[Sequence[int]]) -> NDArray[np.float64]:
        """Return P of each symbol of the lines and of each line's end, given those before it."""
        grams = self._grams(lines)
        chance = np.full(len(grams[0].whole), 1 / self.vocab_size)
        for table, asked in zip(self._tables, grams, strict=True):
            count = _look_up(table.grams, table.counts, asked.whole)
            total = _look_up(table.contexts, table.totals, asked.contexts)
            kinds = _look_up(table.contexts, table.kinds, asked.contexts)
            discount = table.discount
            share = np.maximum(count - discount, 0) + discount * kinds * chance
            chance = np.where(total > 0, share / np.maximum(total, 1), chance)
        return chance

    def cross_entropy(self, lines: Sequence[Sequence[int]]) -> float:
        """Return the mean of -log P in nats, over the symbols and ends of the lines."""
        return float(-np.log(self.probabilities(lines)).mean())


def _look_up(keys: Hashes, values: Counts, asked: Hashes) -> Counts:
    """Return the value of each key that is asked for, 0 for one that there is not."""
    places = np.searchsorted(keys, asked).clip(max=len(keys) - 1)
    return np.where(keys[places] == asked, values[places], 0)


def best_n_gram(
    training: Sequence[Sequence[int]], validation: Sequence[Sequence[int]], vocab_size: int
) -> NGram:
    """Return the model, of those with different orders, that predicts ``validation`` best."""
    models = [NGram(training, vocab_size, order) for order in _ORDERS]
    return min(models, key=lambda model: model.cross_entropy(validation))


class CopyingNGram:
    """An n-gram that also looks for what it just read earlier in the same line.

    The longest repeated end of what was read so far, of up to `_LONGEST_MATCH` symbols, predicts
    the symbol that followed it before; its weight depends on its length and is the one that
    predicts ``validation`` best (found by expectation maximization). This is the cache of Kuhn and
    De Mori 1990, as far as a line goes.
    """

    def __init__(self, model: NGram, validation: Sequence[Sequence[int]]) -> None:
        self.model = model
        chance, (lengths, right) = model.probabilities(validation), _copies(validation)
        self.weights = np.zeros(_LONGEST_MATCH + 1)
        for length in range(1, _LONGEST_MATCH + 1):
            found = lengths == length
            self.weights[length] = _best_weight(chance[found], right[found])

    def cross_entropy(self, lines: Sequence[Sequence[int]]) -> float:
        """Return the mean of -log P in nats, over the symbols and ends of the lines."""
        lengths, right = _copies(lines)
        weights = self.weights[lengths]
        chance = weights * right + (1 - weights) * self.model.probabilities(lines)
        return float(-np.log(chance).mean())


class _Copies(NamedTuple):
    lengths: Counts  # of the longest repeated end, before each symbol
    right: NDArray[np.bool_]  # whether the symbol after its last occurrence came again


def _copies(lines: Sequence[Sequence[int]]) -> _Copies:
    found = [
        _copy(line, place) for line in ((*line, 0) for line in lines) for place in range(len(line))
    ]
    lengths, right = zip(*found, strict=True)
    return _Copies(np.array(lengths), np.array(right))


def _copy(line: Sequence[int], place: int) -> tuple[int, bool]:
    """Return the length of the longest end of ``line[:place]`` that occurs before, and its vote."""
    best, right = 0, False
    for end in range(place - 1, 0, -1):  # the symbol at ``end`` came after the earlier occurrence
        length = 0
        while (
            length < min(end, _LONGEST_MATCH) and line[end - 1 - length] == line[place - 1 - length]
        ):
            length += 1
        if length > best:
            best, right = length, line[end] == line[place]
        if best == _LONGEST_MATCH:
            break
    return best, right


def _best_weight(chance: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    weight = 0.5
    for _ in range(50 if len(chance) else 0):
        weight = float((weight * right / (weight * right + (1 - weight) * chance)).mean())
    return weight if len(chance) else 0.0
