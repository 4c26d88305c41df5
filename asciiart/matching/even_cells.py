"""Stage 5: cells of one even gray, each drawn with the glyph of its gray level.

The code of such a cell is known beforehand, so equally bright cells get the same glyph, whatever
lies around them. From black to white the glyphs only become denser: black is the space and white
the densest glyph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from asciiart.glyphs.grid import Cell
from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Mask
from asciiart.matching.arrays import Floats, Ids
from asciiart.matching.cell_codes import inked_cells
from asciiart.matching.encoder import Encoder
from asciiart.matching.glyph_index import GlyphIndex, Neighbors
from asciiart.page.tone_ink import shown_density

GrayLevels = NDArray[np.int64]

WHITE = 255
"""The level of white; black is 0."""
_EVEN = 8.0
"""Largest difference of the pixels of a cell in an even area, in levels."""
_ALONE = 3.0
"""The same of an even cell elsewhere, whose few levels of difference are a part's shape."""
_NEARLY = 1e-3
"""Largest rounding error, in levels; grays that differ by less are equal."""
_AHEAD = np.float32(1e-2)
"""Lead, in scores, of a glyph that is put first so that glyphs only become denser."""
_DENSEST = 0.84
"""Greatest density of the glyph for white, as a multiple of white's ink; a denser one would be far
denser than anything else on the page."""


_EVEN_STEPS = 1000.0
"""Cost, in scores, of the squared difference of a glyph's density from that of a level. Where all
is even the eye compares densities; elsewhere the code's own weight of the mean is better."""


@dataclass(frozen=True, eq=False)
class GrayScale:
    """The glyphs of an index, scored for an even gray of each level."""

    white: float
    """Ink that stands for white, 0 to 1."""
    scores: Floats
    """(256, G), the score of each glyph for each level."""

    def nearest(self, levels: GrayLevels, glyph_ids: Ids, k: int) -> Neighbors:
        """Return the ``k`` best (N, k), or all, of some glyphs for windows of even levels (N,)."""
        used, which = np.unique(levels, return_inverse=True)
        scores = self.scores[used][:, glyph_ids]
        order = _best(scores, min(k, len(glyph_ids)))
        found = glyph_ids[order].astype(np.int32)
        return Neighbors(found[which], np.take_along_axis(scores, order, axis=1)[which])


def _best(scores: Floats, k: int) -> Ids:
    """Return the columns (N, k) of each row's ``k`` highest scores, best first."""
    chosen = np.sort(np.argpartition(-scores, k - 1, axis=1)[:, :k], axis=1)
    order = np.argsort(-np.take_along_axis(scores, chosen, axis=1), axis=1, kind="stable")
    return np.take_along_axis(chosen, order, axis=1)


def make_gray_scale(
    encoder: Encoder, tone: GlyphIndex, whole: GlyphIndex, cell_pixels: int, white: float
) -> GrayScale:
    """Return the gray scale of the glyphs of an index.

    ``tone`` holds the glyphs' tone keys and ``whole`` those of all modes side by side;
    ``cell_pixels`` is the number of pixels in one column of a row, ``white`` the ink of white.
    """
    inks = np.arange(WHITE + 1, dtype=np.float32) * np.float32(white / WHITE)
    codes = encoder.encode_even(inks)
    codes[0] = 0
    scores = np.empty((len(inks), len(whole.spans)), np.float32)
    for span, keys in tone.keys.items():
        sums = keys[:, :-1].reshape(len(keys), -1, codes.shape[1]).sum(axis=1)
        scores[:, whole.ids_of(span)] = codes @ sums.T + whole.keys[span][:, -1]
    densities = np.asarray(whole.inks / (whole.spans * cell_pixels), np.float32)
    off = np.square(densities - shown_density(inks, white)[:, np.newaxis])
    scores -= np.float32(_EVEN_STEPS) * whole.spans.astype(np.float32) * off
    return GrayScale(white, _rank_by_density(scores, whole.spans, densities, _DENSEST * white))


