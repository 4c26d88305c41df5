"""Thinning: a mask becomes its skeleton, one pixel wide.

Zhang and Suen, "A fast parallel algorithm for thinning digital patterns" (CACM 1984), then the
removal of staircase corners of Holt, Stewart, Clint and Perrott, "An improved parallel thinning
algorithm" (CACM 1987). Whether a pixel goes depends on its eight neighbours alone, so each pass
is one table look-up for the whole picture. (OpenCV's own thinning is in its contrib build only and
leaves the corners; scikit-image takes as long to import as a whole drawing may last.)
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

# Each neighbour's bit, so that one correlation makes the table's index.
_BITS = np.array([[1, 2, 4], [128, 0, 8], [64, 32, 16]], np.float32)


def _zhang_suen(code: int) -> tuple[bool, bool]:
    """Tell whether a pixel with the neighbours ``code`` goes in the first and second pass."""
    nw, n, ne, e, se, s, sw, w = ((code >> bit) & 1 for bit in range(8))
    ring = (n, ne, e, se, s, sw, w, nw)
    starts = sum(not a and b for a, b in zip(ring, (*ring[1:], ring[0]), strict=True))
    if not (2 <= sum(ring) <= 6 and starts == 1):
        return False, False
    return not (e and s and (n or w)), not (n and w and (e or s))


def _holt(code: int) -> tuple[bool, bool]:
    """Tell whether a pixel with the neighbours ``code`` is a staircase's corner, north or south."""
    nw, n, ne, e, se, s, sw, w = ((code >> bit) & 1 for bit in range(8))

    def corner(side: int, far: int, e_near: int, w_near: int, e_far: int, w_far: int) -> bool:
        east = e and not e_near and not w_far and not (w and far)
        west = w and not w_near and not e_far and not (e and far)
        return bool(side and (east or west))

    return corner(n, s, ne, nw, se, sw), corner(s, n, se, sw, ne, nw)


def _tables(rule: object) -> list[NDArray[np.uint8]]:
    assert callable(rule)
    return list(np.array([rule(code) for code in range(256)], np.uint8).T.copy())


_ZHANG_SUEN = _tables(_zhang_suen)
_HOLT = _tables(_holt)


def _without(mask: NDArray[np.uint8], table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    codes = cv2.filter2D(mask, -1, _BITS, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(cv2.bitwise_and(mask, 1 - cv2.LUT(codes, table)), np.uint8)


def thin(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the skeleton of ``mask`` (H, W): thin, connected as the mask is, and inside it."""
    thinned = mask.astype(np.uint8)
    left = -1
    while left != (left := cv2.countNonZero(thinned)):
        for table in _ZHANG_SUEN:
            thinned = _without(thinned, table)
    for table in _HOLT:
        thinned = _without(thinned, table)
    return thinned.astype(bool)
