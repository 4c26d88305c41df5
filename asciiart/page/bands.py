"""Pages in bands: what is worked on at once, so that memory does not follow the page's size.

A page of up to `BAND_PIXELS` is one band. In larger ones every stage works on some rows and, where
it looks around, on those near them, so that the seams cannot be seen in the result.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Ink = NDArray[np.float32]
Mask = NDArray[np.bool_]
_Floats = NDArray[np.float32]

BAND_PIXELS = 4_000_000
"""Pixels of a page that are worked on at once: 250 columns of a square picture."""
_SHARPNESS = -0.75
"""Of OpenCV's cubic interpolation."""


class InkPage(Protocol):
    """What a page's text has to show, which can be read in bands."""

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels, (R·h, C·w)."""
        ...

    def ink_rows(self, top: int, bottom: int) -> Ink:
        """Return the ink (bottom - top, C·w) of some rows of pixels; beyond the page it is 0."""
        ...

    def line_rows(self, top: int, bottom: int, scale: int) -> Mask | None:
        """Return the lines, one pixel wide, as they were found, on a page ``scale`` times as large.

        (bottom - top, scale·C·w), rows of pixels of that page; None where lines were not found at
        that scale.
        """
        ...


class Band(NamedTuple):
    """Some rows of many, and those near them."""

    top: int
    """The first that is wanted, """
    bottom: int
    """and the first that is not."""
    first: int
    """The first that is near, """
    last: int
    """and the first that is not."""

    @property
    def inner(self) -> slice:
        """Where the wanted rows are among those near them."""
        return slice(self.top - self.first, self.bottom - self.first)


def split(count: int, at_once: int, around: int = 0, step: int = 1) -> Iterator[Band]:
    """Yield the bands of ``count`` rows, each begun at a multiple of ``step``.

    ``at_once`` rows are wanted of each, or ``step`` if that is more, and ``around`` are near,
    rounded up to a multiple of ``step``.
    """
    at_once = max(1, at_once // step) * step
    around = -(-around // step) * step
    for top in range(0, count, at_once):
        bottom = min(top + at_once, count)
        yield Band(top, bottom, max(0, top - around), min(count, bottom + around))


def is_one_band(shape: tuple[int, int]) -> bool:
    """Tell whether a page is worked on as a whole."""
    return shape[0] * shape[1] <= BAND_PIXELS


def read_padded(
    read: Callable[[int, int], NDArray[Any]], height: int, top: int, bottom: int
) -> NDArray[Any]:
    """Return the rows ``top`` to ``bottom``, with blanks for those that are beyond ``height``.

    ``read`` gives the rows from one to another, of which there is at least one.
    """
    first, last = max(0, top), min(height, bottom)
    if first >= last:
        return np.zeros_like(read(0, 1).repeat(bottom - top, axis=0))
    rows = read(first, last)
    if (first, last) == (top, bottom):
        return rows
    return np.pad(rows, ((first - top, bottom - last), *((0, 0) for _ in rows.shape[1:])))


class Resized(NamedTuple):
    """A picture that is resized where it is read."""

    read: Callable[[int, int], NDArray[Any]]
    """Gives the picture's rows from one to another, (..., W) or (..., W, 3)."""
    height: int
    """Of the picture."""
    shape: tuple[int, int]
    """To which it is resized."""
    how: int
    """OpenCV's interpolation: area, cubic or linear."""

    def rows(self, top: int, bottom: int) -> _Floats:
        """Return some rows of the resized picture.

        They are, up to the last bits, those of `cv2.resize`, and the same whichever others are
        read with them.
        """
        return _resize_rows(self, top, bottom)


def _resize_rows(resized: Resized, top: int, bottom: int) -> _Floats:
    read, height, shape, how = resized
    width, scale = shape[1], height / shape[0]
    taps = _taps(np.arange(top, bottom), scale, how)
    first, last = max(0, int(taps.rows.min())), min(height, int(taps.rows.max()) + 1)
    some = read(first, last).astype(np.float32)
    across = np.asarray(cv2.resize(some, (width, len(some)), interpolation=how))
    channels = across.shape[2:]
    across = across.reshape(len(some), -1)
    taps_rows = np.clip(taps.rows - first, 0, len(some) - 1)
    result = np.zeros((bottom - top, across.shape[1]), np.float32)
    for rows, weights in zip(taps_rows.T, taps.weights.T, strict=True):
        result += across[rows] * weights[:, None]
    return result.reshape(bottom - top, width, *channels)


def to_levels(values: _Floats) -> NDArray[np.uint8]:
    """Return values (...) as levels, 0 to 255, rounded as OpenCV does."""
    levels: NDArray[np.uint8] = np.clip(np.floor(values + np.float32(0.5)), 0, 255).astype(np.uint8)
    return levels


class _Taps(NamedTuple):
    """Of what rows are made."""

    rows: NDArray[np.int64]
    """(N, T), rows of the picture; beyond its border they stand for that."""
    weights: _Floats
    """(N, T)."""


def _taps(rows: NDArray[np.int64], scale: float, how: int) -> _Taps:
    """Return the taps of rows (N,) where each is ``scale`` rows of the picture."""
    if how == cv2.INTER_AREA and scale > 1:
        begin, end = rows * scale, (rows + 1) * scale
        taps = np.floor(begin)[:, None].astype(np.int64) + np.arange(math.ceil(scale) + 1)
        shares = np.minimum(taps + 1, end[:, None]) - np.maximum(taps, begin[:, None])
        return _Taps(taps, (np.maximum(shares, 0) / scale).astype(np.float32))
    center = (rows + 0.5) * scale - 0.5
    before = np.floor(center).astype(np.int64)
    part = center - before
    if how == cv2.INTER_CUBIC:
        near = np.stack([_near(part), _near(1 - part)], axis=1)
        far = np.stack([_far(1 + part), _far(2 - part)], axis=1)
        weights = np.stack([far[:, 0], near[:, 0], near[:, 1], far[:, 1]], axis=1)
        return _Taps(before[:, None] + np.arange(-1, 3), weights.astype(np.float32))
    weights = np.stack([1 - part, part], axis=1)
    return _Taps(before[:, None] + np.arange(2), weights.astype(np.float32))


def _near(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cubic's weight of what is at most one row away (Keys 1981)."""
    a = _SHARPNESS
    return ((a + 2) * distance - (a + 3)) * distance * distance + 1


def _far(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cubic's weight of what is one to two rows away."""
    a = _SHARPNESS
    return ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a
