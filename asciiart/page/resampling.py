"""Pictures resized to their page: averaged, blended smoothly, or as squares."""

from __future__ import annotations

import cv2
import numpy as np

from asciiart.io.pictures.arrays import Pixels
from asciiart.io.pictures.image import Picture
from asciiart.options import Resample

_AROUND = np.ones((3, 3), np.uint8)
"""The neighborhood of a pixel."""
_LARGEST_ART = 64
"""Longest side of pixel art, in pixels."""
_MOST_COLORS = 16
"""Most colors of pixel art; the smallest photographs have hundreds, smooth icons dozens."""


def resize(pixels: Pixels, size: tuple[int, int], *, squares: bool = False) -> Pixels:
    """Return pixels (H, W) or (H, W, channels) resized to ``size``, a width and height.

    A picture that shrinks is averaged. One that grows is interpolated smoothly; with ``squares``
    each pixel becomes a rectangle of its own color, and only new pixels in which two meet are
    mixed.
    """
    height, width = pixels.shape[:2]
    if height * width > size[0] * size[1]:
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    if not squares:
        return _enlarge(pixels, size)
    large = _repeated(pixels, count_repeats((height, width), size[::-1]))
    return np.asarray(cv2.resize(large, size, interpolation=cv2.INTER_AREA), np.uint8)


def count_repeats(shape: tuple[int, int], page_shape: tuple[int, int]) -> int:
    """Return the least factor by which a picture covers its page in both directions.

    ``shape`` and ``page_shape`` are (H, W).
    """
    return max(1, -(-page_shape[0] // shape[0]), -(-page_shape[1] // shape[1]))


def repeat_pixels(picture: Picture, times: int) -> Picture:
    """Return a picture in which each pixel is a square of ``times`` by ``times``."""
    alpha = None if picture.alpha is None else _repeated(picture.alpha, times)
    return Picture(_repeated(picture.rgb, times), alpha, picture.name)


def _repeated(pixels: Pixels, times: int) -> Pixels:
    return pixels.repeat(times, axis=0).repeat(times, axis=1)


def _enlarge(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Return the pixels enlarged, none darker or brighter than the originals around it.

    Cubic interpolation alone would add a dark and a bright seam to every edge.
    """
    smooth = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    least, greatest = cv2.erode(pixels, _AROUND), cv2.dilate(pixels, _AROUND)
    columns = np.arange(size[0]) * pixels.shape[1] // size[0]
    rows = np.arange(size[1]) * pixels.shape[0] // size[1]
    for row in range(pixels.shape[0]):  # all new rows that lie in this one
        large = slice(*np.searchsorted(rows, (row, row + 1)))
        smooth[large] = np.clip(smooth[large], least[row, columns], greatest[row, columns])
    return smooth


def to_dots(pixels: Pixels, dots: tuple[int, int]) -> Pixels:
    """Return the colors of the pixels in which the centers of the dots lie.

    ``dots`` is their number across and down.
    """
    rows, columns = (
        (2 * np.arange(count) + 1) * size // (2 * count)
        for count, size in zip(dots[::-1], pixels.shape[:2], strict=True)
    )
    return np.asarray(pixels[rows][:, columns], np.uint8)


def shows_squares(rgb: Pixels, resample: Resample, *, fill: bool) -> bool:
    """Tell whether the pixels of a picture (H, W, 3) become squares when it is enlarged."""
    if resample != "auto" or not fill:
        return resample == "nearest"
    if max(rgb.shape[:2]) > _LARGEST_ART:
        return False
    return len(np.unique(rgb.reshape(-1, 3), axis=0)) <= _MOST_COLORS
