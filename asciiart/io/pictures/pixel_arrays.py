"""Stage 1, arrays: numbers of any real type -> 8 bits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asciiart.errors import ImageError
from asciiart.io.pictures.arrays import Pixels

_CHANNELS = (1, 2, 3, 4)
"""Numbers of channels: gray, gray and alpha, RGB, RGBA."""
_BAND = 1 << 20
"""Number of pixels that are processed in double precision at once."""


def to_eight_bits(array: NDArray[Any], name: str) -> Pixels:
    """Return an array (H, W) or (H, W, 1 to 4) as (H, W, 3) or (H, W, 4), 0 to 255.

    - bool: False is 0, True is 255
    - uint8: unchanged
    - uint16: divided by 257
    - floating-point of any precision: 0 to 1 becomes 0 to 255
    - other integers: as uint8 if all values are at most 255; otherwise, in types of more than 16
      bits, as uint16 if all are at most 65,535; otherwise relative to the type's greatest value

    Raises
    ------
    TypeError
        If it has another shape, or its type is not real.
    ImageError
        If integers are negative, or floating-point values are not numbers from 0 to 1.
    """
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in _CHANNELS):
        raise TypeError(
            f"{name}: shape {array.shape} is none of (H, W), (H, W, 1), (H, W, 2), (H, W, 3) "
            "and (H, W, 4)"
        )
    if array.dtype.kind not in "buif":
        raise TypeError(
            f"{name}: {array.dtype} is no real number (bool, integer or floating-point)"
        )
    if array.size == 0:
        raise ImageError(f"{name}: has no pixels ({array.shape[1]} x {array.shape[0]})")
    pixels = _scale(array, name).reshape(*array.shape[:2], -1)
    if pixels.shape[2] > 2:
        return pixels
    return np.concatenate([np.repeat(pixels[..., :1], 3, axis=2), pixels[..., 1:]], axis=2)


def _scale(array: NDArray[Any], name: str) -> Pixels:
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "f":
        with np.errstate(invalid="ignore"):
            within = array.min() >= 0 and array.max() <= 1  # false for NaN, too
        if not within:
            raise ImageError(f"{name}: floating-point values must be numbers from 0 to 1")
        return scale_unit(array)
    if kind == "b":
        return array * np.uint8(255)
    if kind == "u" and size <= 2:
        return array if size == 1 else scale_16_bits(array)
    return _scale_integers(array, name)


def _scale_integers(array: NDArray[Any], name: str) -> Pixels:
    if array.min() < 0:
        raise ImageError(f"{name}: integers must not be negative")
    greatest = array.max()
    if greatest <= 255:
        return array.astype(np.uint8)
    if greatest <= 65535 and array.dtype.itemsize > 2:
        return scale_16_bits(array)
    return scale_unit(array / np.float64(np.iinfo(array.dtype).max))


def scale_unit(values: NDArray[Any]) -> Pixels:
    """Return values from 0 to 1 as 0 to 255, rounded."""
    return (values * np.float32(255) + np.float32(0.5)).astype(np.uint8)


def scale_16_bits(values: NDArray[Any]) -> Pixels:
    """Return values from 0 to 65535 divided by 257, rounded."""
    # Capped at the least value that rounds to 255, so that adding 128 fits 16 bits.
    capped = np.minimum(values.astype(np.uint16, copy=False), np.uint16(65535 - 128))
    return ((capped + 128) // 257).astype(np.uint8)


def scale_gray(values: NDArray[Any]) -> Pixels:
    """Return gray (H, W) of a file with 16 or 32 bits per pixel as 0 to 255.

    Integers are taken as 16 bits, floating-point numbers as 0 to 1, if all lie in that range;
    otherwise they are stretched from their least to their greatest value. NaN becomes 0.
    """
    with np.errstate(invalid="ignore"):  # signaling NaNs, for which copying counts as an operation
        if values.dtype.kind != "f" and values.min() >= 0 and values.max() <= 65535:
            return scale_16_bits(values)
        low, high = _find_range(values)
        scaled = np.empty(values.shape, np.uint8)
        for rows in _bands(values):
            scaled[rows] = scale_unit(_stretch(values[rows], low, high))
        return scaled


def _find_range(values: NDArray[Any]) -> tuple[float, float]:
    """Return the values that become black and white."""
    lows, highs, within = [], [], values.dtype.kind == "f"
    for rows in _bands(values):
        band = values[rows]
        within = within and bool(band.min() >= 0 and band.max() <= 1)  # false for NaN
        finite = band[np.isfinite(band)]
        if finite.size:
            lows.append(float(finite.min()))
            highs.append(float(finite.max()))
    return (0.0, 1.0) if within or not lows else (min(lows), max(highs))


def _bands(values: NDArray[Any]) -> Iterator[slice]:
    """Yield bands of rows that are small enough to be processed in double precision."""
    step = max(1, _BAND // values.shape[1])
    for start in range(0, len(values), step):
        yield slice(start, start + step)


def _stretch(values: NDArray[Any], low: float, high: float) -> NDArray[np.float64]:
    """Map ``low`` to ``high`` onto 0 to 1; NaN and minus infinity become 0, infinity becomes 1."""
    clipped = np.nan_to_num(values.astype(np.float64), nan=low, posinf=high, neginf=low)
    stretched: NDArray[np.float64] = (clipped - low) / ((high - low) or 1.0)
    return stretched
