"""What the encoder learns: how well a glyph fits a cell, as an inner product of known features.

Both scores are bilinear, score(c, g) = <query(c), key(g)> + bias(g), so an embedding can learn
them and an inner-product index can search them. Features are taken from pages and glyphs drawn
with rows of 32 px.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.strokes import direction_maps, find_strokes, tolerance_maps

Features = NDArray[np.float32]
Ink = NDArray[np.float32]

_MARGIN = 8
"""Pixels of blank paper round a glyph before its strokes are found."""


class GlyphFeatures(NamedTuple):
    """What is known of glyphs."""

    keys: Features
    """(G, Q)."""
    biases: Features
    """(G,)."""


class Score(Protocol):
    """A bilinear score of glyphs for cells."""

    temperature: float
    """The score's difference that counts as clear."""

    def cells(self, page: Ink, height: int, width: int) -> Features:
        """Return the queries (N, Q) of a page (H, W) cut into cells of ``height`` x ``width``."""

    def glyphs(self, inks: Ink) -> GlyphFeatures:
        """Return the keys and biases of glyphs (G, h, w)."""


def _cut_maps(maps: NDArray[np.uint8] | Features, height: int, width: int) -> Features:
    """Cut maps (M, R·h, C·w) into cells (N, M·h·w)."""
    count, page_height, page_width = maps.shape
    rows, columns = page_height // height, page_width // width
    cells = maps.reshape(count, rows, height, columns, width).transpose(1, 3, 0, 2, 4)
    return cells.reshape(rows * columns, -1).astype(np.float32)


class StructureScore:
    """score(c, g) = <T_c, B_g> + <B_c, T_g> - weight * |B_g|.

    B marks where the strokes lie, in 8 directions; T where a stroke would be near enough to match.
    ``weight`` is the F that a page reaches: maximizing F = hits / length picks, in each cell, the
    glyph with the largest hits - F * its own length.
    """

    temperature = 3.0

    def __init__(self, weight: float = 0.7) -> None:
        self.weight = weight

    def cells(self, page: Ink, height: int, width: int) -> Features:
        """Return the queries: T, then B."""
        strokes = find_strokes(page)
        maps = np.concatenate([tolerance_maps(strokes), direction_maps(strokes)])
        return _cut_maps(maps, height, width)

    def glyphs(self, inks: Ink) -> GlyphFeatures:
        """Return the keys, B and then T, and the biases."""
        keys, lengths = [], []
        inner = (slice(None), slice(_MARGIN, -_MARGIN), slice(_MARGIN, -_MARGIN))
        for ink in inks:
            strokes = find_strokes(cv2.copyMakeBorder(ink, *(_MARGIN,) * 4, cv2.BORDER_CONSTANT))
            on, near = direction_maps(strokes)[inner], tolerance_maps(strokes)[inner]
            keys.append(np.concatenate([on, near]).ravel().astype(np.float32))
            lengths.append(on.sum())
        return GlyphFeatures(np.stack(keys), -self.weight * np.array(lengths, np.float32))


class ToneScore:
    """-(c - g)' M (c - g) up to the cell's own constant: 2 <c, M g> - <g, M g>.

    M says what the eye sees of a difference: what is left after a Gaussian blur of ``sigma`` cell
    widths (M = blur of blur), and the difference of the means once more, with weight ``mean``.
    Blurs end at the glyph's own border, which the glyph knows and a local code of the page cannot.
    Ink is averaged to every second pixel: nothing finer is left in M g.
    """

    temperature = 0.05

    def __init__(self, sigma: float = 0.25, mean: float = 0.25) -> None:
        self.sigma = sigma
        self.mean = mean

    def cells(self, page: Ink, height: int, width: int) -> Features:
        """Return the queries, 2 c."""
        return _cut_maps(2 * _halve(page)[None], height // 2, width // 2)

    def glyphs(self, inks: Ink) -> GlyphFeatures:
        """Return the keys, M g, and the biases."""
        halves = [_halve(ink) for ink in inks]
        keys = np.stack([self._seen(half).ravel() for half in halves])
        flat = np.stack([half.ravel() for half in halves])
        return GlyphFeatures(keys, -(flat * keys).sum(1))

    def _seen(self, ink: Ink) -> Features:
        sigma = self.sigma * ink.shape[1]
        seen = ink
        for _ in range(2):
            blurred = cv2.GaussianBlur(seen, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
            seen = np.asarray(blurred, np.float32)
        return np.asarray(seen + self.mean * ink.mean(), np.float32)


def _halve(ink: Ink) -> Ink:
    height, width = ink.shape
    half = cv2.resize(ink, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(half, np.float32)
