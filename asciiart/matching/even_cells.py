"""Stage 5: cells of one even gray, each drawn with the glyph of its level.

The code of such a cell is known beforehand, so all of them that are equally bright get the same
glyph, whatever lies around them. From black to white the glyphs only become denser: black is the
space and white the densest glyph.
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
from asciiart.matching.cell_codes import inked_cells
from asciiart.matching.encoder import Encoder
from asciiart.matching.glyph_index import GlyphIndex, Neighbors

Ink = NDArray[np.float32]
Floats = NDArray[np.float32]
Levels = NDArray[np.int64]
Mask = NDArray[np.bool_]

WHITE = 255
"""The level of white; black is 0."""
_EVEN = 2.0
"""Levels by which the pixels of an even cell may differ."""
_NEARLY = 1e-3
"""Levels that are no more than a rounding error, which never parts equal grays."""
_NEARLY_WHITE = 230
"""A cell that has no darker pixels is nearly white."""
_FADING = 0.25
"""White areas of whose cells a greater share lies beside uneven ones that are nearly white are
those of photographs, which fade."""
_AHEAD = np.float32(1e-2)
"""Score by which a glyph leads that is put first because the one before it is as dense."""
_DENSEST = 1.4
"""White takes no glyph denser than this many times its ink: nothing else on the page comes near."""


@dataclass(frozen=True, eq=False)
class GrayScale:
    """What an even gray of each level is drawn with."""

    white: float
    """Ink that stands for white."""
    scores: Floats
    """(256, G), how well each glyph of an index shows each level."""

    def nearest(self, levels: Levels, glyph_ids: NDArray[np.int64], k: int) -> Neighbors:
        """Return the ``k`` best (N, k), or all, of the glyphs (G',) for even windows (N,)."""
        used, which = np.unique(levels, return_inverse=True)
        scores = self.scores[used][:, glyph_ids]
        order = _best(scores, min(k, len(glyph_ids)))
        found = glyph_ids[order].astype(np.int32)
        return Neighbors(found[which], np.take_along_axis(scores, order, axis=1)[which])


def _best(scores: Floats, k: int) -> NDArray[np.int64]:
    """Return the columns of each row's ``k`` highest scores, best first."""
    chosen = np.sort(np.argpartition(-scores, k - 1, axis=1)[:, :k], axis=1)
    order = np.argsort(-np.take_along_axis(scores, chosen, axis=1), axis=1, kind="stable")
    return np.take_along_axis(chosen, order, axis=1)


def make_gray_scale(
    encoder: Encoder, tone: GlyphIndex, whole: GlyphIndex, cell_pixels: int, white: float
) -> GrayScale:
    """Return the gray scale of the glyphs of an index.

    ``tone`` holds their tone keys alone and ``whole`` those of all codes side by side;
    ``cell_pixels`` are those of one column of a row, and ``white`` is the ink of white.
    """
    inks = np.arange(WHITE + 1, dtype=np.float32) * np.float32(white / WHITE)
    codes = encoder.encode_even(inks)
    codes[0] = 0
    scores = np.empty((len(inks), len(whole.spans)), np.float32)
    for span, keys in tone.keys.items():
        sums = keys[:, :-1].reshape(len(keys), -1, codes.shape[1]).sum(axis=1)
        scores[:, whole.ids_of(span)] = codes @ sums.T + whole.keys[span][:, -1]
    densities = np.asarray(whole.inks / (whole.spans * cell_pixels), np.float32)
    _rank_by_density(scores, whole.spans, densities, _DENSEST * white)
    return GrayScale(white, scores)


def _rank_by_density(
    scores: Floats, spans: NDArray[np.int64], densities: Floats, limit: float
) -> None:
    """Let the best glyph become denser from level to level, and be the densest for white.

    Of those, that is, that are no denser than ``limit``.
    """
    scores[0, 0] = max(_AHEAD, scores[0].max() + _AHEAD)
    before = 0
    for own in scores[:-1]:
        by_column = own / spans
        best = int(by_column.argmax())
        if densities[best] < densities[before]:
            best = before
            own[best] = (by_column.max() + _AHEAD) * spans[best]
        before = best
    allowed = np.minimum(densities, 2 * limit - densities)
    top = max(_AHEAD, (scores[-1] / spans).max())
    scores[-1] = top * spans * allowed / allowed.max()


@dataclass(frozen=True, eq=False)
class InkRange:
    """How much ink there is in each column of a page's rows, in levels of `GrayScale`."""

    least: Floats
    """(R, C)."""
    most: Floats
    """(R, C); infinite where another page has ink, too."""
    white: Mask
    """(R, C), where there is nothing but white."""

    def rows(self, wanted: slice) -> InkRange:
        """Return the range in some of the rows."""
        return InkRange(self.least[wanted], self.most[wanted], self.white[wanted])

    def levels(self, span: int = 1) -> Levels:
        """Return the level (R, C) of the ``span`` columns from each on; -1 where they are uneven.

        Near the right border, where so many are not left, they count as uneven.
        """
        rows, columns = self.least.shape
        levels = np.full((rows, columns), -1, np.int64)
        if span <= columns:
            least = sliding_window_view(self.least, span, axis=1).min(axis=2)
            most = sliding_window_view(self.most, span, axis=1).max(axis=2)
            white = sliding_window_view(self.white, span, axis=1).all(axis=2)
            even = most - least <= _EVEN
            middle = np.where(even, (least + most) / 2, 0)
            gray = np.minimum(np.floor(middle + (0.5 + _NEARLY)).astype(np.int64), WHITE - 1)
            levels[:, : columns + 1 - span] = np.where(even, np.where(white, WHITE, gray), -1)
        return levels


class InkExtent(NamedTuple):
    """The least and the most ink of cells; see `InkRange`."""

    least: Floats
    """(R, C)."""
    most: Floats
    """(R, C)."""


def ink_extent(page: Ink, others: Sequence[Ink], cell: Cell, white: float) -> InkExtent:
    """Return the least and the most ink in each cell of a page (R·h, C·w) or of a part of it.

    ``others`` are pages of the same size; where they have ink nothing is even. ``white`` is the
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
    """Return the range of a whole page, which alone shows where a white area fades."""
    least, most = extent
    return InkRange(least, most, _white_areas(least, most, max(1, cell.unit // cell.width)))


def _white_areas(least: Floats, most: Floats, reach: int) -> Mask:
    """Return the columns (R, C) that are white and do not fade into nearly white ones.

    A character so much denser than those of nearly white would draw an edge there that the picture
    has not. ``reach`` is the width of a half-width character in columns.
    """
    white = np.maximum(np.abs(least - WHITE), np.abs(most - WHITE)) <= _NEARLY
    fading = (least >= _NEARLY_WHITE) & (most - least > _EVEN) & (most < np.inf)
    if not (white.any() and fading.any()):
        return white
    around = np.ones((3, 2 * reach + 1), np.uint8)
    beside = white & (cv2.dilate(fading.astype(np.uint8), around) > 0)
    count, areas = cv2.connectedComponents(white.astype(np.uint8))
    sizes = np.bincount(areas[white], minlength=count)
    fades = np.bincount(areas[beside], minlength=count) > _FADING * sizes
    return np.asarray(white & ~fades[areas])
