"""Pages in bands, so that memory does not grow with the page's size.

A page of up to `BAND_PIXELS` is one band. On larger pages every stage works on some rows at a time
and reads those near them where it needs their context, so that no seams appear in the result.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Mask, Pixels, Samples

BAND_PIXELS = 4_000_000
"""Pixels of a page that are worked on at once: 250 columns of a square picture."""
_SHARPNESS = -0.75
"""Parameter a of OpenCV's cubic interpolation (Keys 1981)."""


class InkPage(Protocol):
    """The ink that a page's text has to show, which can be read in bands."""

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels, (R·h, C·w)."""
        ...

    def ink_rows(self, top: int, bottom: int) -> Ink:
        """Return the ink (bottom - top, C·w), 0 to 1, of some rows of pixels; 0 beyond the page."""
        ...

    def line_rows(self, top: int, bottom: int, scale: int) -> Mask | None:
        """Return some rows of the page's lines, one pixel wide, as they were traced.

        They are rows of a page ``scale`` times as large, (bottom - top, scale·C·w); None if lines
        were not traced at that scale.
        """
        ...


class Band(NamedTuple):
    """A range of rows, and a larger one that includes their context."""

    top: int
    """The first row of the band."""
    bottom: int
    """The first row after the band."""
    first: int
    """The first row of the context."""
    last: int
    """The first row after the context."""

    @property
    def inner(self) -> slice:
        """The place of the band's rows among those of the context."""
        return slice(self.top - self.first, self.bottom - self.first)


def split(count: int, at_once: int, around: int = 0, step: int = 1) -> Iterator[Band]:
    """Yield the bands of ``count`` rows, each of which begins at a multiple of ``step``.

    A band has ``at_once`` rows, rounded down to a multiple of ``step`` but at least ``step``, and a
    context of ``around`` rows above and below, rounded up to a multiple of ``step``.
    """
    at_once = max(1, at_once // step) * step
    around = -(-around // step) * step
    for top in range(0, count, at_once):
        bottom = min(top + at_once, count)
        yield Band(top, bottom, max(0, top - around), min(count, bottom + around))


def is_one_band(shape: tuple[int, int]) -> bool:
    """Tell whether a page of that height and width, in pixels, is a single band."""
    return shape[0] * shape[1] <= BAND_PIXELS


def read_padded(
    read: Callable[[int, int], NDArray[Any]], height: int, top: int, bottom: int
) -> NDArray[Any]:
    """Return the rows from ``top`` up to ``bottom``, with zeros above row 0 and from ``height`` on.

    ``read`` returns the rows from one up to another; it is never asked for none.
    """
    first, last = max(0, top), min(height, bottom)
    if first >= last:
        return np.zeros_like(read(0, 1).repeat(bottom - top, axis=0))
    rows = read(first, last)
    if (first, last) == (top, bottom):
        return rows
    return np.pad(rows, ((first - top, bottom - last), *((0, 0) for _ in rows.shape[1:])))


class Resized(NamedTuple):
    """A picture that is resized while it is read."""

    read: Callable[[int, int], NDArray[Any]]
    """Returns the picture's rows from one up to another, (N, W) or (N, W, 3)."""
    height: int
    """Height of the picture."""
    shape: tuple[int, int]
    """Height and width to which it is resized."""
    how: int
    """OpenCV's interpolation: area, cubic or linear."""

    def rows(self, top: int, bottom: int) -> Samples:
        """Return some rows of the resized picture, (bottom - top, W') or (bottom - top, W', 3).

        They equal those of `cv2.resize` up to the last bits, and do not depend on which other rows
        are read with them.
        """
        return _resize_rows(self, top, bottom)


def _resize_rows(resized: Resized, top: int, bottom: int) -> Samples:
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


def to_levels(values: Samples) -> Pixels:
    """Return values (...) as levels, 0 to 255, rounded as in OpenCV."""
    levels: Pixels = np.clip(np.floor(values + np.float32(0.5)), 0, 255).astype(np.uint8)
    return levels


class _Taps(NamedTuple):
    """The rows of a picture, with weights, whose sums are the rows of the resized one."""

    rows: NDArray[np.int64]
    """(N, T), rows of the picture; those beyond it stand for its first or last row."""
    weights: NDArray[np.float32]
    """(N, T), the weight of each."""


def _taps(rows: NDArray[np.int64], scale: float, how: int) -> _Taps:
    """Return the taps of rows (N,), each of which is ``scale`` rows of the picture high."""
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
    """Return the cubic's weights of rows at most one row away."""
    a = _SHARPNESS
    return ((a + 2) * distance - (a + 3)) * distance * distance + 1


def _far(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cubic's weights of rows one to two rows away."""
    a = _SHARPNESS
    return ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a
