"""Ways to find a photograph's lines: the shipped one and those that it is compared with.

Each takes a page's brightness (H, W) in [0, 1], ``detail`` in [0, 1] and the pixels of a
half-width character, and returns lines one pixel wide (H, W).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

from asciiart.io.pictures.arrays import Gray, Mask
from asciiart.page.contour_network import load_line_network
from asciiart.page.contours import WORKING_UNIT, trace_photograph
from asciiart.page.drawing_lines import drop_short
from asciiart.page.thinning import thin

Extractor = Callable[[Gray, float, int], Mask]


def canny(gray: Gray, detail: float, unit: int) -> Mask:
    """Canny (1986) on an edge-preserving filter's output: what asciiart did before.

    Gradients are weakened where their surroundings are as strong (surround inhibition, Grigorescu,
    Petkov and Westenberg 2003).
    """
    radius = max(1, 3 * unit // 8)
    smooth = _guided_filter(gray, radius, 0.02 * (1.05 - detail) ** 2, passes=2)
    gradient = _gradient(cv2.GaussianBlur(smooth, None, 1.0))
    around = cv2.blur(gradient.strength, (8 * radius + 1, 8 * radius + 1))
    inhibited = np.maximum(gradient.strength - 1.2 * (1 - detail) * around, 0)
    least = 0.04 * max(float(gradient.strength.max()), 0.1)
    return drop_short(_follow(gradient, inhibited, detail, least), round(unit * (6 - 6 * detail)))


def _guided_filter(gray: Gray, radius: int, epsilon: float, passes: int) -> Gray:
    """Return ``gray`` smoothed, ``passes`` times, where its variance is under ``epsilon``.

    He and Sun, "Fast guided filter" (2015): the local linear model of He, Sun and Tang (2010) is
    computed at half the size, here for all passes, and applied to the whole.
    """
    height, width = gray.shape
    half = cv2.resize(gray, (width // 2 + 1, height // 2 + 1), interpolation=cv2.INTER_AREA)
    size, smooth = (radius + 1, radius + 1), half
    slopes, offsets = np.ones_like(half), np.zeros_like(half)
    for _ in range(passes):
        mean = cv2.blur(smooth, size)
        variance = cv2.sqrBoxFilter(smooth, cv2.CV_32F, size) - mean * mean
        slope = variance / (variance + epsilon)
        offset = cv2.blur(mean - slope * mean, size)
        slope = cv2.blur(slope, size)
        smooth = slope * smooth + offset
        slopes, offsets = slope * slopes, slope * offsets + offset
    return cv2.resize(slopes, (width, height)) * gray + cv2.resize(offsets, (width, height))


def multiscale(gray: Gray, detail: float, unit: int) -> Mask:
    """Edges that persist from fine to coarse, divided by the texture around them."""
    blurred = [cv2.GaussianBlur(gray, None, share * unit) for share in (0.15, 0.3, 0.6)]
    fine, middle, coarse = [_gradient(smooth) for smooth in blurred]
    lasting = np.cbrt(fine.strength * 2 * middle.strength * 4 * coarse.strength)
    texture = cv2.blur(fine.strength, (6 * unit + 1, 6 * unit + 1))
    response = lasting * lasting / (lasting + (1 - detail) * texture + 0.02)
    edges = _follow(middle, response, detail, 0.02 * float(response.max()))
    return drop_short(edges, round(unit * (6 - 6 * detail)))


class _Gradient(NamedTuple):
    dx: Gray
    dy: Gray
    strength: Gray


def _gradient(smooth: Gray) -> _Gradient:
    dx, dy = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    return _Gradient(dx, dy, cv2.magnitude(dx, dy))


def _follow(gradient: _Gradient, response: Gray, detail: float, least: float) -> Mask:
    """Return ridges of ``response`` across the gradient, by Canny's thinning and hysteresis."""
    scale = 8000 / max(float(response.max()), 1e-3)
    weight = scale * response / np.maximum(gradient.strength, 1e-9)
    high = max(float(np.quantile(response, 0.97 - 0.14 * detail)), least) * scale
    parts = [(part * weight).astype(np.int16) for part in gradient[:2]]
    return cv2.Canny(*parts, 0.4 * high, high, L2gradient=True) > 0


def xdog(gray: Gray, detail: float, unit: int) -> Mask:
    """Difference of Gaussians, thresholded softly and thinned (Winnemoeller et al. 2012)."""
    narrow = 0.25 * unit
    difference = cv2.GaussianBlur(gray, None, 1.6 * narrow) - cv2.GaussianBlur(gray, None, narrow)
    dark = np.maximum(difference, 0)
    dark = np.tanh(20 * np.maximum(dark - 1.5 * (1 - detail) * cv2.blur(dark, (33, 33)), 0))
    high = max(float(np.quantile(dark, 0.98 - 0.12 * detail)), 0.04)
    return drop_short(thin(_hysteresis(dark, 0.4 * high, high)), round(unit * (4 - 4 * detail)))


def _hysteresis(response: Gray, low: float, high: float) -> Mask:
    """Return the areas above ``low`` that reach ``high`` somewhere."""
    _, labels = cv2.connectedComponents((response > low).astype(np.uint8), connectivity=8)
    kept = np.zeros(labels.max() + 1, bool)
    kept[labels[response > high]] = True
    kept[0] = False
    return kept[labels]


def network(gray: Gray, detail: float, unit: int) -> Mask:
    """The trained encoder-decoder alone, its logits thinned."""
    small = _shrink(gray, unit)
    logits = cv2.resize(load_line_network().logits(small), gray.shape[::-1])
    high = 2.5 - 4 * detail
    return drop_short(thin(_hysteresis(logits, high - 1.5, high)), round(unit * (4 - 4 * detail)))


def ridges(gray: Gray, detail: float, unit: int) -> Mask:
    """The shipped one without its network."""
    small = _shrink(gray, unit)
    certain = np.full_like(small, 99)
    return _grow(trace_photograph(small, certain, detail=detail), gray.shape)


def shipped(gray: Gray, detail: float, unit: int) -> Mask:
    """What asciiart does: ridges where the network sees contours."""
    small = _shrink(gray, unit)
    logits = load_line_network().logits(small)
    return _grow(trace_photograph(small, logits, detail=detail), gray.shape)


def _shrink(gray: Gray, unit: int) -> Gray:
    height, width = (-(-pixels * WORKING_UNIT // unit) for pixels in gray.shape)
    return cv2.resize(gray, (width, height), interpolation=cv2.INTER_AREA)


def _grow(lines: Mask, shape: tuple[int, int]) -> Mask:
    return thin(cv2.resize(lines.astype(np.float32), shape[::-1]) > 0.4)


EXTRACTORS: dict[str, Extractor] = {
    "canny": canny,
    "multiscale": multiscale,
    "xdog": xdog,
    "ridges": ridges,
    "network": network,
    "shipped": shipped,
}
"""Name -> function."""
