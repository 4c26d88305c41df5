"""Contours of a picture: what the network says of each pixel -> one-pixel lines.

The network's probability rises to a ridge along each contour. Lines run along these ridges, and are
followed with hysteresis as in Canny (1986): a line begins where the network is sure and goes on as
long as it is not unlikely, which closes gaps.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.io.pictures.arrays import Gray, Mask
from asciiart.page.bands import BAND_PIXELS, Band, split
from asciiart.page.contour_network import ContourMaps
from asciiart.page.drawing_lines import drop_short

WORKING_UNIT = 4
"""Width of a half-width character, in pixels, at the resolution at which contours are traced; no
character shows finer lines."""
_BLUR = 1.0
"""Standard deviation, in pixels, of the blur before the derivatives."""
_SURE = 8000
"""A probability of 1 in the 16-bit integers that Canny takes."""
_WEAK = 0.5
"""Canny's lower threshold, down to which a line continues, as a fraction of the upper one."""
_BAND_PIXELS = BAND_PIXELS // 4
"""Pixels that are processed at once."""
_MARGIN = 8
"""Largest distance, in pixels, at which one pixel changes the response of another."""


def trace_contours(maps: ContourMaps, *, detail: float) -> Mask:
    """Return the contours of a picture (H, W), one pixel wide.

    ``maps`` are (H, W), at a resolution at which a half-width character is `WORKING_UNIT` pixels
    wide; ``detail`` in [0, 1] admits weaker and shorter lines, and more of those within objects.
    """
    return follow_edges(find_edges(maps, detail=detail), detail=detail)


class Edges(NamedTuple):
    """The gradients that Canny's algorithm follows."""

    dx: NDArray[np.int16]
    """(H, W), the horizontal part of the response."""
    dy: NDArray[np.int16]
    """(H, W), the vertical part of the response."""


def find_edges(maps: ContourMaps, *, detail: float) -> Edges:
    """Return where, and in which direction, contours may run.

    This is the first half of `trace_contours`, after which the memory of the maps can be freed.
    """
    height, width = maps.border.shape
    dx, dy = np.empty((2, height, width), np.int16)
    for band in split(height, _BAND_PIXELS // width, _MARGIN):
        for whole, part in zip((dx, dy), _respond(maps, detail, band), strict=True):
            whole[band.top : band.bottom] = part[band.inner]
    return Edges(dx, dy)


def _respond(maps: ContourMaps, detail: float, band: Band) -> tuple[Gray, Gray]:
    """Return the probability of a contour, as a vector across it, in the rows of a band."""
    around = slice(band.first, band.last)
    probability = _probability(ContourMaps(*(part[around] for part in maps)), detail)
    smooth = cv2.GaussianBlur(probability, (0, 0), _BLUR)
    xx, yy, xy = (
        np.asarray(cv2.Sobel(smooth, cv2.CV_32F, *order)) for order in ((2, 0), (0, 2), (1, 1))
    )
    strength, along = cv2.cartToPolar(xx - yy, 2 * xy)
    is_ridge = xx + yy < strength  # the second derivative across is negative
    strength = np.where(is_ridge, _SURE * smooth, np.float32(0))
    dx, dy = cv2.polarToCart(strength, along / 2 + np.float32(np.pi / 2))
    return np.asarray(dx), np.asarray(dy)


def _probability(maps: ContourMaps, detail: float) -> Gray:
    """Return (H, W), from 0 to 1, how probably a line that ``detail`` asks for runs here."""
    share = np.float32(0.0)
    logits = maps.border + share * (maps.line - maps.border)
    return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


def follow_edges(edges: Edges, *, detail: float) -> Mask:
    """Return the contours (H, W) along edges, the second half of `trace_contours`."""
    high = _SURE * (0.6 - 0.55 * detail)
    ridges = cv2.Canny(edges.dx, edges.dy, _WEAK * high, high, L2gradient=True)
    shortest = round(5 * WORKING_UNIT * (1 - detail))
    return drop_short(np.asarray(ridges > 0), shortest)
