"""The matcher of a page: the glyphs of one font, as the network of each mode sees them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.glyphs.grid import Cell
from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Mask
from asciiart.matching.encoder import Encoder
from asciiart.matching.even_cells import (
    GrayLevels,
    GrayScale,
    InkExtent,
    InkRange,
    ink_extent,
    make_gray_scale,
    to_range,
)
from asciiart.matching.glyph_index import GlyphIndex, Neighbors
from asciiart.matching.row_windows import LowRankMap
from asciiart.matching.scores import MatchScore
from asciiart.options import Mode
from asciiart.page.tone_ink import white_ink


@dataclass(frozen=True)
class ModeMatcher:
    """One mode's part of a matcher."""

    mode: Mode
    encoder: Encoder
    score: MatchScore
    """The score that the encoder was trained to approximate."""
    share: float
    """The mode's share of the blend, 0 to 1, by which its scores are multiplied."""
    index: GlyphIndex
    """The glyphs by this mode's codes alone; its scores are multiplied by the share already."""

    @property
    def endless(self) -> bool:
        """Whether a page goes on beyond its border: brightness does, and lines end."""
        return self.mode == "tone"


@dataclass(frozen=True, eq=False)
class Matcher:
    """The encoders and glyphs that pages are matched with."""

    mode_matchers: tuple[ModeMatcher, ...]
    """One mode, or tone and structure, each of which sees a page of its own."""
    cell: Cell
    index: GlyphIndex
    """The glyphs by the codes of all modes, concatenated."""

    @cached_property
    def gray_scale(self) -> GrayScale | None:
        """The glyphs that show even grays; None if brightness counts for nothing."""
        tone = next((own for own in self.mode_matchers if own.mode == "tone"), None)
        if tone is None or not tone.share or not self.index.density:
            return None
        cell_pixels = self.cell.height * self.cell.width
        white = white_ink(self.index.density, structure=1 - tone.share)
        return make_gray_scale(tone.encoder, tone.index, self.index, cell_pixels, white)

    def ink_extent(self, pages: Sequence[Ink]) -> InkExtent | None:
        """Return the least and the most tone ink in each cell of the modes' pages (R·h, C·w).

        No cell in which another mode's page has ink counts as even. None if even grays do not
        matter.
        """
        if self.gray_scale is None:
            return None
        by_mode = {own.mode: page for own, page in zip(self.mode_matchers, pages, strict=True)}
        tone = by_mode.pop("tone")
        return ink_extent(tone, list(by_mode.values()), self.cell, self.gray_scale.white)

    def even_parts(self, pages: Sequence[Ink]) -> InkRange | None:
        """Return where whole pages (R·h, C·w) are an even gray, if that has glyphs of its own."""
        extent = self.ink_extent(pages)
        return None if extent is None else to_range(extent, self.cell)

    def even_windows(self, even: InkRange | None, spans: NDArray[np.int64]) -> Mask:
        """Return (R, C), True where a glyph of that many columns (R, C) covers an even gray.

        ``even`` says where the page is an even gray, at least as far as its glyphs reach.
        """
        found = np.zeros(spans.shape, bool)
        if even is not None:
            for span in self.index.keys:
                levels = even.levels(span)[:, : spans.shape[1]]
                found |= (spans == span) & (levels >= 0)
        return found

    def nearest(
        self, levels: GrayLevels, search: Callable[[Mask], Neighbors], k: int, span: int = 1
    ) -> Neighbors:
        """Return the ``k`` best glyphs (N, k), ``span`` columns wide, of N windows.

        ``levels`` (N,) are those of even grays, whose glyphs are known; -1 marks uneven windows.
        ``search`` is given a mask (N,) of these and returns their glyphs.
        """
        uneven = levels < 0
        if uneven.all() or self.gray_scale is None:
            return search(uneven)
        gray = self.gray_scale.nearest(levels[~uneven], self.index.ids_of(span), k)
        if not uneven.any():
            return gray
        return _interleaved(uneven, search(uneven), gray)


def _interleaved(where: Mask, first: Neighbors, second: Neighbors) -> Neighbors:
    """Return neighbors (N, k): in order, the first ones ``where`` (N,) is True, else the second."""
    merged = []
    for own, other in zip(first, second, strict=True):
        both = np.empty((len(where), own.shape[1]), own.dtype)
        both[where], both[~where] = own, other
        merged.append(both)
    return Neighbors(*merged)


class PagePart(NamedTuple):
    """Some rows of pages, and what is known about them from the whole page."""

    rows: slice
    """The rows of cells to match; the others of the pages are only context."""
    even: InkRange | None
    """Where these rows are an even gray; None if that does not matter."""
    low_rank_maps: Sequence[LowRankMap] | None = None
    """For rows of glyphs that differ in width: the map that fits the whole page, for each mode."""
