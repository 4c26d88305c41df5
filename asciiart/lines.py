"""Line extraction: a grayscale page -> one-pixel lines, for structure mode.

A photograph's lines are its contours: smooth what is texture, keep what is edge (guided filter),
suppress edges among edges (surround inhibition), follow the rest (Canny), drop short pieces.
A drawing has its lines already and only needs thinning; edge detection would double each stroke.
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
_STRONGEST = 8000
"""The strongest gradient in the 16-bit integers that Canny takes."""
_FAINTEST = 0.1
"""A picture without a stronger gradient (a step from black to white has 4) is taken for flat."""
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


def _drop_short(lines: Mask, shortest: int) -> Mask:
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
    return _drop_short(center_lines(gray < DRAWN, stroke), shortest)


def _guided_filter(gray: Gray, radius: int, epsilon: float, passes: int) -> Gray:
    """Return ``gray`` smoothed, ``passes`` times, where its variance is under ``epsilon``.

    He and Sun, "Fast guided filter" (2015): the local linear model of He, Sun and Tang (2010) is
    computed at half the size, here for all passes, and applied to the whole.
    """
    height, width = gray.shape
    half = cv2.resize(gray, (width // 2 + 1, height // 2 + 1), interpolation=cv2.INTER_AREA)
    size = (radius + 1, radius + 1)
    smooth = half
    slopes, offsets = np.ones_like(half), np.zeros_like(half)
    for _ in range(passes):
        mean = np.asarray(cv2.blur(smooth, size))
        variance = np.asarray(cv2.sqrBoxFilter(smooth, cv2.CV_32F, size)) - mean * mean
        slope = variance / (variance + epsilon)
        offset = np.asarray(cv2.blur(mean - slope * mean, size))
        slope = np.asarray(cv2.blur(slope, size))
        smooth = slope * smooth + offset
        slopes, offsets = slope * slopes, slope * offsets + offset
    whole = (width, height)
    smoothed = cv2.multiply(cv2.resize(slopes, whole), gray)
    return np.asarray(cv2.add(smoothed, cv2.resize(offsets, whole)), np.float32)


def trace_photograph(gray: Gray, *, detail: float, radius: int, shortest: int) -> Mask:
    """Return the contours of a photograph.

    ``gray`` (H, W) in [0, 1]; ``detail`` in [0, 1]; ``radius`` of the smoothing and ``shortest``
    line in pixels. Canny (1986) on a guided filter's output, its gradients weakened where their
    surroundings are as strong (surround inhibition, Grigorescu, Petkov and Westenberg 2003).
    """
    smooth = _guided_filter(gray, radius, 0.02 * (1.05 - detail) ** 2, passes=2)
    smooth = np.asarray(cv2.GaussianBlur(smooth, (0, 0), 1.0))
    dx, dy = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    strength = cv2.magnitude(dx, dy)
    around = 8 * radius + 1
    texture = cv2.blur(strength, (around, around))
    inhibited = np.asarray(cv2.addWeighted(strength, 1, texture, -1.2 * (1 - detail), 0))
    np.maximum(inhibited, 0, out=inhibited)
    scale = _STRONGEST / max(float(strength.max()), _FAINTEST)
    weight = np.asarray(cv2.divide(inhibited, strength, scale=scale))  # 0 where both are 0
    share = 0.03 + 0.14 * detail
    high = float(np.quantile(inhibited[::8, ::8], 1 - share)) * scale
    high = max(high, 0.04 * _STRONGEST)
    dx, dy = (np.asarray(cv2.multiply(d, weight, dtype=cv2.CV_16S)) for d in (dx, dy))
    edges = cv2.Canny(dx, dy, 0.4 * high, high, L2gradient=True)
    return _drop_short(np.asarray(edges > 0), shortest)
