"""Stage 5, rows: the steps from which `row_solver` builds a row's best path.

For each width of glyph a step holds what the best glyph of that width scores from every column on.
Windows and glyphs are compared here by their reduced codes; see `row_windows`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import faiss
import numpy as np

from asciiart.matching.arrays import Floats, Ids
from asciiart.matching.glyph_index import GlyphIndex
from asciiart.matching.row_solver import RowStep
from asciiart.matching.row_windows import LowRankMap, RowWindows

BLANK_COST = np.float32(1e-3)
"""Cost of a space; breaks ties in favor of fewer spaces."""
_CHUNK = 2048
"""Windows that are searched at once: few enough to stay in the processor's cache."""


@dataclass(frozen=True)
class RowRules:
    """The rules for rows of glyphs that differ in width."""

    glyph_cost: float = 0.0
    """The least that a glyph has to add to its row's score."""
    no_adjacent_spaces: bool = False
    """Whether no half-width space may begin a row or follow another one, as boards demand."""
    proportional: bool = False
    """Whether columns are pixels, so that a row may end anywhere."""


class ReducedGlyphs(NamedTuple):
    """The glyphs of one width that have ink, by their reduced codes."""

    span: int
    """Columns that each covers."""
    keys: Floats
    """(G', n·r + 1): the reduced keys and, last, the biases."""


def reduce_glyphs(modes: Sequence[tuple[GlyphIndex, LowRankMap]]) -> Iterator[ReducedGlyphs]:
    """Yield the glyphs of each span with the reduced keys of all modes side by side.

    Each mode gives its own index of the same glyphs and the map that reduces its codes.
    """
    first = modes[0][0]
    for span in first.keys:
        with_ink = first.inks[first.ids_of(span)] > 0
        if with_ink.any():
            keys = [
                (index.strips_of(span)[with_ink] @ low_rank.glyph).reshape(with_ink.sum(), -1)
                for index, low_rank in modes
            ]
            biases = np.add.reduce([index.keys[span][with_ink, -1:] for index, _ in modes])
            yield ReducedGlyphs(span, np.hstack([*keys, biases]))


def glyph_steps(
    windows: Sequence[RowWindows], glyphs: Sequence[ReducedGlyphs]
) -> Iterator[RowStep]:
    """Yield the step of each width, from the reduced windows of every mode.

    Windows without ink score -inf.
    """
    for span, keys in glyphs:
        where = np.logical_or.reduce([own.where(span) for own in windows])
        scores = np.full(where.shape, -np.inf, np.float32)
        row, column = np.nonzero(where)
        best = np.empty((len(row), 1), np.float32)
        queries = np.ones((_CHUNK, keys.shape[1]), np.float32)
        for start in range(0, len(row), _CHUNK):
            some = slice(start, start + _CHUNK)
            own = queries[: len(row[some])]
            own[:, :-1] = cut_windows(windows, row[some], column[some], span)
            best[some], _ = faiss.knn(own, keys, 1, metric=faiss.METRIC_INNER_PRODUCT)
        scores[where] = best[:, 0]
        yield RowStep(span, scores)


def cut_windows(windows: Sequence[RowWindows], row: Ids, column: Ids, span: int) -> Floats:
    """Return the codes (N, D') of windows that begin in ``row`` and ``column`` (N,).

    The codes of all modes are side by side, as in an index of several modes.
    """
    return np.hstack([own.cut(row, column, span) for own in windows])


def with_glyph_cost(steps: Iterable[RowStep], cost: float) -> Iterator[RowStep]:
    """Yield the steps with their scores lower by the cost of a glyph."""
    return (step._replace(scores=step.scores - np.float32(cost)) for step in steps)


def blank_steps(
    shape: tuple[int, int], index: GlyphIndex, *, no_adjacent_spaces: bool
) -> Iterator[RowStep]:
    """Yield a step for each space of an index, which may stand anywhere in rows (R, C)."""
    for number in index.blanks.tolist():
        restricted = no_adjacent_spaces and index.characters[number] == " "
        scores = np.full(shape, -BLANK_COST)
        yield RowStep(int(index.spans[number]), scores, restricted)
