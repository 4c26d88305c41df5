"""Lines of a drawing: a grayscale page -> one-pixel lines, for structure mode.

A drawing has its lines already and only needs thinning; edge detection would double each stroke.
(A photograph's lines are its contours, see `contours`.)
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from asciiart.io.pictures.arrays import Gray, Mask
from asciiart.page.bands import BAND_PIXELS, split
from asciiart.page.strokes import STROKE_THRESHOLD, center_lines, thick_parts

_MOST_INK = 0.30
"""A drawing leaves at least the rest of its page blank."""
_MOST_MIDTONES = 0.12
"""A drawing has at most this share of pixels that are neither stroke nor page."""
_BORDER = 2
"""Pixels beside a stroke that may be of any gray."""
_MOST_THICK = 0.55
"""A drawing has at most this share of its ink in areas rather than strokes."""


def is_drawing(gray: Gray, stroke: int) -> bool:
    """Tell a line drawing, mostly page with thin strokes, from a photograph or flat areas.

    ``gray`` (H, W) has 0 = stroke, 1 = page; ``stroke`` is the widest stroke in pixels.
    """
    height, width = gray.shape
    return is_drawing_in_bands(lambda top, bottom: gray[top:bottom], height, width, stroke)


def is_drawing_in_bands(
    rows: Callable[[int, int], Gray], height: int, width: int, stroke: int
) -> bool:
    """Tell as `is_drawing` of a page of which ``rows`` gives those from one to another."""

    def total(find: Callable[[Gray], Mask], around: int) -> int:
        bands = split(height, BAND_PIXELS // width, around)
        return sum(int(find(rows(b.first, b.last))[b.inner].sum()) for b in bands)

    ink = total(_find_ink, 0)
    if not 0 < ink <= _MOST_INK * height * width:
        return False
    if total(_find_midtones, _BORDER) > _MOST_MIDTONES * height * width:
        return False
    return total(lambda gray: thick_parts(_find_ink(gray), stroke), 2 * stroke) <= _MOST_THICK * ink


def _find_ink(gray: Gray) -> Mask:
    return gray < STROKE_THRESHOLD


def _find_midtones(gray: Gray) -> Mask:
    """Return what is neither stroke nor page, nor the soft border of a stroke."""
    side = 2 * _BORDER + 1
    borders = cv2.dilate(_find_ink(gray).astype(np.uint8), np.ones((side, side), np.uint8)) > 0
    return (gray > 0.3) & (gray < 0.8) & ~borders


def drop_short(lines: Mask, shortest: int) -> Mask:
    """Return the lines without those connected pieces that have under ``shortest`` pixels."""
    _, labels = cv2.connectedComponents(lines.view(np.uint8), connectivity=8)
    on = np.flatnonzero(lines)
    pieces = np.asarray(labels).ravel()[on]
    long_enough = np.bincount(pieces)[pieces] >= shortest
    kept = np.zeros(lines.shape, bool)
    kept.ravel()[on[long_enough]] = True
    return kept


def trace_drawing(gray: Gray, *, stroke: int, shortest: int) -> Mask:
    """Return the center lines of a drawing's strokes and the outlines of its filled areas.

    ``gray`` (H, W) has 0 = stroke, 1 = page; ``stroke`` is the widest stroke and ``shortest`` the
    shortest line that is kept, in pixels.
    """
    return drop_short(center_lines(gray < STROKE_THRESHOLD, stroke), shortest)
