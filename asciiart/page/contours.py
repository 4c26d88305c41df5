"""Contours of a photograph: brightness and the network's logits -> one-pixel lines.

The second derivative across the flow shows where lines run: it is high on the dark side of an edge
and in the middle of a dark stroke, so that a brow or a lip becomes one line where edge detection
gives two. The network tells whether a line is a contour or texture
(`contour_network.LineNetwork`).
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.io.pictures.arrays import Gray, Mask
from asciiart.page.bands import BAND_PIXELS, Band, split
from asciiart.page.drawing_lines import drop_short

WORKING_UNIT = 4
"""Width of a half-width character, in pixels, at the resolution at which contours are traced; no
character shows finer lines."""
_BLUR = 1.0
"""Standard deviation, in pixels, of the blur before the derivatives."""
_FLOW_BLUR = 9
"""Side, in pixels, of the blur of the structure tensor, whose standard deviation is 2."""
_SHARPNESS = 0.8
"""Range of logits over which the share of contours rises from texture's to a contour's."""
_STRONGEST = 8000
"""The strongest response in the 16-bit integers that Canny takes."""
_WEAK = 0.3
"""Canny's lower threshold, down to which a line continues, as a fraction of the upper one."""
_BAND_PIXELS = BAND_PIXELS // 4
"""Pixels that are processed at once."""
_MARGIN = 12
"""Largest distance, in pixels, at which one pixel changes the response of another."""
_SAMPLING = 4
"""Quantiles are computed from every fourth row and column."""


class _Normals(NamedTuple):
    """The direction across the flow: a unit vector (H, W) at each pixel, of arbitrary sign."""

    x: Gray
    y: Gray


def _find_normals(smooth: Gray) -> _Normals:
    """Return the main directions of the structure tensor (Bigun and Granlund 1987)."""
    dx, dy = (np.asarray(cv2.Sobel(smooth, cv2.CV_32F, *order)) for order in ((1, 0), (0, 1)))
    # The doubled angle is the same for both signs of a vector, so it can be averaged.
    cosine, sine = (
        cv2.stackBlur(part, (_FLOW_BLUR, _FLOW_BLUR)) for part in (dx * dx - dy * dy, 2 * dx * dy)
    )
    angle = np.asarray(cv2.phase(cosine, sine), np.float32) / 2
    x, y = cv2.polarToCart(np.ones_like(angle), angle)
    return _Normals(np.asarray(x, np.float32), np.asarray(y, np.float32))


def _bend_across(smooth: Gray, normals: _Normals) -> Gray:
    """Return the second derivative (H, W) along the normals n: n' H n with the Hessian H."""
    x, y = normals
    xx, yy, xy = (
        cv2.Sobel(smooth, cv2.CV_32F, *order, scale=0.25) for order in ((2, 0), (0, 2), (1, 1))
    )
    return np.asarray(x * x * xx + y * y * yy + 2 * x * y * xy)


def _contour_share(logits: Gray, detail: float) -> Gray:
    """Return (H, W), from 0 to 1, how clearly the network sees a contour near each pixel."""
    near = np.asarray(cv2.dilate(logits, np.ones((3, 3), np.uint8)))
    doubt = (2.5 - 7 * detail - near) * (1 / _SHARPNESS)
    return np.asarray(1 / (1 + np.exp(doubt)), np.float32)


class _Response(NamedTuple):
    """The strength of contours: the second derivative where the network sees a contour."""

    strength: Gray
    normals: _Normals


def _respond(gray: Gray, logits: Gray, detail: float, band: Band) -> _Response:
    """Return the response in the rows of a band."""
    around, inner = slice(band.first, band.last), band.inner
    smooth = np.asarray(cv2.GaussianBlur(gray[around], (0, 0), _BLUR), np.float32)
    normals = _find_normals(smooth)
    strength = np.maximum(_bend_across(smooth, normals), 0)
    strength *= _contour_share(logits[around], detail)
    return _Response(strength[inner], _Normals(normals.x[inner], normals.y[inner]))


def trace_photograph(gray: Gray, logits: Gray, *, detail: float) -> Mask:
    """Return the contours of a photograph (H, W), one pixel wide.

    ``gray`` (H, W) is brightness in [0, 1], at a resolution at which a half-width character is
    `WORKING_UNIT` pixels wide; ``logits`` (H, W) are those of each pixel being on a contour;
    ``detail`` in [0, 1] admits weaker and shorter lines.

    The second derivative across the flow is thinned and followed with hysteresis as in Canny
    (1986). It is the limit of the flow-based difference of Gaussians (Kang, Lee and Chui 2007),
    without averaging along the flow.
    """
    return follow_edges(find_edges(gray, logits, detail=detail), detail=detail)


class Edges(NamedTuple):
    """The gradients that Canny's algorithm follows."""

    dx: NDArray[np.int16]
    """(H, W), the horizontal part of the response."""
    dy: NDArray[np.int16]
    """(H, W), the vertical part of the response."""
    high: float
    """Canny's upper threshold, at which a line may begin."""


def find_edges(gray: Gray, logits: Gray, *, detail: float) -> Edges:
    """Return where, and in which direction, a photograph's contours may run.

    This is the first half of `trace_photograph`, after which the memory of ``gray`` and ``logits``
    can be freed.
    """
    bands = list(split(gray.shape[0], _BAND_PIXELS // gray.shape[1], _MARGIN, _SAMPLING))
    first = _respond(gray, logits, detail, bands[0])

    def respond(band: Band) -> _Response:
        return first if band is bands[0] else _respond(gray, logits, detail, band)

    strongest, samples = 0.0, []
    for band in bands:
        strength = respond(band).strength
        strongest = max(strongest, float(strength.max()))
        samples.append(strength[::_SAMPLING, ::_SAMPLING].copy())
    high = float(np.quantile(np.concatenate(samples), 0.98 - 0.1 * detail))
    high = max(min(high, strongest / 2), 0.003 * (1.5 - detail))
    scale = _STRONGEST / max(strongest, high)
    dx, dy = np.empty((2, *gray.shape), np.int16)
    for band in bands:
        strength, normals = respond(band)
        for whole, normal in zip((dx, dy), normals, strict=True):
            part = cv2.multiply(strength, normal, scale=scale, dtype=cv2.CV_16S)
            whole[band.top : band.bottom] = part
    return Edges(dx, dy, high * scale)


def follow_edges(edges: Edges, *, detail: float) -> Mask:
    """Return the contours (H, W) along edges, the second half of `trace_photograph`."""
    ridges = cv2.Canny(edges.dx, edges.dy, _WEAK * edges.high, edges.high, L2gradient=True)
    shortest = round(5 * WORKING_UNIT * (1 - detail))
    return drop_short(np.asarray(ridges > 0), shortest)
