"""Stage 5, quality: pages and the nearest glyphs -> the glyphs that draw them best together.

The choice of a glyph depends on the glyphs around it and, through them, on those a little farther
away, so a large page is refined in overlapping tiles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from asciiart.glyphs.font import Font
from asciiart.glyphs.rasterize import Ink
from asciiart.glyphs.typesetting import Typeset
from asciiart.matching.arrays import Ids
from asciiart.matching.even_cells import InkRange
from asciiart.matching.glyph_index import Neighbors
from asciiart.matching.index_building import draw_glyphs
from asciiart.matching.large_matching import LargeMatch, MovedPage, concatenate_rows
from asciiart.matching.matcher import Matcher, ModeMatcher
from asciiart.matching.refinement.coordinate_descent import (
    THOROUGH,
    Effort,
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
from asciiart.matching.refinement.tone_term import ToneGlyphs, ToneTerm, analyze_glyphs
from asciiart.matching.scores import StructureScore
from asciiart.page.bands import BAND_PIXELS, split
from asciiart.page.strokes import ROW_HEIGHT, TOLERANCE

_AROUND = {"structure": 10, "tone": 24}
"""Rows around a tile that can change the glyphs in it. In structure a sweep carries a change two
rows far at most; in tone, whose blur has no end, it is negligible beyond these rows."""
_ACROSS = {"structure": 24, "tone": 48}
"""Glyphs beside a tile that can change the glyphs in it."""
_TILE_ROWS = 64
"""Most rows of a tile, without those around it."""
_TILE_COLUMNS = 128
"""Columns of a tile, without those around it."""
_CELLS = 100_000
"""Most cells whose candidates are held at once, without those around them."""
_FEWEST_ROWS = 16
"""Fewest rows of a tile, however wide its page is."""


class _Tile(NamedTuple):
    """Some rows and columns of a page's cells."""

    rows: slice
    columns: slice


class _Read(NamedTuple):
    """A page and the ink of some of its rows of cells."""

    page: MovedPage
    ink: Ink
    """(rows·h, C·w)."""


