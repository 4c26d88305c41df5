"""Stage 4: where a page of lines should lie in its rows and columns, by the scores of its rows."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from asciiart.glyphs.grid import Cell
from asciiart.glyphs.rasterize import Ink
from asciiart.matching.arrays import Floats
from asciiart.matching.matcher import ModeMatcher
from asciiart.matching.row_solver import RowStep, score_rows
from asciiart.matching.row_steps import (
    BLANK_COST,
    ReducedGlyphs,
    RowRules,
    glyph_steps,
    reduce_glyphs,
    with_glyph_cost,
)
from asciiart.matching.row_windows import LowRankMap, stack_offsets

_Pixel = TypeVar("_Pixel", bound=np.generic)

OFFSET_RANK = 48
"""Components of a strip by which offsets are compared."""


class Offset(NamedTuple):
    """How far a page is moved down and right in its rows and columns."""

    down: int
    """Pixels from the first row's top, 0 to h - 1."""
    right: int
    """Pixels from the first column's left, 0 to w - 1."""
    score: float
    """The total score of the best rows there, by the reduced codes of one mode."""


NOT_MOVED = Offset(0, 0, 0.0)


def move(page: NDArray[_Pixel], offset: Offset, cell: Cell, scale: int = 1) -> NDArray[_Pixel]:
    """Return a page (s·R·h, s·C·w), s = ``scale``, moved by an offset.

    It has one more row if it is moved down, and one more column if it is moved right.
    """
    around = []
    for pixels, size in ((offset.down, cell.height), (offset.right, cell.width)):
        around.append((scale * pixels, scale * (size - pixels)) if pixels else (0, 0))
    return np.pad(page, around)


def choose_offset(page: Ink, mode_matcher: ModeMatcher, cell: Cell, rules: RowRules) -> Offset:
    """Return the offset at which the best rows of a page (R·h, C·w) score most.

    Pages and glyphs are moved by whole strides of the code. Where columns are narrower than one,
    the page stays at the left.
    """
    return best_offset(score_offsets(page, mode_matcher, cell, rules), mode_matcher)


def best_offset(scores: Floats | None, mode_matcher: ModeMatcher) -> Offset:
    """Return the offset with the best scores (P, h/sy, R + 1), as `score_offsets` returns them."""
    if scores is None:
        return NOT_MOVED
    down, right = mode_matcher.encoder.spec.stride
    totals = scores.sum(axis=2)
    place, height = np.unravel_index(int(totals.argmax()), totals.shape)
    return Offset(int(height) * down, int(place) * right, float(totals.max()))


def pad_for_offsets(page: Ink, mode_matcher: ModeMatcher, cell: Cell) -> Ink:
    """Return a page with blank columns beside it, into which it may be moved."""
    stride = mode_matcher.encoder.spec.stride[1]
    places = _count_places(mode_matcher, cell)
    left, right = (places - 1) * stride, places * stride if places > 1 else 0
    return np.pad(page, ((0, 0), (left, right)))


def _count_places(mode_matcher: ModeMatcher, cell: Cell) -> int:
    """Return the number P of places across at which a page may lie in its columns."""
    return max(1, cell.width // mode_matcher.encoder.spec.stride[1])


def score_offsets(
    page: Ink,
    mode_matcher: ModeMatcher,
    cell: Cell,
    rules: RowRules,
    *,
    wanted: slice = slice(None),
    low_rank_map: LowRankMap | None = None,
) -> Floats | None:
    """Return each row's score at each offset (P, h/sy, R + 1); None if no glyph has ink.

    ``wanted`` selects some of the R + 1 rows that a moved page (R·h, C·w) has. ``low_rank_map`` is
    that of the whole page if this is a part of one; see `choose_offset`.
    """
    stride_down, stride = mode_matcher.encoder.spec.stride
    places = _count_places(mode_matcher, cell)
    reduced = stack_offsets(
        pad_for_offsets(page, mode_matcher, cell),
        mode_matcher.encoder,
        cell,
        mode_matcher.index.strip_moments,
        OFFSET_RANK,
        wanted=wanted,
        low_rank_map=low_rank_map,
    )
    glyphs = _by_positions(mode_matcher, cell.width, stride, reduced.low_rank_map)
    steps = [
        RowStep(found.span // places, _by_place(found.scores, places))
        for found in with_glyph_cost(glyph_steps([reduced.windows], glyphs), rules.glyph_cost)
    ]
    if not steps:
        return None
    blanks = RowStep(1, np.full(steps[0].scores.shape, -BLANK_COST))
    return score_rows([*steps, blanks]).reshape(places, cell.height // stride_down, -1)


def _by_positions(
    mode_matcher: ModeMatcher, column_width: int, stride: int, low_rank_map: LowRankMap
) -> list[ReducedGlyphs]:
    """Return the glyphs grouped by their width in positions of the code, rounded up."""
    by_width: dict[int, list[Floats]] = {}
    for span, keys in reduce_glyphs([(mode_matcher.index, low_rank_map)]):
        by_width.setdefault(-(-span * column_width // stride), []).append(keys)
    return [ReducedGlyphs(width, np.concatenate(keys)) for width, keys in by_width.items()]


def _by_place(scores: Floats, places: int) -> Floats:
    """Return the scores (P·R, C') of every P-th column, from P - 1 on, then from P - 2 on, ..."""
    columns = scores.shape[1] // places
    parts = [
        scores[:, first : first + places * columns : places][:, :columns]
        for first in range(places - 1, -1, -1)
    ]
    return np.concatenate(parts)
