"""Canny's contours with texture suppressed, which the shipped ones are compared with."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from asciiart.io.pictures.arrays import Gray, Mask
from asciiart.page.drawing_lines import drop_short


def canny(gray: Gray, detail: float, unit: int) -> Mask:
    """Return the contours (H, W) of brightness (H, W) in [0, 1], by Canny (1986).

    The gradients are those of an edge-preserving filter's output. ``detail`` is from 0 to 1 and
    ``unit`` the pixels of a half-width character. Gradients are weakened where their surroundings
    are as strong (surround inhibition, Grigorescu, Petkov and Westenberg 2003).
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
