"""Contours of a picture: what the network says of each pixel -> one-pixel lines.

The network's probability rises to a ridge along each contour. Lines run along these ridges, and are
followed with hysteresis as in Canny (1986): a line begins where the network is sure and goes on as
long as it is not unlikely, but only if it leads to another that is sure, which closes gaps. How
sure it must be depends on the place: less on the subject than behind it, and least in a face, whose
features are small.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.io.pictures.arrays import Gray, Mask
from asciiart.page.contour_network import ContourMaps, probability
from asciiart.page.drawing_lines import drop_short
from asciiart.page.thinning import thin

WORKING_UNIT = 4
"""Width of a half-width character, in pixels, at the resolution at which contours are traced; no
character shows finer lines."""
LARGEST_SIDE = 1000
"""Longer side, in pixels, of a picture in which contours are traced: 250 columns."""
_ENLARGED = 0.3
"""Brightness, 0 to 1, from which a line that is enlarged and blurred is taken for one."""
_BLUR = 1.0
"""Standard deviation, in pixels, of the blur before the derivatives."""
_AREA_BLUR = 2.0 * WORKING_UNIT
"""Standard deviation, in pixels, of the blur of the subject, which does not end sharply."""
_SURE = 4000
"""The integer, of the 16 bits that Canny takes, for a probability that is just sure enough: so
little that a probability of 1 fits as well."""
_WEAK = 0.8
"""Canny's lower threshold, down to which a line continues, as a fraction of the upper one."""
_DETAILS = (-0.6, 0.0, 0.25, 0.5, 1.0)
_CERTAINTIES = (1.3, 0.75, 0.45, 0.25, 0.2)
"""How sure the network must be where a line begins, at each of these details."""
_ON_SUBJECT, _BEHIND = 0.3, -0.6
"""How much more detail there is on the subject, and far behind it, at most."""
_FACE = (0.58, 0.68)
"""Blurred probabilities from which something is taken for a face a little, and entirely."""
_FACE_BLUR = 1.0 * WORKING_UNIT
"""Standard deviation of that blur, in pixels."""
_FACE_DETAIL = 1.0
"""Detail in a face, where every line counts."""
_SHORTEST = (4.0, 1.0, 0.0)
"""Length of the shortest line, in half-width characters, at a detail of 0, 0.5 and 1."""
_CLEAR_SUBJECT = 0.3
"""Share of the subject, 0 to 1, that its clearest part has at least."""
_LONGEST_GAP = 64
"""Pixels of a doubtful line that are taken away at each of its loose ends."""
_SQUARE = np.ones((3, 3), np.uint8)
_NEIGHBORS = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.float32)
_SAMPLED = 4
"""Every such row and column of the subject's map tells how clear it is."""


def trace_contours(maps: ContourMaps, *, detail: float, subject: float) -> Mask:
    """Return the contours of a picture (H, W), one pixel wide.

    The ``maps`` are of a picture in which a half-width character is `WORKING_UNIT` pixels wide;
    ``detail`` in [0, 1] admits weaker and shorter lines, and more of those within objects;
    ``subject`` in [0, 1] draws more of the subject and less of what lies behind it.
    """
    share = np.asarray(cv2.GaussianBlur(probability(maps.subject), (0, 0), _AREA_BLUR))
    clearest = max(_CLEAR_SUBJECT, float(np.quantile(share[::_SAMPLED, ::_SAMPLED], 0.95)))
    more = _BEHIND + (_ON_SUBJECT - _BEHIND) * np.minimum(share / clearest, 1)
    edges = _find_edges(maps, np.asarray(detail + subject * more, np.float32))
    return _follow_edges(edges, detail)


class _Edges(NamedTuple):
    """The gradients that Canny's algorithm follows."""

    dx: NDArray[np.int16]
    """(H, W), the horizontal part of the response across a contour."""
    dy: NDArray[np.int16]
    """(H, W), its vertical part."""
    in_face: Mask
    """(H, W), where short lines are kept."""


def _find_edges(maps: ContourMaps, detail: Gray) -> _Edges:
    """Return how sure a contour is at each pixel, and in which direction it may run.

    ``detail`` (H, W) is that which is asked for at each pixel, but in faces, which take all.
    """
    certain = cv2.GaussianBlur(probability(maps.face), (0, 0), _FACE_BLUR)
    face = np.clip((np.asarray(certain) - _FACE[0]) / (_FACE[1] - _FACE[0]), 0, 1)
    here = detail + face * (_FACE_DETAIL - detail)
    inner = np.clip(2 * here - 1, 0, 1)
    logits = maps.border + inner * (maps.line - maps.border)
    logits += face * (maps.fine_line - logits)
    smooth = cv2.GaussianBlur(probability(logits), (0, 0), _BLUR)
    certainty = np.interp(here, _DETAILS, _CERTAINTIES)
    xx, yy, xy = (
        np.asarray(cv2.Sobel(smooth, cv2.CV_32F, *order)) for order in ((2, 0), (0, 2), (1, 1))
    )
    strength, along = cv2.cartToPolar(xx - yy, 2 * xy)
    is_ridge = xx + yy < strength  # the second derivative across is negative
    response = np.where(is_ridge, _SURE * smooth / certainty, 0).astype(np.float32)
    dx, dy = cv2.polarToCart(response, along / 2 + np.float32(np.pi / 2))
    return _Edges(np.asarray(dx).astype(np.int16), np.asarray(dy).astype(np.int16), face > 0.5)


def _follow_edges(edges: _Edges, detail: float) -> Mask:
    """Return the contours (H, W) along edges."""
    sure, possible = (
        np.asarray(cv2.Canny(edges.dx, edges.dy, low, _SURE, L2gradient=True) > 0)
        for low in (_SURE, _WEAK * _SURE)
    )
    lines = _unravel(thin(_closed(possible)), sure)
    shortest = float(np.interp(detail, (0, 0.5, 1), _SHORTEST))
    return drop_short(lines, round(WORKING_UNIT * shortest)) | lines & edges.in_face


def enlarge_lines(lines: Mask, shape: tuple[int, int]) -> Mask:
    """Return lines (H, W), one pixel wide, enlarged to the size ``shape`` but no thicker."""
    if lines.shape == shape:
        return lines
    scale = shape[0] / lines.shape[0]
    large = cv2.resize(lines.astype(np.float32), shape[::-1], interpolation=cv2.INTER_LINEAR)
    return thin(np.asarray(cv2.GaussianBlur(large, (0, 0), scale / 2) > _ENLARGED))


def _closed(lines: Mask) -> Mask:
    """Return lines (H, W) without gaps of a pixel or two, which thinning across a ridge leaves."""
    padded = np.pad(lines.view(np.uint8), 1)
    closed = np.asarray(cv2.morphologyEx(padded, cv2.MORPH_CLOSE, _SQUARE), np.uint8)
    return np.ascontiguousarray(closed[1:-1, 1:-1]) > 0


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
