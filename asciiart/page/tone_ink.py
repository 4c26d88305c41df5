"""Stage 2: a picture's brightness -> tone's ink, as bright or dark, with more local contrast."""

from __future__ import annotations

import cv2
import numpy as np

from asciiart.glyphs.grid import Cell, Grid
from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Gray, Mask
from asciiart.options import Background, Options

_LOCAL_BAND = (1 / 3, 2.0)
"""Standard deviations, in cell widths, of the two blurs whose difference is local contrast."""
_LOCAL_GAIN = 1.3
"""Greatest amplification of local contrast, at a detail of 1."""
WHITE_INK_SHARE = 0.9
"""Share of the densest glyph's ink that stands for white; the rest is left to local contrast."""
_HEADROOM = 1.25
"""Greatest ink after local contrast, as a multiple of the densest glyph's."""
_LEVEL = np.float32(1 / 255)
"""The step from one of 256 levels of brightness to the next."""


def with_pure_ink(table: Gray, background: Background) -> Gray:
    """Return the brightness (256,) of gray levels with full ink for pure white or black only.

    Levels that are nearly so, and reach it only by stretching, stay one level short of it.
    """
    if background == "dark":
        return np.append(np.minimum(table[:-1], 1 - _LEVEL), table[-1:])
    return np.append(table[:1], np.maximum(table[1:], _LEVEL))


def tone_ink(gray: Gray, grid: Grid, options: Options, density: float) -> Ink:
    """Return ink (R·h, C·w) as bright (on dark) or as dark (on light) as the picture.

    Local contrast is raised, except in whole cells of pure white or pure black.
    """
    width = grid.cell.unit
    fine = cv2.GaussianBlur(gray, (0, 0), _LOCAL_BAND[0] * width)
    coarse = _wide_blur(gray, _LOCAL_BAND[1] * width)
    sharp = gray + _LOCAL_GAIN * options.detail * (fine - coarse)
    for pure in (0, 1):
        sharp[_whole_cells(gray == pure, grid.cell)] = pure
    ink = sharp if options.background == "dark" else 1 - sharp
    white = white_ink(density, options.shares.get("structure", 0.0))
    return np.asarray(np.clip(ink, 0, _HEADROOM / WHITE_INK_SHARE) * np.float32(white), np.float32)


def _whole_cells(where: Mask, cell: Cell) -> Mask:
    """Return the union of all cell-sized windows in which ``where`` (H, W) is True throughout."""
    if not where.any():
        return where
    box = np.ones(cell.size, np.uint8)
    first, last = (0, 0), (cell.width - 1, cell.height - 1)
    corners = cv2.erode(where.astype(np.uint8), box, anchor=first)
    return cv2.dilate(corners, box, anchor=last) > 0


def white_ink(density: float, structure: float) -> float:
    """Return the ink, 0 to 1, that stands for white (on dark) or black (on light).

    ``density`` is the mean ink of the densest glyph and ``structure`` the share of outlines in a
    blend, 0 to 1: the more outlines count, the lighter is the shading, so that they stand out.
    """
    return WHITE_INK_SHARE * density * (1 - structure**2)


def _wide_blur(gray: Gray, sigma: float) -> Gray:
    """Return a Gaussian blur, computed on a picture so small that sigma is about 2 px."""
    height, width = gray.shape
    factor = max(1, round(sigma / 2))
    small_size = (-(-width // factor), -(-height // factor))
    small = cv2.resize(gray, small_size, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), sigma / factor)
    return np.asarray(cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR))
