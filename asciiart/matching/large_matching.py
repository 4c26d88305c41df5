"""Stages 4 and 5 for pages of more than one band: rows are matched and refined some at a time.

A cell's code depends on the row above and below it at most, and a path along a row on nothing else,
so the glyphs are those that the whole page would get. What rows have in common, the few numbers of
a strip that matter (`lattice.fit_low_rank_map`), is found by some rows of the whole page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from asciiart.glyphs.grid import Cell
from asciiart.matching.even_cells import InkExtent, InkRange, to_range
from asciiart.matching.glyph_index import Neighbors
from asciiart.matching.match import (
    OFFSET_RANK,
    RANK,
    Matcher,
    ModeMatcher,
    Offset,
    PagePart,
    RowRules,
    best_offset,
    match_page,
    pad_for_offsets,
    score_offsets,
)
from asciiart.matching.row_windows import (
    Floats,
    LowRankMap,
    fit_low_rank_map,
    make_row_windows,
    to_strips,
)
from asciiart.page.bands import BAND_PIXELS, Ink, InkPage, Mask, split

_OFFSET_PIXELS = BAND_PIXELS // 8
"""Pixels whose offsets are compared at once: each row is held at all of them."""
_SAMPLED_ROWS = 24
"""Rows that tell which numbers of a strip matter."""


@dataclass(frozen=True, eq=False)
class MovedPage:
    """A page that lies lower and farther right on one of one more row and column, if it does."""

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
        """Return rows of the ink, 0 beyond the page."""
        ink = self.page.ink_rows(top - self.offset.down, bottom - self.offset.down)
        right = self.offset.right
        return np.pad(ink, ((0, 0), (right, self.cell.width - right))) if right else ink

    def line_rows(self, top: int, bottom: int, scale: int) -> Mask | None:
        """Return rows of the lines, if they were found at that scale."""
        down, right = scale * self.offset.down, scale * self.offset.right
        lines = self.page.line_rows(top - down, bottom - down, scale)
        if lines is None or not right:
            return lines
        return np.pad(lines, ((0, 0), (right, scale * self.cell.width - right)))


@dataclass(frozen=True)
class Survey:
    """What is known of a page that was read once."""

    ink: float
    """The sum of all its ink."""
    inked: NDArray[np.int64]
    """Its rows that hold any."""

    def sample(self) -> list[int]:
        """Return some of the inked rows, evenly spaced."""
        places = np.linspace(0, len(self.inked) - 1, min(len(self.inked), _SAMPLED_ROWS))
        return [int(self.inked[place]) for place in np.rint(places).astype(np.int64)]


def survey(page: InkPage, cell: Cell) -> Survey:
    """Read a page's ink (R·h, C·w)."""
    rows, total = page.shape[0] // cell.height, 0.0
    inked = np.zeros(rows, bool)
    for band in split(rows, BAND_PIXELS // (page.shape[1] * cell.height)):
        ink = page.ink_rows(cell.height * band.top, cell.height * band.bottom)
        total += float(ink.sum())
        inked[band.top : band.bottom] = ink.any(axis=1).reshape(-1, cell.height).any(axis=1)
    return Survey(total, np.flatnonzero(inked))


def choose_offset_in_bands(
    page: InkPage, known: Survey, side: ModeMatcher, cell: Cell, rules: RowRules
) -> Offset:
    """Return how a page should lie in its rows and columns, as `match.choose_offset` does."""
    encoder, height = side.encoder, cell.height

    def strips(row: int) -> Floats:
        three = page.ink_rows((row - 1) * height, (row + 2) * height)
        codes = encoder.encode(pad_for_offsets(three, side, cell))
        return np.asarray(to_strips(codes, 3)[1])

    shortening = _shortening(known, strips, side, OFFSET_RANK)
    rows = page.shape[0] // height
    parts = []
    for band in split(rows + 1, _OFFSET_PIXELS // (page.shape[1] * height)):
        # Moved rows reach into the one above, and codes into the next.
        ink = page.ink_rows((band.top - 2) * height, (band.bottom + 1) * height)
        wanted = slice(2, 2 + band.bottom - band.top)
        part = score_offsets(ink, side, cell, rules, wanted=wanted, shortening=shortening)
        if part is None:
            return best_offset(None, side)
        parts.append(part)
    return best_offset(np.concatenate(parts, axis=2), side)


def _shortening(
    known: Survey, strips: Callable[[int], Floats], side: ModeMatcher, rank: int
) -> LowRankMap:
    sample = [strips(row) for row in known.sample()] or [
        np.zeros((1, side.index.strip), np.float32)
    ]
    strip = sample[0].shape[-1]
    flat: Floats = np.concatenate([each.reshape(-1, strip) for each in sample])
    return fit_low_rank_map(flat, side.index.strip_moments, rank)


@dataclass(frozen=True, eq=False)
class LargeMatch:
    """The match of pages of which only some rows are looked at, at a time."""

    pages: Sequence[MovedPage]
    """What each side sees, where it lies."""
    matcher: Matcher
    k: int
    """Glyphs that are found for each cell."""
    rules: RowRules

    @property
    def shape(self) -> tuple[int, int]:
        """R and C."""
        height, width = self.pages[0].shape
        return height // self.matcher.cell.height, width // self.matcher.cell.width

    def first(self, k: int) -> Neighbors:
        """Return the ``k`` best glyphs of all rows."""
        return self._joined(0, self.shape[0], k)

    def rows(self, first: int, last: int) -> Neighbors:
        """Return the best glyphs of some rows; see `match.match_page`."""
        return self._joined(first, last, self.k)

    def _joined(self, first: int, last: int, k: int) -> Neighbors:
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
        part = PagePart(slice(1, 1 + last - first), even, self._shortenings)
        inks = [
            _rows_around(page, side, first - 1, last + 1, self.matcher.cell)
            for side, page in zip(self.matcher.sides, self.pages, strict=True)
        ]
        return match_page(inks, self.matcher, self.k, self.rules, part=part)

    @cached_property
    def _even(self) -> InkRange | None:
        """Where the whole page is an even gray."""
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
    def _shortenings(self) -> list[LowRankMap] | None:
        if list(self.matcher.index.keys) == [1]:
            return None
        return [
            self._shorten(side, page)
            for side, page in zip(self.matcher.sides, self.pages, strict=True)
        ]

    def _shorten(self, side: ModeMatcher, page: InkPage) -> LowRankMap:
        cell = self.matcher.cell

        def strips(row: int) -> Floats:
            three = _rows_around(page, side, row - 1, row + 2, cell)
            lattice = make_row_windows(three, side.encoder, cell, endless=side.endless)
            return lattice.rows(slice(1, 2)).strips

        return _shortening(survey(page, cell), strips, side, RANK)


def _rows_around(page: InkPage, side: ModeMatcher, first: int, last: int, cell: Cell) -> Ink:
    """Return rows of cells of a page; beyond it is what the side takes to be there."""
    height = page.shape[0]
    top, bottom = first * cell.height, last * cell.height
    above, below = max(0, -top), max(0, bottom - height)
    ink = page.ink_rows(top + above, bottom - below)
    return np.pad(ink, ((above, below), (0, 0)), "edge" if side.endless else "constant")


def joined(parts: Sequence[Neighbors]) -> Neighbors:
    """Return the neighbors of rows that were found one after the other."""
    return Neighbors(
        np.concatenate([part.glyph_ids for part in parts]),
        np.concatenate([part.scores for part in parts]),
    )