def _rank_by_density(scores: Floats, spans: Ids, densities: Floats, limit: float) -> Floats:
    """Return scores (256, G) by which the best glyph only becomes denser from level to level.

    The best one for black is the space, and for white the densest that is no denser than
    ``limit``.
    """
    ranked = scores.copy()
    ranked[0, 0] = max(_AHEAD, ranked[0].max() + _AHEAD)
    before = 0
    for own in ranked[:-1]:
        by_column = own / spans
        best = int(by_column.argmax())
        if densities[best] < densities[before]:
            best = before
            own[best] = (by_column.max() + _AHEAD) * spans[best]
        before = best
    allowed = np.minimum(densities, 2 * limit - densities)
    top = max(_AHEAD, (ranked[-1] / spans).max())
    ranked[-1] = top * spans * allowed / allowed.max()
    return ranked


@dataclass(frozen=True, eq=False)
class InkRange:
    """The least and the most ink in each column of a page's rows, in levels of `GrayScale`."""

    least: Floats
    """(R, C), 0 to 255."""
    most: Floats
    """(R, C), 0 to 255; infinite where another mode's page has ink."""
    even: Mask
    """(R, C), True where a column is even, or nearly so and in an even area."""

    def rows(self, wanted: slice) -> InkRange:
        """Return the range in some of the rows."""
        return InkRange(self.least[wanted], self.most[wanted], self.even[wanted])

    def levels(self, span: int = 1) -> GrayLevels:
        """Return the level (R, C) of the ``span`` columns from each on, -1 where they are uneven.

        Columns near the right border, where fewer than ``span`` are left, count as uneven.
        """
        rows, columns = self.least.shape
        levels = np.full((rows, columns), -1, np.int64)
        if span <= columns:
            least = sliding_window_view(self.least, span, axis=1).min(axis=2)
            most = sliding_window_view(self.most, span, axis=1).max(axis=2)
            each_even = sliding_window_view(self.even, span, axis=1).all(axis=2)
            even = each_even & (most - least <= _EVEN)
            middle = np.where(even, (least + most) / 2, 0)
            gray = np.minimum(np.floor(middle + (0.5 + _NEARLY)).astype(np.int64), WHITE)
            levels[:, : columns + 1 - span] = np.where(even, gray, -1)
        return levels


class InkExtent(NamedTuple):
    """The least and the most ink of cells, before white areas are examined; see `InkRange`."""

    least: Floats
    """(R, C), 0 to 255."""
    most: Floats
    """(R, C), 0 to 255 or infinite."""


def ink_extent(page: Ink, others: Sequence[Ink], cell: Cell, white: float) -> InkExtent:
    """Return the least and the most ink in each cell of a page (R·h, C·w) or of a part of it.

    ``others`` are pages of the same size; where they have ink, no cell is even. ``white`` is the
    ink of white.
    """
    rows, columns = (n // size for n, size in zip(page.shape, cell.size, strict=True))
    by_row = page.reshape(rows, cell.height, page.shape[1])
    # One axis after the other: several times faster than both at once.
    least = by_row.min(axis=1).reshape(rows, columns, -1).min(axis=2) * np.float32(WHITE / white)
    most = by_row.max(axis=1).reshape(rows, columns, -1).max(axis=2) * np.float32(WHITE / white)
    for other in others:
        most[inked_cells(other, rows, columns)] = np.inf
    return InkExtent(least, most)


def to_range(extent: InkExtent, cell: Cell) -> InkRange:
    """Return the ink range of a whole page; a part would not show how far an area reaches."""
    least, most = extent
    return InkRange(least, most, _even_columns(most - least, max(1, cell.unit // cell.width)))


def _even_columns(difference: Floats, radius: int) -> Mask:
    """Return (R, C), True for columns that are even, or nearly so as are all around them.

    ``difference`` (R, C) is that of the least and the most ink; ``radius`` is the width of a
    half-width character in columns.
    """
    nearly = (difference <= _EVEN).astype(np.uint8)
    around = np.ones((3, 2 * radius + 1), np.uint8)
    return np.asarray(
        (difference <= _ALONE) | (cv2.morphologyEx(nearly, cv2.MORPH_OPEN, around) > 0)
    )
