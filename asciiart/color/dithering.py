"""Dithering: few colors, or ink and none, mixed so that from afar they are the wanted ones.

Light adds up, so all mixing is of linear light.

- ordered: the matrix of B. E. Bayer, "An optimum method for two-level rendition of continuous-tone
  pictures", ICC 1973.
- noise: the same with a matrix of blue noise: R. Ulichney, "The void-and-cluster method for dither
  array generation", SPIE 1913, 1993; its third phase, which counts zeros where the second counts
  ones, is the second gone on, since with a periodic filter both choose the same pixel.
- diffusion: R. W. Floyd and L. Steinberg, "An adaptive algorithm for spatial greyscale", 1976.

A matrix chooses between the colors of a palette as T. Knoll's US patent 6,606,166 (expired) does:
for each pixel a handful of colors is found whose mean is the wanted one, and the matrix says which
of them, from dark to light, the pixel gets.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.color.palettes import (
    LUMINANCE,
    Colors,
    PaletteMode,
    linear_palette,
    nearest_light,
    to_light,
)
from asciiart.options import Dither

Floats = NDArray[np.float64]

_MIXED = 8
"""Colors of which a pixel's mixture is made."""
_BAYER_DOUBLINGS = 3
"""Of a 1 x 1 matrix: 8 x 8."""
_NOISE_SIZE = 32
"""Height and width of the matrix of blue noise."""
_NOISE_SIGMA = 1.5
"""Pixels; Ulichney's filter."""
_NOISE_SHARE = 0.1
"""Of ones in the pattern that the matrix begins with."""
_PERIOD = 32
"""Rows after which every matrix begins again."""
_AT_ONCE = 2**18
"""Pixels that are mixed at once: that takes 400 bytes for each."""
_SPREAD = ((1, 0, 7 / 16), (1, 1, 3 / 16), (2, 1, 5 / 16), (3, 1, 1 / 16))
"""Where Floyd and Steinberg take an error: to which of the lines to come, how many rows down, which
share. A line falls two columns a row; so right, and left below, is the next one."""


class _Shown(NamedTuple):
    """What pixels come out as."""

    indices: NDArray[np.uint8]
    """(N,)."""
    light: Floats
    """(N, K)."""


