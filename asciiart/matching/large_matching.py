"""Stages 4 and 5 for pages of more than one band: some rows are matched at a time.

A cell's code depends on the rows directly above and below at most, and a path along a row on
nothing else, so the glyphs are the same as those of the whole page. The low-rank map that all rows
share (`row_windows.fit_low_rank_map`) is fitted to a sample of the page's rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from asciiart.glyphs.grid import Cell
from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Mask
from asciiart.matching.arrays import Floats, Ids
from asciiart.matching.even_cells import InkExtent, InkRange, to_range
from asciiart.matching.glyph_index import Neighbors
from asciiart.matching.match import match_page
from asciiart.matching.matcher import Matcher, ModeMatcher, PagePart
from asciiart.matching.offsets import (
    NOT_MOVED,
    OFFSET_RANK,
    Offset,
    best_offset,
    pad_for_offsets,
    score_offsets,
)
from asciiart.matching.row_matching import RANK
from asciiart.matching.row_steps import RowRules
from asciiart.matching.row_windows import LowRankMap, fit_low_rank_map, make_row_windows, to_strips
from asciiart.page.bands import BAND_PIXELS, InkPage, split

_OFFSET_PIXELS = BAND_PIXELS // 8
"""Pixels of the rows whose offsets are compared at once: each row is held at every offset."""
_SAMPLED_ROWS = 24
"""Rows to which the low-rank map is fitted."""


@dataclass(frozen=True, eq=False)
class MovedPage:
    """A page moved by an offset; it has one more row or column where it is moved that way."""

    page: InkPage
    offset: Offset
    cell: Cell

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        height, width = self.page.shape
        down, right = self.offset.down > 0, self.offset.right > 0
        return height + down * self.cell.height, width + right * self.cell.width

    def ink_rows(self, top: int, bottom: int) -> Ink:
        """Return the ink (bottom - top, W) of some rows of pixels; beyond the page it is 0."""
        ink = self.page.ink_rows(top - self.offset.down, bottom - self.offset.down)
        right = self.offset.right
        return np.pad(ink, ((0, 0), (right, self.cell.width - right))) if right else ink

    def line_rows(self, top: int, bottom: int, scale: int) -> Mask | None:
        """Return some rows of the lines, or None if they were not found at that ``scale``."""
        down, right = scale * self.offset.down, scale * self.offset.right
        lines = self.page.line_rows(top - down, bottom - down, scale)
        if lines is None or not right:
            return lines
        return np.pad(lines, ((0, 0), (right, scale * self.cell.width - right)))


@dataclass(frozen=True)
class Survey:
    """A summary of a page's ink."""

    ink: float
    """The sum of the page's ink."""
    inked: Ids
    """The rows of cells that hold ink."""

    def sample(self) -> list[int]:
        """Return some of the inked rows, evenly spaced; none if there are none."""
        places = np.linspace(0, len(self.inked) - 1, min(len(self.inked), _SAMPLED_ROWS))
        return [int(self.inked[place]) for place in np.rint(places).astype(np.int64)]


