"""Stage 2: a picture's brightness -> tone's ink, from none to more than the densest glyph's.

Local contrast is what a guided filter (He, Sun and Tang 2013), which smooths a page but keeps its
edges, takes away from it. So it is raised without a rim along the edges.
"""

from __future__ import annotations

import cv2
import numpy as np

from asciiart.glyphs.grid import Cell, Grid
from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Gray, Mask
from asciiart.options import Background, Options

WHITE_INK_SHARE = 1.35
"""Ink that stands for white, as a multiple of the densest glyph's. It is more, since the glyph that
is nearest to an ink is on the average lighter, and all of white is to get the densest."""
_NEARLY_WHITE = 1.12
"""The ink of what is nearly white, likewise."""
_STEEPNESS = 8.9
"""Power with which ink rises from nearly white to white."""
_GAMMA = 1.25
"""Power of the curve from brightness to ink. By 1 steps would be even in ink, of which the eye sees
the first most; on a dark page they would be even in lightness by 2.2, with little in the middle."""
_BLACKNESS = 9
"""Power with which ink fades near black, so that shadows are black."""
_MOST = 1.55
"""Greatest ink after local contrast, as a multiple of the densest glyph's."""
_FINE = 0.4
"""Standard deviation of the blur that removes what no glyph shows, in half-width characters."""
_RADIUS = 1.25
"""Radius of the guided filter's window, in half-width characters."""
_EDGE = 0.02
"""Variance of ink in a window, in units of the densest glyph's, above which it holds an edge."""
_LOCAL_GAIN = 2.0
"""Greatest amplification of local contrast, at a detail of 1."""
_LEVEL = np.float32(1 / 255)
"""The step from one of 256 levels of brightness to the next."""


def with_pure_ink(table: Gray, background: Background) -> Gray:
    """Return the brightness (256,) of gray levels with full ink for pure white or black only.

    Levels that are nearly so, and reach it only by stretching, stay one level short of it.
    """
    if background == "dark":
        return np.append(np.minimum(table[:-1], 1 - _LEVEL), table[-1:])
    return np.append(table[:1], np.maximum(table[1:], _LEVEL))


def ink_of_brightness(brightness: Gray, background: Background) -> Gray:
    """Return the ink of brightness (...), 0 to 1, from 0 to `WHITE_INK_SHARE`.

    It is a multiple of the densest glyph's, and 0 is black on a dark page and white on a light one.
    """
    inked = np.asarray(brightness if background == "dark" else 1 - brightness, np.float32)
    curve = inked ** np.float32(_GAMMA) * (1 - (1 - inked) ** np.float32(_BLACKNESS))
    top = np.float32(WHITE_INK_SHARE - _NEARLY_WHITE) * inked ** np.float32(_STEEPNESS)
    return np.asarray(np.float32(_NEARLY_WHITE) * curve + top, np.float32)


def inked_share(ink: Ink, white: float) -> Ink:
    """Return the brightness of ink (...), as if on a dark page: `ink_of_brightness` undone.

    ``white`` is the ink of white.
    """
    brightness = np.linspace(0, 1, 1024, dtype=np.float32)
    inks = ink_of_brightness(brightness, "dark") * np.float32(white / WHITE_INK_SHARE)
    return np.asarray(np.interp(ink, inks, brightness), np.float32)


def shown_density(ink: Ink, white: float) -> Ink:
    """Return the mean ink (...) of the glyphs that are to show an even ink (...).

    ``white`` is the ink of white; see `WHITE_INK_SHARE`.
    """
    densest = np.float32(white / WHITE_INK_SHARE)
    return np.asarray(np.minimum(ink / np.float32(_NEARLY_WHITE), densest), np.float32)


def tone_ink(even: Ink, grid: Grid, options: Options, density: float) -> Ink:
    """Return ink (R·h, C·w) that follows the picture, with more local contrast.

    ``even`` is the ink of each pixel's brightness, as `ink_of_brightness` returns it. It stays in
    whole cells of pure white or pure black.
    """
    ink = even + _local_contrast(even, grid.cell.unit, _LOCAL_GAIN * options.detail)
    for pure in (0, even.dtype.type(WHITE_INK_SHARE)):
        ink[_whole_cells(even == pure, grid.cell)] = pure
    full = white_ink(density, options.shares.get("structure", 0.0)) / WHITE_INK_SHARE
    ink *= np.float32(full)
    return np.clip(ink, 0, np.float32(_MOST * full), out=ink)


def _whole_cells(where: Mask, cell: Cell) -> Mask:
    """Return the union of all cell-sized windows in which ``where`` (H, W) is True throughout."""
    if not where.any():
        return where
    box = np.ones(cell.size, np.uint8)
    first, last = (0, 0), (cell.width - 1, cell.height - 1)
    corners = cv2.erode(where.astype(np.uint8), box, anchor=first)
    return cv2.dilate(corners, box, anchor=last) > 0


def white_ink(density: float, structure: float) -> float:
    """Return the ink that stands for white (on dark) or black (on light).

    ``density`` is the mean ink of the densest glyph and ``structure`` the share of outlines in a
    blend, 0 to 1: the more outlines count, the lighter is the shading, so that they stand out.
    """
    return WHITE_INK_SHARE * density * (1 - structure**2)


def _local_contrast(page: Ink, unit: int, gain: float) -> Ink:
    """Return how much a page (H, W) differs from its surroundings, but for edges, times ``gain``.

    ``unit`` is the width of a half-width character in pixels. The result is computed on a page so
    small that this is about four.
    """
    height, width = page.shape
    factor = next(n for n in range(max(1, unit // 4), 0, -1) if unit % n == 0)
    around = (0, -height % factor, 0, -width % factor)
    padded = cv2.copyMakeBorder(page, *around, cv2.BORDER_REPLICATE)
    size = (padded.shape[1] // factor, padded.shape[0] // factor)
    small = cv2.resize(padded, size, interpolation=cv2.INTER_AREA)
    fine = np.asarray(cv2.GaussianBlur(small, (0, 0), _FINE * unit / factor), np.float32)
    smooth = _smooth_but_for_edges(fine, round(_RADIUS * unit / factor))
    contrast = np.float32(gain) * (fine - smooth)
    whole = cv2.resize(contrast, padded.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole[:height, :width], np.float32)


def _smooth_but_for_edges(page: Ink, radius: int) -> Ink:
    """Return a page (H, W) filtered with itself as the guide, in windows of a radius in pixels."""
    window = (2 * radius + 1, 2 * radius + 1)
    mean = cv2.blur(page, window)
    variance = np.maximum(cv2.blur(page * page, window) - mean * mean, 0)
    kept = variance / (variance + np.float32(_EDGE))
    return cv2.blur(kept, window) * page + cv2.blur(mean - kept * mean, window)