def dither_palette(colors: Colors, mode: PaletteMode, dither: Dither) -> NDArray[np.uint8]:
    """Return the palette's index of each pixel (H, W) of colors (H, W, 3)."""
    if dither == "diffusion":
        return _diffuse(to_light(colors), lambda some: _nearest(some, mode))
    shown = np.empty(colors.shape[:2], np.uint8)
    at_once = max(1, _AT_ONCE // colors.shape[1] // _PERIOD) * _PERIOD
    for start in range(0, len(colors), at_once):
        rows = slice(start, start + at_once)
        shown[rows] = _choose(to_light(colors[rows]), mode, dither)
    return shown


def _choose(
    light: Floats, mode: PaletteMode, dither: Literal["none", "ordered", "noise"]
) -> NDArray[np.uint8]:
    """Return the palette's index of each pixel (H, W) of linear light (H, W, 3)."""
    if dither == "none":
        return nearest_light(light.reshape(-1, 3), mode).reshape(light.shape[:-1])
    chosen = _mixtures(light.reshape(-1, 3), mode)
    at = (_MIXED * _tiled(dither, light.shape[:2])).astype(np.intp)
    return np.take_along_axis(chosen, at.reshape(-1, 1), axis=1).reshape(at.shape)


def dither_bits(ink: NDArray[np.float32], dither: Dither) -> NDArray[np.bool_]:
    """Return which pixels (H, W) are inked, as many as ``ink`` (H, W), 0 to 1, asks for."""
    if dither == "diffusion":
        return _diffuse(ink[..., None].astype(np.float64), _round).astype(np.bool_)
    if dither == "none":
        return ink >= 0.5
    return ink > _tiled(dither, ink.shape)


def matrix(dither: Literal["ordered", "noise"]) -> Floats:
    """Return the thresholds (S, S) of a matrix, each between 0 and 1 and once."""
    ranks = _bayer() if dither == "ordered" else _blue_noise()
    thresholds: Floats = (ranks + 0.5) / ranks.size
    return thresholds


def _tiled(dither: Literal["ordered", "noise"], shape: tuple[int, ...]) -> Floats:
    thresholds = matrix(dither)
    height, width = (-(-n // size) for n, size in zip(shape, thresholds.shape, strict=True))
    return np.tile(thresholds, (height, width))[: shape[0], : shape[1]]


@cache
def _bayer() -> NDArray[np.intp]:
    ranks = np.zeros((1, 1), np.intp)
    for _ in range(_BAYER_DOUBLINGS):
        ranks = np.block([[4 * ranks, 4 * ranks + 2], [4 * ranks + 3, 4 * ranks + 1]])
    return ranks


@cache
def _blue_noise() -> NDArray[np.intp]:
    size = _NOISE_SIZE
    first = np.random.default_rng(0).permutation(size**2)[: round(_NOISE_SHARE * size**2)]
    ones = np.zeros(size**2, np.bool_)
    ones[first] = True
    energy = np.add.reduce([_hill(pixel) for pixel in first])
    while True:  # the tightest cluster goes to the largest void
        cluster = int(np.where(ones, energy, -np.inf).argmax())
        energy -= _hill(cluster)
        ones[cluster] = False
        void = int(np.where(ones, np.inf, energy).argmin())
        energy += _hill(void)
        ones[void] = True
        if void == cluster:
            break
    return _rank(ones, energy).reshape(size, size)


def _rank(ones: NDArray[np.bool_], energy: Floats) -> NDArray[np.intp]:
    """Return in which order pixels are inked: the ones first, the tightest of them last."""
    ranks = np.zeros(ones.size, np.intp)
    left, around = ones.copy(), energy.copy()
    for rank in range(int(ones.sum()) - 1, -1, -1):
        cluster = int(np.where(left, around, -np.inf).argmax())
        left[cluster], ranks[cluster] = False, rank
        around -= _hill(cluster)
    filled, around = ones.copy(), energy.copy()
    for rank in range(int(ones.sum()), ones.size):
        void = int(np.where(filled, np.inf, around).argmin())
        filled[void], ranks[void] = True, rank
        around += _hill(void)
    return ranks


@cache
def _center() -> Floats:
    steps = np.arange(_NOISE_SIZE)
    distance = np.minimum(steps, _NOISE_SIZE - steps)
    hill = np.exp(-(distance**2) / (2 * _NOISE_SIGMA**2))
    return np.outer(hill, hill)


def _hill(pixel: int) -> Floats:
    """Return what a one at ``pixel`` adds to the energy (S·S,) of a periodic pattern."""
    return np.roll(_center(), divmod(int(pixel), _NOISE_SIZE), axis=(0, 1)).ravel()


def _mixtures(light: Floats, mode: PaletteMode) -> NDArray[np.uint8]:
    """Return `_MIXED` indices (N, _MIXED), dark to light, whose mean is near ``light`` (N, 3)."""
    known = linear_palette(mode)
    indices = np.empty((len(light), _MIXED), np.uint8)
    error = np.zeros_like(light)
    for number in range(_MIXED):
        indices[:, number] = nearest_light(np.clip(light + error, 0, 1), mode)
        error += light - known[indices[:, number]]
    order = np.argsort(known[indices] @ LUMINANCE, axis=1, kind="stable")
    return np.take_along_axis(indices, order, axis=1)


def _nearest(light: Floats, mode: PaletteMode) -> _Shown:
    indices = nearest_light(light, mode)
    return _Shown(indices, linear_palette(mode)[indices])


def _round(ink: Floats) -> _Shown:
    inked = (ink[:, 0] >= 0.5).astype(np.uint8)
    return _Shown(inked, inked[:, None].astype(np.float64))


def _diffuse(values: Floats, quantize: Callable[[Floats], _Shown]) -> NDArray[np.uint8]:
    """Return what to show at each pixel (H, W) of ``values`` (H, W, K), errors spread.

    Pixels on a line that falls to the left, two columns a row, do not touch each other's errors, so
    all of it are chosen at once.
    """
    height, width, count = values.shape
    beyond = 1 + max(further for further, _, _ in _SPREAD)
    lines = width + 2 * (height - 1)
    wanted = np.zeros((beyond, height + 1, count))  # by a line and those that it spreads to
    flat, shown = values.reshape(-1, count), np.empty(height * width, np.uint8)

    def rows(line: int) -> tuple[int, int]:
        return max(0, (line - width + 2) // 2), min(height, line // 2 + 1)

    def pixels(line: int) -> slice | NDArray[np.intp]:
        first, last = rows(line)
        step = width - 2
        if step < 1 or first >= last:
            return np.asarray(line + step * np.arange(first, last))
        return slice(line + step * first, line + step * (last - 1) + 1, step)

    def prepare(line: int) -> None:
        first, last = rows(line)
        own = wanted[line % beyond]
        own[:] = 0
        own[first:last] = flat[pixels(line)]

    for number in range(beyond):
        prepare(number)
    for number in range(lines):
        first, last = rows(number)
        asked = np.clip(wanted[number % beyond, first:last], 0, 1)
        shown[pixels(number)], got = quantize(asked)
        error = asked - got
        for further, down, share in _SPREAD:
            wanted[(number + further) % beyond, first + down : last + down] += share * error
        prepare(number + beyond)
    return shown.reshape(height, width)