def survey(page: InkPage, cell: Cell) -> Survey:
    """Return a summary of a page's ink (R·h, C·w), which is read once."""
    rows, total = page.shape[0] // cell.height, 0.0
    inked = np.zeros(rows, bool)
    for band in split(rows, BAND_PIXELS // (page.shape[1] * cell.height)):
        ink = page.ink_rows(cell.height * band.top, cell.height * band.bottom)
        total += float(ink.sum())
        inked[band.top : band.bottom] = ink.any(axis=1).reshape(-1, cell.height).any(axis=1)
    return Survey(total, np.flatnonzero(inked))


def choose_offset_in_bands(
    page: InkPage, known: Survey, mode_matcher: ModeMatcher, cell: Cell, rules: RowRules
) -> Offset:
    """Return the best offset of a page (R·h, C·w), as `offsets.choose_offset` does.

    ``known`` is the page's summary.
    """
    encoder, height = mode_matcher.encoder, cell.height

    def strips(row: int) -> Floats:
        three = page.ink_rows((row - 1) * height, (row + 2) * height)
        codes = encoder.encode(pad_for_offsets(three, mode_matcher, cell))
        return np.asarray(to_strips(codes, 3)[1])

    low_rank_map = _fit_map(known, strips, mode_matcher, OFFSET_RANK)
    rows = page.shape[0] // height
    parts = []
    for band in split(rows + 1, _OFFSET_PIXELS // (page.shape[1] * height)):
        # Moved rows reach into the one above, and codes into the next.
        ink = page.ink_rows((band.top - 2) * height, (band.bottom + 1) * height)
        wanted = slice(2, 2 + band.bottom - band.top)
        part = score_offsets(
            ink, mode_matcher, cell, rules, wanted=wanted, low_rank_map=low_rank_map
        )
        if part is None:
            return NOT_MOVED
        parts.append(part)
    return best_offset(np.concatenate(parts, axis=2), mode_matcher)


def _fit_map(
    known: Survey, strips: Callable[[int], Floats], mode_matcher: ModeMatcher, rank: int
) -> LowRankMap:
    """Return the map that fits a sample of a page's rows, whose ``strips`` (X, Q) are read."""
    size = mode_matcher.index.column_code_size
    blank = np.zeros((1, size), np.float32)
    sample = [strips(row) for row in known.sample()] or [blank]
    flat: Floats = np.concatenate([each.reshape(-1, size) for each in sample])
    return fit_low_rank_map(flat, mode_matcher.index.strip_moments, rank)


@dataclass(frozen=True, eq=False)
class LargeMatch:
    """The match of large pages, computed for the rows that are asked for."""

    pages: Sequence[MovedPage]
    """The page of each mode, moved by the offset."""
    matcher: Matcher
    k: int
    """Glyphs that are found for each cell."""
    rules: RowRules

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns of cells, (R, C)."""
        height, width = self.pages[0].shape
        return height // self.matcher.cell.height, width // self.matcher.cell.width

    def first(self, k: int) -> Neighbors:
        """Return the ``k`` best glyphs of all cells (R, C, k)."""
        return self._match_in_bands(0, self.shape[0], k)

    def rows(self, first: int, last: int) -> Neighbors:
        """Return the best glyphs of some rows (last - first, C, k); see `match.match_page`."""
        return self._match_in_bands(first, last, self.k)

    def _match_in_bands(self, first: int, last: int, k: int) -> Neighbors:
        at_once = BAND_PIXELS // (self.pages[0].shape[1] * self.matcher.cell.height)
        ids = np.empty((last - first, self.shape[1], k), np.int32)
        scores = np.empty(ids.shape, np.float32)
        for band in split(last - first, at_once):
            found = self._match(first + band.top, first + band.bottom).first(k)
            ids[band.top : band.bottom] = found.glyph_ids
            scores[band.top : band.bottom] = found.scores
        return Neighbors(ids, scores)

    def _match(self, first: int, last: int) -> Neighbors:
        even = None if self._even is None else self._even.rows(slice(first, last))
        part = PagePart(slice(1, 1 + last - first), even, self._low_rank_maps)
        inks = [
            _rows_around(page, own, first - 1, last + 1, self.matcher.cell)
            for own, page in zip(self.matcher.mode_matchers, self.pages, strict=True)
        ]
        return match_page(inks, self.matcher, self.k, self.rules, part=part)

    @cached_property
    def _even(self) -> InkRange | None:
        """The parts of the whole page that are an even gray; None if they do not matter."""
        height = self.matcher.cell.height
        extents = []
        for band in split(self.shape[0], BAND_PIXELS // (self.pages[0].shape[1] * height)):
            inks = [page.ink_rows(band.top * height, band.bottom * height) for page in self.pages]
            extent = self.matcher.ink_extent(inks)
            if extent is None:
                return None
            extents.append(extent)
        least, most = (np.concatenate(parts) for parts in zip(*extents, strict=True))
        return to_range(InkExtent(least, most), self.matcher.cell)

    @cached_property
    def _low_rank_maps(self) -> list[LowRankMap] | None:
        """The map that fits each mode's whole page; None if all glyphs are one cell wide."""
        if list(self.matcher.index.keys) == [1]:
            return None
        return [
            self._fit_map(own, page)
            for own, page in zip(self.matcher.mode_matchers, self.pages, strict=True)
        ]

    def _fit_map(self, mode_matcher: ModeMatcher, page: InkPage) -> LowRankMap:
        cell = self.matcher.cell

        def strips(row: int) -> Floats:
            three = _rows_around(page, mode_matcher, row - 1, row + 2, cell)
            encoder, endless = mode_matcher.encoder, mode_matcher.endless
            windows = make_row_windows(three, encoder, cell, endless=endless)
            return windows.rows(slice(1, 2)).strips

        return _fit_map(survey(page, cell), strips, mode_matcher, RANK)


def _rows_around(
    page: InkPage, mode_matcher: ModeMatcher, first: int, last: int, cell: Cell
) -> Ink:
    """Return rows of cells of a page, continued beyond its border as the mode does."""
    height = page.shape[0]
    top, bottom = first * cell.height, last * cell.height
    above, below = max(0, -top), max(0, bottom - height)
    ink = page.ink_rows(top + above, bottom - below)
    return np.pad(ink, ((above, below), (0, 0)), "edge" if mode_matcher.endless else "constant")


def concatenate_rows(parts: Sequence[Neighbors]) -> Neighbors:
    """Return the neighbors (R, C, k) of rows that were found one part after the other."""
    return Neighbors(
        np.concatenate([part.glyph_ids for part in parts]),
        np.concatenate([part.scores for part in parts]),
    )
