"""Lines of a drawing: a grayscale page -> one-pixel lines, for structure mode.

A drawing consists of lines, which only need thinning; edge detection would double each stroke. The
lines of a photograph are its contours; see `contours`.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from asciiart.io.pictures.arrays import Gray, Mask
from asciiart.page.bands import BAND_PIXELS, split
from asciiart.page.strokes import STROKE_THRESHOLD, center_lines, thick_parts

_MOST_INK = 0.30
"""Largest share of a drawing's page that is ink."""
_MOST_SHADED = 0.08
"""Largest share of a drawing's paper, away from its strokes, that is not blank."""
_BLANK = 0.85
"""Brightness from which paper is blank."""
_BORDER = 2
"""Width, in pixels, of the soft border of a stroke, which may have any gray."""
_MOST_THICK = 0.55
"""Largest share of a drawing's ink that lies in areas rather than strokes."""


def find_paper(gray: Gray) -> float:
    """Return the brightness of the paper, 0 or 1: that which most pixels are nearer to.

    ``gray`` (H, W) is brightness in [0, 1], or a sample of it.
    """
    return 1.0 if float(np.median(gray)) > 0.5 else 0.0


def as_strokes(gray: Gray, paper: float) -> Gray:
    """Return brightness (H, W) turned over, if need be, so that 0 = stroke and 1 = paper."""
    return gray if paper else np.asarray(1 - gray)


def is_drawing(gray: Gray, stroke: int) -> bool:
    """Tell whether a picture is a line drawing: thin strokes on a page that is mostly blank.

    In ``gray`` (H, W), 0 = stroke and 1 = page; ``stroke`` is the width of the widest stroke in
    pixels. Photographs and pictures of flat areas are no drawings.
    """
    height, width = gray.shape
    return is_drawing_in_bands(lambda top, bottom: gray[top:bottom], height, width, stroke)


def is_drawing_in_bands(
    rows: Callable[[int, int], Gray], height: int, width: int, stroke: int
) -> bool:
    """Tell whether a page is a line drawing, as `is_drawing` does, a band at a time.

    ``rows`` returns the page's rows from one up to another.
    """

    def total(find: Callable[[Gray], Mask], around: int) -> int:
        bands = split(height, BAND_PIXELS // width, around)
        return sum(int(find(rows(b.first, b.last))[b.inner].sum()) for b in bands)

    ink = total(_find_ink, 0)
    if not 0 < ink <= _MOST_INK * height * width:
        return False
    paper = total(_away_from_strokes, _BORDER)
    blank = total(lambda gray: _away_from_strokes(gray) & (gray > _BLANK), _BORDER)
    if paper - blank > _MOST_SHADED * paper:
        return False
    return total(lambda gray: thick_parts(_find_ink(gray), stroke), 2 * stroke) <= _MOST_THICK * ink


def _find_ink(gray: Gray) -> Mask:
    """Return (H, W), True where there is a stroke."""
    return gray < STROKE_THRESHOLD


def _away_from_strokes(gray: Gray) -> Mask:
    """Return (H, W), True for what is neither a stroke nor the soft border of one."""
    side = 2 * _BORDER + 1
    near = cv2.dilate(_find_ink(gray).astype(np.uint8), np.ones((side, side), np.uint8))
    return np.asarray(near == 0)


def drop_short(lines: Mask, shortest: int) -> Mask:
    """Return the lines (H, W) without connected pieces of fewer than ``shortest`` pixels."""
    _, labels = cv2.connectedComponents(lines.view(np.uint8), connectivity=8)
    on = np.flatnonzero(lines)
    pieces = np.asarray(labels).ravel()[on]
    long_enough = np.bincount(pieces)[pieces] >= shortest
    kept = np.zeros(lines.shape, bool)
    kept.ravel()[on[long_enough]] = True
    return kept


def trace_drawing(gray: Gray, *, stroke: int, shortest: int) -> Mask:
    """Return the center lines of a drawing's strokes and the outlines of its filled areas (H, W).

    In ``gray`` (H, W), 0 = stroke and 1 = page; ``stroke`` is the width of the widest stroke and
    ``shortest`` the length of the shortest line that is kept, both in pixels.
    """
    return drop_short(center_lines(gray < STROKE_THRESHOLD, stroke), shortest)
