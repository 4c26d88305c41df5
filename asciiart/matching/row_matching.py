"""Stages 4 and 5, rows whose glyphs differ in width: ink pages -> the glyphs of the best rows.

The best glyph of each width is found from every column on, by reduced codes; the best path through
those is the row. Then the glyphs of the path are searched again, by their full codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Mask
from asciiart.matching.arrays import Ids
from asciiart.matching.even_cells import InkRange
from asciiart.matching.glyph_index import Neighbors
from asciiart.matching.matcher import Matcher, PagePart
from asciiart.matching.row_solver import RowPath, RowStep, solve_rows
from asciiart.matching.row_steps import (
    RowRules,
    blank_steps,
    cut_windows,
    glyph_steps,
    reduce_glyphs,
    with_glyph_cost,
)
from asciiart.matching.row_windows import (
    LowRankMap,
    ReducedWindows,
    RowWindows,
    make_row_windows,
    reduce_rank,
)

RANK = 32
"""Components of a strip by which a row's best path is found."""


def match_rows(
    pages: Sequence[Ink],
    matcher: Matcher,
    k: int,
    rules: RowRules,
    part: PagePart | None = None,
) -> Neighbors:
    """Return the glyphs of the best rows, each with the next best of its width (R, C, k).

    ``pages`` (R·h, C·w) are those of each mode. Columns in which no glyph begins hold -1. With a
    ``part`` only its rows are matched and returned.
    """
    part = part or PagePart(slice(None), matcher.even_parts(pages))
    windows = [
        make_row_windows(page, own.encoder, matcher.cell, endless=own.endless).rows(part.rows)
        for own, page in zip(matcher.mode_matchers, pages, strict=True)
    ]
    steps = _make_steps(windows, matcher, rules, part)
    return _choose_glyphs(solve_rows(steps), steps, _Windows(windows, matcher, part.even), k)


def _make_steps(
    windows: Sequence[RowWindows], matcher: Matcher, rules: RowRules, part: PagePart
) -> list[RowStep]:
    """Return the steps of the glyphs and, last, of the spaces."""
    reduced = _reduce(windows, matcher, part.low_rank_maps)
    indexes = [own.index for own in matcher.mode_matchers]
    glyphs = reduce_glyphs(list(zip(indexes, (own.low_rank_map for own in reduced), strict=True)))
    own_steps = glyph_steps([own.windows for own in reduced], list(glyphs))
    with_grays = (_with_grays(step, matcher, part.even) for step in own_steps)
    shape, restricted = windows[0].shape, rules.no_adjacent_spaces
    return [
        *with_glyph_cost(with_grays, rules.glyph_cost),
        *blank_steps(shape, matcher.index, no_adjacent_spaces=restricted),
    ]


def _reduce(
    windows: Sequence[RowWindows], matcher: Matcher, given: Sequence[LowRankMap] | None
) -> list[ReducedWindows]:
    """Return each mode's windows with reduced strips, by the ``given`` maps or by ones that fit."""
    maps = [None] * len(windows) if given is None else given
    return [
        reduce_rank(whole, own.index.strip_moments, RANK, low_rank_map)
        for own, whole, low_rank_map in zip(matcher.mode_matchers, windows, maps, strict=True)
    ]


def _with_grays(step: RowStep, matcher: Matcher, even: InkRange | None) -> RowStep:
    """Return a step that scores the best glyph with ink of each level where the page is even."""
    if even is None or matcher.gray_scale is None:
        return step
    ids = matcher.index.ids_of(step.span)
    best = matcher.gray_scale.scores[:, ids[matcher.index.inks[ids] > 0]].max(axis=1)
    levels = even.levels(step.span)
    gray = (levels >= 0) & (step.scores > -np.inf)
    return step._replace(scores=np.where(gray, best[levels], step.scores))


class _Windows(NamedTuple):
    """The windows of a page's rows, by their full codes."""

    windows: Sequence[RowWindows]
    """Those of each mode."""
    matcher: Matcher
    even: InkRange | None
    """Where they are even grays."""

    def nearest(self, where: Mask, span: int, k: int) -> Neighbors:
        """Return the ``k`` best glyphs (N, k) for the windows that begin ``where`` (R, C)."""
        row, column = np.nonzero(where)
        levels = np.full(len(row), -1) if self.even is None else self.even.levels(span)[where]

        def search(uneven: Mask) -> Neighbors:
            codes = cut_windows(self.windows, row[uneven], column[uneven], span)
            return self.matcher.index.search(codes, k, span)

        return self.matcher.nearest(levels, search, k, span)


def _choose_glyphs(path: RowPath, steps: Sequence[RowStep], windows: _Windows, k: int) -> Neighbors:
    """Return the ``k`` best glyphs with ink for the windows of a path, by their full codes."""
    index = windows.matcher.index
    glyph_ids = np.full((*path.shape, k), -1, np.int32)
    scores = np.zeros((*path.shape, k), np.float32)
    blanks = iter(index.blanks.tolist())
    for number, step in enumerate(steps):
        where = path == number
        if number >= len(steps) - len(index.blanks):
            glyph_ids[where, 0] = next(blanks)
            continue
        if where.any():
            nearest = windows.nearest(where, step.span, k + len(index.blanks))
            kept = min(k, nearest.glyph_ids.shape[1])
            order = _best_with_ink_first(nearest.glyph_ids, index.blanks)[:, :kept]
            glyph_ids[where, :kept] = np.take_along_axis(nearest.glyph_ids, order, axis=1)
            scores[where, :kept] = np.take_along_axis(nearest.scores, order, axis=1)
    return Neighbors(glyph_ids, scores)


def _best_with_ink_first(glyph_ids: NDArray[np.int32], blanks: Ids) -> Ids:
    """Return the order (N, k) that puts the best glyph with ink before all others (N, k)."""
    with_ink = np.isin(glyph_ids, blanks).argmin(axis=1)
    rank = np.arange(glyph_ids.shape[1])
    return np.asarray(np.argsort(rank != with_ink[:, None], axis=1, kind="stable"))