class Refiner:
    """Improves pages that were matched with one matcher; its glyphs are analyzed once."""

    def __init__(self, matcher: Matcher, font: Font, typeset: Typeset | None) -> None:
        """Take the matcher and the font of the pages; ``typeset`` is None for a monospaced font."""
        self._matcher, self._font, self._typeset = matcher, font, typeset
        self._supersampling = matcher.mode_matchers[-1].encoder.supersampling
        narrowest = min(matcher.index.keys) * matcher.cell.width * ROW_HEIGHT / matcher.cell.height
        self._apart = 2 if narrowest >= 2 * TOLERANCE else 3
        """Distance, in glyphs of a row, of those that may change at the same time."""

    def refine(
        self,
        nearest: Neighbors,
        pages: Sequence[MovedPage],
        even: InkRange | None,
        effort: Effort = THOROUGH,
    ) -> Neighbors:
        """Return the neighbors (R, C, k) with the glyphs first that draw the pages best together.

        In a proportional font a glyph is only replaced by glyphs as wide. Where the pages are an
        ``even`` gray they keep their glyphs, so that no flat area becomes a mixture.
        """
        rows, columns = nearest.glyph_ids.shape[:2]
        whole = _Tile(slice(0, rows), slice(0, columns))
        read = self._read(pages, whole.rows)
        return self._refine(
            nearest, count_glyphs(nearest, self._apart), read, whole, even=even, effort=effort
        )

    def refine_large(self, match: LargeMatch, k: int, effort: Effort = THOROUGH) -> Neighbors:
        """Return the ``k`` refined glyphs of each cell (R, C, k) of large pages."""
        (rows, columns), pages = match.shape, match.pages
        around = max(_AROUND[own.mode] for own in self._matcher.mode_matchers)
        at_once = min(_TILE_ROWS, max(_FEWEST_ROWS, _CELLS // columns))
        parts = []
        for band in split(rows, at_once, around, step=2):  # rows of a phase are even or odd
            nearest = match.rows(band.first, band.last)
            refined = self._refine_band(nearest, pages, band.first, k, effort)
            parts.append(refined.part(band.inner))
        return concatenate_rows(parts)

    def _refine_band(
        self,
        nearest: Neighbors,
        pages: Sequence[MovedPage],
        first: int,
        k: int,
        effort: Effort,
    ) -> Neighbors:
        """Return the refined neighbors of some rows, which begin at the page's row ``first``."""
        counts = count_glyphs(nearest, self._apart)
        rows, columns = counts.shape
        read = self._read(pages, slice(first, first + rows))
        parts = []
        for wanted, near in self._columns(columns):
            tile = _Tile(slice(first, first + rows), near)
            own = nearest.part(slice(None), near)
            even = self._even(read, tile)
            refined = self._refine(own, counts[:, near], read, tile, even=even, effort=effort)
            parts.append(refined.first(k).part(slice(None), wanted))
        return Neighbors(
            np.concatenate([part.glyph_ids for part in parts], axis=1),
            np.concatenate([part.scores for part in parts], axis=1),
        )

    def _columns(self, columns: int) -> Iterator[tuple[slice, slice]]:
        """Yield, for each tile, its own columns, counted from its first, and all that it reads."""
        if self._typeset is not None:  # the columns are pixels, which take far less
            yield slice(0, columns), slice(0, columns)
            return
        around = max(_ACROSS[own.mode] for own in self._matcher.mode_matchers) * max(
            self._matcher.index.keys
        )
        for band in split(columns, _TILE_COLUMNS, around):
            yield band.inner, slice(band.first, band.last)

    def _read(self, pages: Sequence[MovedPage], rows: slice) -> list[_Read]:
        """Read rows of cells of each page, a band at a time, as a page reads more than it gives."""
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
        self,
        nearest: Neighbors,
        counts: Ids,
        pages: Sequence[_Read],
        tile: _Tile,
        *,
        even: InkRange | None,
        effort: Effort,
    ) -> Neighbors:
        """Return the refined neighbors of one tile."""
        index = self._matcher.index
        phases = independent_sets(
            nearest.first(effort.candidates),
            index,
            self._apart,
            spaces=self._typeset is None,
            counts=counts,
            held=self._matcher.even_windows(even, index.spans_at(nearest.glyph_ids[..., 0])),
            diagonals=effort.diagonals,
        )
        terms = [
            self._term(own, page, tile, phases)
            for own, page in zip(self._matcher.mode_matchers, pages, strict=True)
        ]
        return refine(nearest, index, phases, terms, sweeps=effort.sweeps)

    def _even(self, pages: Sequence[_Read], tile: _Tile) -> InkRange | None:
        """Return where a tile is an even gray, whose glyphs are to stay."""
        left, right = (
            tile.columns.start * self._matcher.cell.width,
            self._right(tile, pages[0].page),
        )
        return self._matcher.even_parts([ink[:, left:right] for _, ink in pages])

    def _right(self, tile: _Tile, page: MovedPage) -> int:
        """Return the pixel at which a tile ends with the glyphs that extend beyond its columns."""
        beyond = max(self._matcher.index.keys) - 1
        return int(min((tile.columns.stop + beyond) * self._matcher.cell.width, page.shape[1]))

    def _term(self, own: ModeMatcher, read: _Read, tile: _Tile, phases: Phases) -> Term:
        """Return the term that judges a tile by one mode's page."""
        cell, score, weight = self._matcher.cell, own.score, own.share
        columns = slice(tile.columns.start * cell.width, self._right(tile, read.page))
        if not isinstance(score, StructureScore):
            ink = np.ascontiguousarray(read.ink[:, columns])
            return ToneTerm(ink, self._tone_glyphs, phases, weight=weight)
        page, rows = read.page, slice(tile.rows.start * cell.height, tile.rows.stop * cell.height)
        scale, (down, right, _) = self._supersampling, page.offset
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
        drawn = self._draw(self._supersampling)
        return {span: find_glyph_strokes(inks) for span, inks in drawn.items()}

    @cached_property
    def _tone_glyphs(self) -> ToneGlyphs:
        return analyze_glyphs(self._draw(1), self._matcher.cell)

    def _draw(self, scale: int) -> dict[int, Ink]:
        index = self._matcher.index
        return draw_glyphs(
            self._font,
            index.characters,
            index.spans,
            self._matcher.cell,
            self._typeset,
            scale=scale,
        )
