"""The scores that encoders learn: how well a glyph fits a cell, as an inner product of features.

Both scores are bilinear, score(c, g) = <query(c), features(g)> + bias(g), so an embedding can learn
them and an inner-product index can search them. Features are computed from pages and glyphs drawn
with rows of 32 px.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.glyphs.rasterize import Ink
from asciiart.options import Mode
from asciiart.page.strokes import (
    MAX_STROKE_WIDTH,
    ROW_HEIGHT,
    direction_maps,
    find_strokes,
    tolerance_maps,
)

Features = NDArray[np.float32]

_MARGIN = 8
"""Pixels of blank paper around a glyph, so that its neighbors do not change its directions."""
_SHEET = 256
"""Number of glyphs whose strokes are found at once."""


class GlyphFeatures(NamedTuple):
    """The known side of a score: features and biases of G glyphs."""

    maps: Features
    """(G, M, H', W'), M feature maps of each glyph."""
    biases: Features
    """(G,), added to the inner products."""


class MatchScore(Protocol):
    """A bilinear score of glyphs for cells."""

    temperature: ClassVar[float]
    """Softmax temperature: the score difference at which one glyph is clearly better."""
    maps: ClassVar[int]
    """Number M of feature maps of a page or glyph."""
    row_height: ClassVar[int]
    """Height of a row in feature maps, in pixels."""

    def cells(self, page: Ink, height: int, width: int) -> Features:
        """Return the queries (N, M·H'·W') of a page's cells, in reading order.

        The page (H, W) has ink from 0 to 1 and rows of 32 px; a cell is ``height`` x ``width``
        pixels of it.
        """

    def glyphs(self, inks: Ink) -> GlyphFeatures:
        """Return the features and biases of glyphs (G, h, w), drawn with rows of 32 px."""


def _cut_maps(maps: NDArray[np.uint8] | Features, height: int, width: int) -> Features:
    """Cut maps (M, R·h, C·w) into cells (N, M·h·w)."""
    count, page_height, page_width = maps.shape
    rows, columns = page_height // height, page_width // width
    cells = maps.reshape(count, rows, height, columns, width).transpose(1, 3, 0, 2, 4)
    return cells.reshape(rows * columns, -1).astype(np.float32)


@dataclass(frozen=True)
class StructureScore:
    """The score of lines: score(c, g) = <T_c, B_g> + <B_c, T_g> - weight * |B_g|.

    B marks where strokes lie, in 8 directions; T marks where a stroke would be near enough to
    match.
    """

    weight: float = 0.7
    """Cost of a glyph's stroke length, which is the F that a page reaches: to maximize
    F = hits / length is to choose, in each cell, the glyph with the largest hits - F * length."""

    temperature: ClassVar[float] = 3.0
    maps: ClassVar[int] = 16
    row_height: ClassVar[int] = ROW_HEIGHT

    def cells(self, page: Ink, height: int, width: int) -> Features:
        """Return the queries of a page's cells: T, then B."""
        strokes = find_strokes(page)
        maps = np.concatenate([tolerance_maps(strokes), direction_maps(strokes)])
        return _cut_maps(maps, height, width)

    def glyphs(self, inks: Ink) -> GlyphFeatures:
        """Return the glyphs' features, B and then T, and their biases."""
        maps = np.empty((len(inks), self.maps, *inks.shape[1:]), np.float32)
        for start in range(0, len(inks), _SHEET):
            some = slice(start, start + _SHEET)
            maps[some] = _stroke_maps(inks[some])
        lengths = maps[:, : self.maps // 2].sum(axis=(1, 2, 3))
        return GlyphFeatures(maps, -np.float32(self.weight) * lengths)


def _stroke_maps(inks: Ink) -> Features:
    """Return B and T (G, 16, h, w) of glyphs, found side by side on one sheet."""
    around = ((0, 0), (_MARGIN, _MARGIN), (_MARGIN, _MARGIN))
    padded = np.pad(inks, around)
    count, height, width = padded.shape
    strokes = find_strokes(padded.swapaxes(0, 1).reshape(height, count * width), MAX_STROKE_WIDTH)
    sheet = np.concatenate([direction_maps(strokes), tolerance_maps(strokes)])
    maps = sheet.reshape(len(sheet), height, count, width).transpose(2, 0, 1, 3)
    return maps[:, :, _MARGIN:-_MARGIN, _MARGIN:-_MARGIN].astype(np.float32)


@dataclass(frozen=True)
class ToneScore:
    """The score of brightness: -(c - g)' M (c - g), up to a constant of the cell.

    That is 2 <c, M g> - <g, M g>. M models what the eye sees of a difference: the part that is left
    after a Gaussian blur (M = blur of blur) and, in addition, the difference of the means. The blur
    ends at the glyph's own border, which the glyph knows and a local code of the page cannot know.
    Ink is averaged to every second pixel, since M g has no finer detail.
    """

    sigma: float = 0.25
    """Standard deviation of the blur, in half heights of a row, which are widths of a cell."""
    mean: float = 0.25
    """Weight of the difference of the means."""

    temperature: ClassVar[float] = 0.05
    maps: ClassVar[int] = 1
    row_height: ClassVar[int] = ROW_HEIGHT // 2

    def cells(self, page: Ink, height: int, width: int) -> Features:
        """Return the queries of a page's cells, 2 c."""
        return _cut_maps(2 * _halve(page)[None], height // 2, width // 2)

    def glyphs(self, inks: Ink) -> GlyphFeatures:
        """Return the glyphs' features, M g, and their biases."""
        halves = np.stack([_halve(ink) for ink in inks])
        visible = np.stack([self._visible_part(half) for half in halves])
        return GlyphFeatures(visible[:, None], -(halves * visible).sum(axis=(1, 2)))

    def _visible_part(self, ink: Ink) -> Features:
        """Return M g (h/2, w/2) of a glyph."""
        sigma = self.sigma * ink.shape[0] / 2
        blurred = ink
        for _ in range(2):
            once_more = cv2.GaussianBlur(blurred, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
            blurred = np.asarray(once_more, np.float32)
        return np.asarray(blurred + self.mean * ink.mean(), np.float32)


def _halve(ink: Ink) -> Ink:
    """Return ink (h/2, w/2) averaged over blocks of 2 x 2 pixels."""
    height, width = ink.shape
    half = cv2.resize(ink, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(half, np.float32)


SCORES: dict[Mode, type[StructureScore] | type[ToneScore]] = {
    "structure": StructureScore,
    "tone": ToneScore,
}
"""The score that each mode's encoder is trained to approximate."""
