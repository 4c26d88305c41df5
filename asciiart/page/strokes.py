"""Strokes: the skeleton of ink and, along it, the direction in which each stroke runs.

The structure score (how well a glyph fits a cell) and the oriented boundary F (how good a page is)
are both built on these functions, so training and measuring agree by construction. All constants
are for rows 32 px high.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Mask
from asciiart.page.thinning import thin

ROW_HEIGHT = 32
"""Height of a row, in pixels, for which the constants below are given."""
TOLERANCE = ROW_HEIGHT // 8
"""Largest distance of strokes that match, in pixels."""
MAX_STROKE_WIDTH = 9
"""Width of a bold glyph's stroke, in pixels; anything wider is a filled area."""
DIRECTIONS = 8
"""Number of bins of directions, each of 22.5 degrees; bin 0 is centered on vertical strokes."""
INK_THRESHOLD = 0.35
"""Least ink of a stroke."""
STROKE_THRESHOLD = 0.6 - 0.5 / 255
"""Brightness below which a line drawing's pixel is a stroke; 0.6 itself, in 8 bits, is not."""
_GRADIENT_SIGMA = 1.5
"""Standard deviation, in pixels, of the blur before gradients are computed."""
_TENSOR_SIGMA = 2.0
"""Standard deviation, in pixels, of the blur of the structure tensor."""
_INSCRIBED = 0.65
"""Side of a square that lies inside a disc, as a share of the disc's diameter."""

_SQUARE = np.ones((3, 3), np.uint8)
_CROSS = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))


class Strokes(NamedTuple):
    """The skeleton of a page and its directions."""

    skeleton: Mask
    """(H, W), True on the center lines of strokes."""
    angle: NDArray[np.float32]
    """(H, W), the stroke's normal in radians, modulo pi; meaningful only on the skeleton."""

    @property
    def length(self) -> int:
        """The length of the skeleton in pixels."""
        return int(np.count_nonzero(self.skeleton))


def widen(lines: Mask) -> Ink:
    """Return lines of one pixel (H, W) as ink with strokes 3 px wide."""
    return np.asarray(cv2.dilate(lines.astype(np.float32), _CROSS), np.float32)


def thick_parts(ink: Mask, stroke: int) -> Mask:
    """Return the parts of ``ink`` (H, W) wider than ``stroke`` pixels, by morphological opening."""
    mask = ink.astype(np.uint8)
    side = max(1, int(_INSCRIBED * stroke))
    if not cv2.erode(mask, np.ones((side, side), np.uint8)).any():
        return np.zeros(ink.shape, bool)  # a disc fits in only where a square inside it does
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (stroke, stroke))
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, disc), bool)


def center_lines(ink: Mask, stroke: int) -> Mask:
    """Return the center lines of strokes and the outlines of filled areas (H, W).

    Areas are the parts of ``ink`` (H, W) wider than ``stroke`` pixels.
    """
    areas = thick_parts(ink, stroke)
    if not areas.any():
        return thin(ink)
    grown = cv2.dilate(areas.astype(np.uint8), _SQUARE) > 0
    rim = areas & ~(cv2.erode(areas.astype(np.uint8), _SQUARE) > 0)
    return thin((ink & ~grown) | rim)


def find_strokes(ink: Ink, stroke: int | None = None) -> Strokes:
    """Return the strokes of ``ink`` (H, W), 0 = paper, 1 = full ink.

    Areas wider than ``stroke`` pixels, if that is given, become their outlines, as the eye sees
    them.
    """
    on = ink > INK_THRESHOLD
    return Strokes(thin(on) if stroke is None else center_lines(on, stroke), _normals(ink))


def strokes_of(lines: Mask) -> Strokes:
    """Return the strokes of lines (H, W) that are already one pixel wide."""
    return Strokes(lines, _normals(widen(lines)))


def _normals(ink: Ink) -> NDArray[np.float32]:
    """Return the strokes' normals (H, W) in radians, modulo pi.

    They are half the angles of the structure tensor (Bigun and Granlund 1987).
    """
    smooth = cv2.GaussianBlur(ink, (0, 0), _GRADIENT_SIGMA)
    gx = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3)
    gy = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3)
    xx, yy, xy = (cv2.GaussianBlur(p, (0, 0), _TENSOR_SIGMA) for p in (gx * gx, gy * gy, gx * gy))
    return np.asarray(np.arctan2(2 * xy, xx - yy) / 2, np.float32)


def direction_maps(strokes: Strokes) -> NDArray[np.uint8]:
    """Return B (8, H, W): 1 where a skeleton pixel's direction falls into the bin."""
    row, column = np.nonzero(strokes.skeleton)
    bins = np.rint(strokes.angle[row, column] * (DIRECTIONS / np.pi)).astype(np.int64) % DIRECTIONS
    maps = np.zeros((DIRECTIONS, *strokes.skeleton.shape), np.uint8)
    maps[bins, row, column] = 1
    return maps


def tolerance_maps(strokes: Strokes, tolerance: int = TOLERANCE) -> NDArray[np.uint8]:
    """Return T (8, H, W): 1 near skeleton pixels whose direction is close to the bin's.

    Near is at most ``tolerance`` pixels away; close is within 22.5 degrees of the bin's center.
    """
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * tolerance + 1,) * 2)
    step = np.pi / DIRECTIONS
    row, column = np.nonzero(strokes.skeleton)
    angle = strokes.angle[row, column]
    maps = np.empty((DIRECTIONS, *strokes.skeleton.shape), np.uint8)
    for i in range(DIRECTIONS):
        off = np.abs((angle - i * step + np.pi / 2) % np.pi - np.pi / 2)
        near = np.zeros(strokes.skeleton.shape, np.uint8)
        near[row, column] = off <= step
        maps[i] = cv2.dilate(near, disc)
    return maps
