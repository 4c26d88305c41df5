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
from asciiart.page.bands import BAND_PIXELS, split
from asciiart.page.contour_network import ContourMaps, SeenPicture
from asciiart.page.drawing_lines import drop_short
from asciiart.page.thinning import thin

WORKING_UNIT = 4
"""Width of a half-width character, in pixels, at the resolution at which contours are traced; no
character shows finer lines."""
_BLUR = 1.0
"""Standard deviation, in pixels, of the blur before the derivatives."""
_SURE = 8000
"""A probability of 1 in the 16-bit integers that Canny takes."""
_WEAK = 0.6
"""Canny's lower threshold, down to which a line continues, as a fraction of the upper one."""
_LONGEST_GAP = 64
"""Pixels of a doubtful line that are taken away at each of its loose ends."""
_SQUARE = np.ones((3, 3), np.uint8)
_NEIGHBORS = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.float32)
_BAND_PIXELS = BAND_PIXELS // 4
"""Pixels that are processed at once."""
_MARGIN = 8
"""Largest distance, in pixels, at which one pixel changes the response of another."""


def trace_contours(seen: SeenPicture, *, detail: float) -> Mask:
    """Return the contours of a picture (H, W), one pixel wide.

    The picture was seen at a resolution at which a half-width character is `WORKING_UNIT` pixels
    wide; ``detail`` in [0, 1] admits weaker and shorter lines, and more of those within objects.
    """
    return follow_edges(find_edges(seen, detail=detail), detail=detail)


class Edges(NamedTuple):
    """The gradients that Canny's algorithm follows."""

    dx: NDArray[np.int16]
    """(H, W), the horizontal part of the response."""
    dy: NDArray[np.int16]
    """(H, W), the vertical part of the response."""


def find_edges(seen: SeenPicture, *, detail: float) -> Edges:
    """Return where, and in which direction, contours may run.

    This is the first half of `trace_contours`, after which the memory of the picture can be freed.
    """
    height, width = seen.shape
    dx, dy = np.empty((2, height, width), np.int16)
    for band in split(height, _BAND_PIXELS // width, _MARGIN):
        response = _respond(seen.rows(band.first, band.last), detail)
        for whole, part in zip((dx, dy), response, strict=True):
            whole[band.top : band.bottom] = part[band.inner]
    return Edges(dx, dy)


def _respond(maps: ContourMaps, detail: float) -> tuple[Gray, Gray]:
    """Return the probability of a contour as a vector (H, W) across it, in x and in y."""
    smooth = cv2.GaussianBlur(_probability(maps, detail), (0, 0), _BLUR)
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
    share = np.float32(max(0.0, 2 * detail - 1))
    logits = maps.border + share * (maps.line - maps.border)
    return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


def follow_edges(edges: Edges, *, detail: float) -> Mask:
    """Return the contours (H, W) along edges, the second half of `trace_contours`."""
    high = _SURE * _certainty(detail)
    sure, possible = (
        np.asarray(cv2.Canny(edges.dx, edges.dy, low, high, L2gradient=True) > 0)
        for low in (high, _WEAK * high)
    )
    joined = _unravel(thin(possible), sure)
    return drop_short(joined, round(WORKING_UNIT * _shortest(detail)))


def _certainty(detail: float) -> float:
    """Return the least probability at which a line begins."""
    return float(np.interp(detail, (0, 0.5, 1), (0.7, 0.3, 0.08)))


def _shortest(detail: float) -> float:
    """Return the length of the shortest line, in half-width characters."""
    return float(np.interp(detail, (0, 0.5, 1), (6, 2, 0)))


def _unravel(lines: Mask, sure: Mask) -> Mask:
    """Return lines (H, W) without the loose ends that are not ``sure``.

    Where the network is in doubt, a line stays if it leads from one that is sure to another.
    """
    kept = lines.astype(np.uint8)
    doubtful = lines & ~cv2.dilate(sure.astype(np.uint8), _SQUARE).astype(bool)
    for _ in range(_LONGEST_GAP):
        neighbors = cv2.filter2D(kept, -1, _NEIGHBORS, borderType=cv2.BORDER_CONSTANT)
        loose = doubtful & (kept > 0) & (neighbors <= 1)
        if not loose.any():
            break
        kept[loose] = 0
    return kept > 0
