"""Pictures brought to the size of their page."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.io.pictures.image import Picture
from asciiart.options import Resample

_AROUND = np.ones((3, 3), np.uint8)
"""A pixel and its neighbors."""
_LARGEST_ART = 64
"""Pixels of the sides of pixel art at most."""
_MOST_COLORS = 16
"""Colors of pixel art at most; the smallest photographs have hundreds, smooth icons dozens."""


def resize(
    pixels: NDArray[np.uint8], size: tuple[int, int], *, squares: bool = False
) -> NDArray[np.uint8]:
    """Return pixels (H, W) or (H, W, channels) at a width and height.

    When it shrinks, pixels are averaged. When it grows they are blended smoothly; with ``squares``
    each becomes a rectangle of its own color, mixed only where two meet within a new pixel.
    """
    height, width = pixels.shape[:2]
    if height * width > size[0] * size[1]:
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    if not squares:
        return _enlarge(pixels, size)
    large = _repeated(pixels, count_repeats((height, width), size[::-1]))
    return np.asarray(cv2.resize(large, size, interpolation=cv2.INTER_AREA), np.uint8)


def count_repeats(shape: tuple[int, int], page_shape: tuple[int, int]) -> int:
    """Return how often pixels are repeated, so that the page (both H, W) needs no more of them."""
    return max(1, -(-page_shape[0] // shape[0]), -(-page_shape[1] // shape[1]))


def repeat_pixels(picture: Picture, times: int) -> Picture:
    """Return a picture each of whose pixels is a square of so many a side."""
    alpha = None if picture.alpha is None else _repeated(picture.alpha, times)
    return Picture(_repeated(picture.rgb, times), alpha, picture.name)


def _repeated(pixels: NDArray[np.uint8], times: int) -> NDArray[np.uint8]:
    return pixels.repeat(times, axis=0).repeat(times, axis=1)


def _enlarge(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return larger pixels, none darker or brighter than those around it.

    Cubic interpolation alone would line every edge with a dark and a bright seam.
    """
    smooth = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    least, greatest = cv2.erode(pixels, _AROUND), cv2.dilate(pixels, _AROUND)
    columns = np.arange(size[0]) * pixels.shape[1] // size[0]
    rows = np.arange(size[1]) * pixels.shape[0] // size[1]
    for row in range(pixels.shape[0]):  # of the rows that lie in one of the picture's at once
        large = slice(*np.searchsorted(rows, (row, row + 1)))
        smooth[large] = np.clip(smooth[large], least[row, columns], greatest[row, columns])
    return smooth


def to_dots(pixels: NDArray[np.uint8], dots: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the colors of the pixels in which the centers of dots lie, so many across and down."""
    rows, columns = (
        (2 * np.arange(count) + 1) * size // (2 * count)
        for count, size in zip(dots[::-1], pixels.shape[:2], strict=True)
    )
    return np.asarray(pixels[rows][:, columns], np.uint8)


def shows_squares(rgb: NDArray[np.uint8], resample: Resample, *, fill: bool) -> bool:
    """Tell whether the pixels of a picture (H, W, 3), when enlarged, become squares."""
    if resample != "auto" or not fill:
        return resample == "nearest"
    if max(rgb.shape[:2]) > _LARGEST_ART:
        return False
    return len(np.unique(rgb.reshape(-1, 3), axis=0)) <= _MOST_COLORS
