"""Stage 5, quality: pages and the nearest glyphs -> the glyphs that draw them best together.

A glyph's choice depends on those around it, and through them on those farther away, but not far:
so a large page is refined in tiles that overlap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.glyphs.font import Font
from asciiart.glyphs.typesetting import Typeset
from asciiart.matching.glyph_index import Neighbors, draw_glyphs
from asciiart.matching.large_matching import LargeMatch, MovedPage, joined
from asciiart.matching.match import Matcher, ModeMatcher
from asciiart.matching.refinement.coordinate_descent import (
    Ids,
    Phases,
    Term,
    count_glyphs,
    independent_sets,
    refine,
)
from asciiart.matching.refinement.stroke_term import (
    GlyphStrokes,
    StrokeTerm,
    find_glyph_strokes,
    page_strokes,
)
from asciiart.matching.refinement.tone_term import ToneTerm
from asciiart.matching.scores import StructureScore
from asciiart.page.bands import BAND_PIXELS, Ink, split
from asciiart.page.strokes import ROW_HEIGHT, TOLERANCE

_AROUND = {"structure": 10, "tone": 24}
"""Rows around a tile that change the glyphs in it: in structure, where a sweep carries a change two
rows far, at most; in tone, whose blur has no end, by more than rounding does."""
_ACROSS = {"structure": 24, "tone": 48}
"""Glyphs beside a tile, likewise."""
_TILE_ROWS = 64
_TILE_COLUMNS = 128
_CELLS = 100_000
"""Cells whose candidates are held at once, at most, apart from those around them."""
_FEWEST_ROWS = 16


class _Tile(NamedTuple):
    """Some cells of a page, counted from the page's first."""

    rows: slice
    columns: slice


class _Read(NamedTuple):
    """A page of which some rows of cells were read."""

    page: MovedPage
    ink: Ink
    """(rows·h, C·w)."""


