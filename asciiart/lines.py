"""Lines of a drawing: a grayscale page -> one-pixel lines, for structure mode.

A drawing has its lines already and only needs thinning; edge detection would double each stroke.
(A photograph's lines are its contours, see `contours`.)
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.strokes import DRAWN, center_lines, thick_parts

Gray = NDArray[np.float32]
Mask = NDArray[np.bool_]

_MOST_INK = 0.30
"""A drawing leaves at least the rest of its page blank."""
_MOST_MIDTONES = 0.12
"""A drawing has at most this share of pixels that are neither stroke nor page."""
_MOST_THICK = 0.55
"""A drawing has at most this share of its ink in areas rather than strokes."""


def is_drawing(gray: Gray, stroke: int) -> bool:
    """Tell a line drawing, mostly page with thin strokes, from a photograph or flat areas.

    ``gray`` (H, W) has 0 = stroke, 1 = page; ``stroke`` is the widest stroke in pixels.
    """
    ink = gray < DRAWN
    share = float(ink.mean())
    if not 0 < share <= _MOST_INK:
        return False
    midtones = (gray > 0.3) & (gray < 0.8)
    borders = cv2.dilate(ink.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if float((midtones & ~borders).mean()) > _MOST_MIDTONES:
        return False
    return float(thick_parts(ink, stroke).sum() / ink.sum()) <= _MOST_THICK


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
    return drop_short(center_lines(gray < DRAWN, stroke), shortest)
