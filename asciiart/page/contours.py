"""Contours of a photograph: brightness and the network's opinion of it -> one-pixel lines.

Where a line runs, the second derivative across the flow says: it is high on the dark side of an
edge and in the middle of a dark stroke, so that a brow or a lip becomes one line where edge
detection gives two. Whether the line is a contour or texture, the network says
(`line_network.LineNetwork`).
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
"""Pixels of a half-width character in the pictures that lines are traced in: no character shows
finer ones."""
_BLUR = 1.0
"""Deviation of the blur before the derivatives, in pixels, as all below."""
_FLOW_BLUR = 9
"""Side of the blur of the structure tensor, whose deviation is 2."""
_SHARPNESS = 0.8
"""Logits over which a line fades from texture to contour."""
_STRONGEST = 8000
"""The strongest response in the 16-bit integers that Canny takes."""
_WEAK = 0.3
"""A line goes on where it is this much weaker than where it may begin."""
_BAND_PIXELS = BAND_PIXELS // 4
"""Pixels that are worked on at once."""
_REACH = 12
"""Pixels around one that change its response at most."""
_SAMPLED = 4
"""Of every so manieth row and column the quantiles are found."""


class _Normals(NamedTuple):
    """The direction across the flow, a unit vector at each pixel, whose sign has no meaning."""

    x: Gray
    y: Gray


def _find_normals(smooth: Gray) -> _Normals:
    """Return the main directions of the structure tensor (Bigun and Granlund 1987)."""
    dx, dy = (np.asarray(cv2.Sobel(smooth, cv2.CV_32F, *order)) for order in ((1, 0), (0, 1)))
    # Of the doubled angle, which has one value for both signs and so can be averaged.
    cosine, sine = (
        cv2.stackBlur(part, (_FLOW_BLUR, _FLOW_BLUR)) for part in (dx * dx - dy * dy, 2 * dx * dy)
    )
    angle = np.asarray(cv2.phase(cosine, sine), np.float32) / 2
    x, y = cv2.polarToCart(np.ones_like(angle), angle)
    return _Normals(np.asarray(x, np.float32), np.asarray(y, np.float32))


def _bend_across(smooth: Gray, normals: _Normals) -> Gray:
    """Return the second derivative along the normals, n' H n with the Hessian H."""
    x, y = normals
    xx, yy, xy = (
        cv2.Sobel(smooth, cv2.CV_32F, *order, scale=0.25) for order in ((2, 0), (0, 2), (1, 1))
    )
    return np.asarray(x * x * xx + y * y * yy + 2 * x * y * xy)


def _contour_share(logits: Gray, detail: float) -> Gray:
    """Return, from 0 to 1, how much the network takes a pixel's surroundings for a contour's."""
    near = np.asarray(cv2.dilate(logits, np.ones((3, 3), np.uint8)))
    doubt = (2.5 - 7 * detail - near) * (1 / _SHARPNESS)
    return np.asarray(1 / (1 + np.exp(doubt)), np.float32)


class _Response(NamedTuple):
    """How sharply brightness bends across the flow where the network sees a contour."""

    strength: Gray
    normals: _Normals


def _respond(gray: Gray, logits: Gray, detail: float, band: Band) -> _Response:
    around, inner = slice(band.first, band.last), band.inner
    smooth = np.asarray(cv2.GaussianBlur(gray[around], (0, 0), _BLUR), np.float32)
    normals = _find_normals(smooth)
    strength = np.maximum(_bend_across(smooth, normals), 0)
    strength *= _contour_share(logits[around], detail)
    return _Response(strength[inner], _Normals(normals.x[inner], normals.y[inner]))


def trace_photograph(gray: Gray, logits: Gray, *, detail: float) -> Mask:
    """Return the contours of a photograph (H, W), one pixel wide.

    ``gray`` (H, W) in [0, 1], where a half-width character is `WORKING_UNIT` pixels wide;
    ``logits`` (H, W) of each pixel being on a contour; ``detail`` in [0, 1]. Canny's (1986)
    thinning and hysteresis, of the second derivative across the flow: the flow-based difference
    of Gaussians (Kang, Lee and Chui 2007) in its limit, and not averaged along the flow.
    """
    return follow_edges(find_edges(gray, logits, detail=detail), detail=detail)


class Edges(NamedTuple):
    """What Canny follows."""

    dx: NDArray[np.int16]
    """(H, W), the response along x, """
    dy: NDArray[np.int16]
    """and along y."""
    high: float
    """Where a line may begin."""


def find_edges(gray: Gray, logits: Gray, *, detail: float) -> Edges:
    """Return where, and in which direction, a photograph's contours may run.

    The first half of `trace_photograph`, after which ``gray`` and ``logits`` can be let go.
    """
    bands = list(split(gray.shape[0], _BAND_PIXELS // gray.shape[1], _REACH, _SAMPLED))
    first = _respond(gray, logits, detail, bands[0])

    def respond(band: Band) -> _Response:
        return first if band is bands[0] else _respond(gray, logits, detail, band)

    strongest, samples = 0.0, []
    for band in bands:
        strength = respond(band).strength
        strongest = max(strongest, float(strength.max()))
        samples.append(strength[::_SAMPLED, ::_SAMPLED].copy())
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
    """Return the contours (H, W) along edges: the second half of `trace_photograph`."""
    ridges = cv2.Canny(edges.dx, edges.dy, _WEAK * edges.high, edges.high, L2gradient=True)
    shortest = round(5 * WORKING_UNIT * (1 - detail))
    return drop_short(np.asarray(ridges > 0), shortest)