class Refiner:
    """Makes pages of one matcher better; what it needs of the glyphs is found once."""

    def __init__(self, matcher: Matcher, font: Font, typeset: Typeset | None) -> None:
        """Take what drew the pages."""
        self._matcher, self._font, self._typeset = matcher, font, typeset
        self._enlarge = matcher.sides[-1].encoder.enlarge
        narrowest = min(matcher.index.keys) * matcher.cell.width * ROW_HEIGHT / matcher.cell.height
        self._apart = 2 if narrowest >= 2 * TOLERANCE else 3
        """Glyphs of a row of which one is changed at a time."""

    def refine(self, nearest: Neighbors, pages: Sequence[MovedPage]) -> Neighbors:
        """Return the neighbors (R, C, k) of moved pages with the glyphs that serve them best first.

        In a proportional font a glyph's place takes only glyphs as wide. Even grays keep their
        glyphs, so that none becomes a mixture.
        """
        rows, columns = nearest.glyph_ids.shape[:2]
        whole = _Tile(slice(0, rows), slice(0, columns))
        read = self._read(pages, whole.rows)
        return self._refine(nearest, count_glyphs(nearest, self._apart), read, whole)

    def refine_large(self, match: LargeMatch, k: int) -> Neighbors:
        """Return the ``k`` best glyphs of each cell (R, C, k) of pages that are matched by rows."""
        (rows, columns), pages = match.shape, match.pages
        around = max(_AROUND[side.mode] for side in self._matcher.sides)
        at_once = min(_TILE_ROWS, max(_FEWEST_ROWS, _CELLS // columns))
        parts = []
        for band in split(rows, at_once, around, step=2):  # rows of a phase are even or odd
            nearest = match.rows(band.first, band.last)
            refined = self._refine_band(nearest, pages, band.first, k)
            parts.append(refined.part(band.inner))
        return joined(parts)

    def _refine_band(
        self, nearest: Neighbors, pages: Sequence[MovedPage], first: int, k: int
    ) -> Neighbors:
        """Refine some rows, the first of which is the page's row ``first``."""
        counts = count_glyphs(nearest, self._apart)
        rows, columns = counts.shape
        read = self._read(pages, slice(first, first + rows))
        parts = []
        for wanted, near in self._columns(columns):
            tile = _Tile(slice(first, first + rows), near)
            own = nearest.part(slice(None), near)
            refined = self._refine(own, counts[:, near], read, tile).first(k)
            parts.append(refined.part(slice(None), wanted))
        return Neighbors(
            np.concatenate([part.glyph_ids for part in parts], axis=1),
            np.concatenate([part.scores for part in parts], axis=1),
        )

    def _columns(self, columns: int) -> Iterator[tuple[slice, slice]]:
        """Yield the columns that are wanted of each tile, counted from its first, and all of it."""
        if self._typeset is not None:  # the columns are pixels, which take far less
            yield slice(0, columns), slice(0, columns)
            return
        around = max(_ACROSS[side.mode] for side in self._matcher.sides) * max(
            self._matcher.index.keys
        )
        for band in split(columns, _TILE_COLUMNS, around):
            yield band.inner, slice(band.first, band.last)

    def _read(self, pages: Sequence[MovedPage], rows: slice) -> list[_Read]:
        """Read rows of cells of each page, some at a time: a page may need more than it gives."""
        height, width = self._matcher.cell.height, pages[0].shape[1]
        reads = []
        for page in pages:
            ink = np.empty((height * (rows.stop - rows.start), width), np.float32)
            above = height * rows.start
            for band in split(len(ink), BAND_PIXELS // width):
                ink[band.top : band.bottom] = page.ink_rows(above + band.top, above + band.bottom)
            reads.append(_Read(page, ink))
        return reads

    def _refine(
        self, nearest: Neighbors, counts: Ids, pages: Sequence[_Read], tile: _Tile
    ) -> Neighbors:
        index = self._matcher.index
        phases = independent_sets(
            nearest,
            index,
            self._apart,
            spaces=self._typeset is None,
            counts=counts,
            held=self._even(nearest, pages, tile),
        )
        terms = [
            self._term(side, page, tile, phases)
            for side, page in zip(self._matcher.sides, pages, strict=True)
        ]
        return refine(nearest, index, phases, terms)

    def _even(self, nearest: Neighbors, pages: Sequence[_Read], tile: _Tile) -> NDArray[np.bool_]:
        """Return (R, C), True where an even gray's glyph begins, which is to stay."""
        cell, spans = self._matcher.cell, self._matcher.index.spans_at(nearest.glyph_ids[..., 0])
        left, right = tile.columns.start * cell.width, self._right(tile, pages[0].page)
        inks = [ink[:, left:right] for _, ink in pages]
        columns = inks[0].shape[1] // cell.width
        beyond = np.pad(spans, ((0, 0), (0, columns - spans.shape[1])))
        return self._matcher.even_windows(inks, beyond)[:, : spans.shape[1]]

    def _right(self, tile: _Tile, page: MovedPage) -> int:
        """Return the pixel where a tile ends: glyphs may reach beyond it, not beyond the page."""
        beyond = max(self._matcher.index.keys) - 1
        return int(min((tile.columns.stop + beyond) * self._matcher.cell.width, page.shape[1]))

    def _term(self, side: ModeMatcher, read: _Read, tile: _Tile, phases: Phases) -> Term:
        cell, score, weight = self._matcher.cell, side.score, side.weight
        columns = slice(tile.columns.start * cell.width, self._right(tile, read.page))
        if not isinstance(score, StructureScore):
            ink = np.ascontiguousarray(read.ink[:, columns])
            return ToneTerm(ink, self._inks, cell, phases, weight=weight)
        page, rows = read.page, slice(tile.rows.start * cell.height, tile.rows.stop * cell.height)
        scale, (down, right, _) = self._enlarge, page.offset
        bits = page_strokes(
            page.page,
            scale,
            slice(rows.start - down, rows.stop - down),
            slice(columns.start - right, columns.stop - right),
        )
        size = scale * cell.height, scale * cell.width
        return StrokeTerm(bits, self._strokes, size, phases, score=score, weight=weight)

    @cached_property
    def _strokes(self) -> Mapping[int, GlyphStrokes]:
        drawn = self._draw(self._enlarge)
        return {span: find_glyph_strokes(inks) for span, inks in drawn.items()}

    @cached_property
    def _inks(self) -> Mapping[int, NDArray[np.float32]]:
        return self._draw(1)

    def _draw(self, scale: int) -> dict[int, NDArray[np.float32]]:
        index = self._matcher.index
        return draw_glyphs(
            self._font,
            index.characters,
            index.spans,
            self._matcher.cell,
            self._typeset,
            scale=scale,
        )
