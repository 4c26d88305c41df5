"""What the encoder learns: how well a glyph fits a cell, as an inner product of known features.

Both scores are bilinear, score(c, g) = <query(c), features(g)> + bias(g), so an embedding can learn
them and an inner-product index can search them. Features are taken from pages and glyphs drawn
with rows of 32 px.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.options import Mode
from asciiart.page.strokes import (
    MAX_STROKE_WIDTH,
    ROW_HEIGHT,
    direction_maps,
    find_strokes,
    tolerance_maps,
)

Features = NDArray[np.float32]
Ink = NDArray[np.float32]

_MARGIN = 8
"""Pixels of blank paper round a glyph: its neighbors' ink does not reach its directions."""
_SHEET = 256
"""Glyphs whose strokes are found at once."""


class GlyphFeatures(NamedTuple):
    """What is known of glyphs."""

    maps: Features
    """(G, M, H', W')."""
    biases: Features
    """(G,)."""


class MatchScore(Protocol):
    """A bilinear score of glyphs for cells."""

    temperature: ClassVar[float]
    """The score's difference that counts as clear."""
    maps: ClassVar[int]
    """M: feature maps of a page or glyph."""
    row_height: ClassVar[int]
    """Pixels of a row in feature maps."""

    def cells(self, page: Ink, height: int, width: int) -> Features:
        """Return the queries (N, M·H'·W') of a page (H, W), cut into cells in reading order."""

    def glyphs(self, inks: Ink) -> GlyphFeatures:
        """Return the features and biases of glyphs (G, h, w)."""


def _cut_maps(maps: NDArray[np.uint8] | Features, height: int, width: int) -> Features:
    """Cut maps (M, R·h, C·w) into cells (N, M·h·w)."""
    count, page_height, page_width = maps.shape
    rows, columns = page_height // height, page_width // width
    cells = maps.reshape(count, rows, height, columns, width).transpose(1, 3, 0, 2, 4)
    return cells.reshape(rows * columns, -1).astype(np.float32)


@dataclass(frozen=True)
class StructureScore:
    """score(c, g) = <T_c, B_g> + <B_c, T_g> - weight * |B_g|.

    B marks where the strokes lie, in 8 directions; T where a stroke would be near enough to match.
    """

    weight: float = 0.7
    """The F that a page reaches: maximizing F = hits / length picks, in each cell, the glyph with
    the largest hits - F * its own length."""

    temperature: ClassVar[float] = 3.0
    maps: ClassVar[int] = 16
    row_height: ClassVar[int] = ROW_HEIGHT

    def cells(self, page: Ink, height: int, width: int) -> Features:
        """Return the queries: T, then B."""
        strokes = find_strokes(page)
        maps = np.concatenate([tolerance_maps(strokes), direction_maps(strokes)])
        return _cut_maps(maps, height, width)

    def glyphs(self, inks: Ink) -> GlyphFeatures:
        """Return the features, B and then T, and the biases."""
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
    """-(c - g)' M (c - g) up to the cell's own constant: 2 <c, M g> - <g, M g>.

    M says what the eye sees of a difference: what is left after a Gaussian blur (M = blur of blur),
    and the difference of the means once more. Blurs end at the glyph's own border, which the glyph
    knows and a local code of the page cannot. Ink is averaged to every second pixel: nothing finer
    is left in M g.
    """

    sigma: float = 0.25
    """Of the blur, in half heights of a row: the width of a cell."""
    mean: float = 0.25
    """Weight of the means."""

    temperature: ClassVar[float] = 0.05
    maps: ClassVar[int] = 1
    row_height: ClassVar[int] = ROW_HEIGHT // 2

    def cells(self, page: Ink, height: int, width: int) -> Features:
        """Return the queries, 2 c."""
        return _cut_maps(2 * _halve(page)[None], height // 2, width // 2)

    def glyphs(self, inks: Ink) -> GlyphFeatures:
        """Return the features, M g, and the biases."""
        halves = np.stack([_halve(ink) for ink in inks])
        seen = np.stack([self._seen(half) for half in halves])
        return GlyphFeatures(seen[:, None], -(halves * seen).sum(axis=(1, 2)))

    def _seen(self, ink: Ink) -> Features:
        sigma = self.sigma * ink.shape[0] / 2
        seen = ink
        for _ in range(2):
            blurred = cv2.GaussianBlur(seen, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
            seen = np.asarray(blurred, np.float32)
        return np.asarray(seen + self.mean * ink.mean(), np.float32)


def _halve(ink: Ink) -> Ink:
    height, width = ink.shape
    half = cv2.resize(ink, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(half, np.float32)


SCORES: dict[Mode, type[StructureScore] | type[ToneScore]] = {
    "structure": StructureScore,
    "tone": ToneScore,
}
"""What each mode's encoder is trained on."""
