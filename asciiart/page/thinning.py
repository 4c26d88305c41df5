"""Thinning: a mask becomes its skeleton, one pixel wide.

Zhang and Suen, "A fast parallel algorithm for thinning digital patterns" (CACM 1984), with the
condition of Lü and Wang, "A comment on 'A fast parallel algorithm...'" (CACM 1986), which keeps
diagonals of even width; then the removal of staircase corners of Holt, Stewart, Clint and Perrott,
"An improved parallel thinning algorithm" (CACM 1987). Whether a pixel goes depends on its eight
neighbors alone, so each pass is one table look-up: for the whole picture while much of it changes,
then only for the pixels whose neighbors have changed, so that a large area, which is peeled pixel
by pixel, costs no more than its pixels. (OpenCV has thinning only in its contrib build; it leaves
the corners and erodes diagonals. That of scikit-image, which this resembles, takes as long to
import as a whole drawing may take.)
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.io.pictures.arrays import Mask

# Each neighbor's bit, so that one correlation makes the table's index.
_BITS = np.array([[1, 2, 4], [128, 0, 8], [64, 32, 16]], np.float32)


def _zhang_suen(code: int) -> tuple[bool, bool]:
    """Tell whether a pixel with the neighbors ``code`` is removed in the first and second pass."""
    nw, n, ne, e, se, s, sw, w = ((code >> bit) & 1 for bit in range(8))
    ring = (n, ne, e, se, s, sw, w, nw)
    starts = sum(not a and b for a, b in zip(ring, (*ring[1:], ring[0]), strict=True))
    if not (3 <= sum(ring) <= 6 and starts == 1):
        return False, False
    # Each pass spares one corner, so that squares of 2 x 2 do not vanish entirely.
    north_west = sum(ring) == 3 and e and se and s
    south_east = sum(ring) == 3 and w and nw and n
    first = not (e and s and (n or w)) and not north_west
    second = not (n and w and (e or s)) and not south_east
    return first, second


def _holt(code: int) -> tuple[bool, bool]:
    """Tell whether a pixel with the neighbors ``code`` is a northern or southern stair corner."""
    nw, n, ne, e, se, s, sw, w = ((code >> bit) & 1 for bit in range(8))

    north = (e and not (ne or sw or (w and s))) or (w and not (nw or se or (e and s)))
    south = (e and not (se or nw or (w and n))) or (w and not (sw or ne or (e and n)))
    return bool(n and north), bool(s and south)


def _tables(rule: Callable[[int], tuple[bool, bool]]) -> list[NDArray[np.uint8]]:
    """Return a table (256,) for each of a rule's two passes: 1 where a pixel is removed."""
    return list(np.array([rule(code) for code in range(256)], np.uint8).T.copy())


_ZHANG_SUEN = _tables(_zhang_suen)
_HOLT = _tables(_holt)


_WHOLE_ROUNDS = 2
"""Rounds in which the whole picture is processed; after these few of its pixels still change."""
_SURROUNDED = 255
"""The code of a pixel all of whose neighbors are in the mask; no pass removes it."""


def _codes(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the code (H, W) of each pixel's eight neighbors."""
    return np.asarray(cv2.filter2D(mask, -1, _BITS, borderType=cv2.BORDER_CONSTANT), np.uint8)


def _without(mask: NDArray[np.uint8], table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a mask (H, W) without the pixels that a table removes."""
    return np.asarray(cv2.bitwise_and(mask, 1 - cv2.LUT(_codes(mask), table)), np.uint8)


def thin(mask: Mask) -> Mask:
    """Return the skeleton of ``mask`` (H, W): one pixel wide, inside it and connected as it is."""
    thinned = mask.astype(np.uint8)
    before, left = -1, cv2.countNonZero(thinned)
    for _ in range(_WHOLE_ROUNDS):
        if left == before:
            break
        for table in _ZHANG_SUEN:
            thinned = _without(thinned, table)
        before, left = left, cv2.countNonZero(thinned)
    if left != before:
        thinned = _peel(thinned)
    for table in _HOLT:
        thinned = _without(thinned, table)
    return thinned.astype(bool)


def _peel(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return what is left of ``mask`` (H, W) when no pass removes anything more.

    A pixel that a pass has kept is kept again until one of its neighbors is removed, so each pass
    examines only the pixels beside those that were removed since its last turn.
    """
    padded = np.pad(mask, 1)
    pixels, width = padded.ravel(), padded.shape[1]
    offsets = np.array([-width - 1, -width, -width + 1, 1, width + 1, width, width - 1, -1])
    marks = np.zeros(pixels.shape, np.int32)

    def beside(removed: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the remaining pixels, each once, beside those that were removed."""
        found = np.concatenate([removed + offset for offset in offsets])
        found = found[pixels[found] > 0]
        marks[found] = np.arange(len(found))
        return np.asarray(found[marks[found] == np.arange(len(found))])

    row, column = np.nonzero(mask & (_codes(mask) != _SURROUNDED))
    border = (row + 1) * width + column + 1
    changed = [border, border]
    while any(map(len, changed)):
        for number, table in enumerate(_ZHANG_SUEN):
            some = changed[number]
            codes = np.zeros(len(some), np.uint8)
            for bit, offset in enumerate(offsets):
                codes |= pixels[some + offset] << bit
            removed = some[(table[codes] & pixels[some]) > 0]
            pixels[removed] = 0
            news = beside(removed)
            changed[number] = news
            changed[1 - number] = np.concatenate([changed[1 - number], news])
    return padded[1:-1, 1:-1]
