"""Dithering: the few colors of a palette, or ink and paper, mixed to approximate other colors.

The eye adds up light, so all mixing is of linear light.

- ordered: the matrix of B. E. Bayer, "An optimum method for two-level rendition of continuous-tone
  pictures", ICC 1973.
- noise: the same with a matrix of blue noise: R. Ulichney, "The void-and-cluster method for dither
  array generation", SPIE 1913, 1993. Its third phase, which counts zeros where the second counts
  ones, simply continues the second here: with a periodic filter both choose the same pixel.
- diffusion: R. W. Floyd and L. Steinberg, "An adaptive algorithm for spatial greyscale", 1976.

A matrix chooses between a palette's colors as in T. Knoll's US patent 6,606,166 (expired): for each
pixel a few colors are found whose mean is the desired color, and the matrix determines which of
them, from dark to light, the pixel gets.
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
    Light,
    PaletteMode,
    linear_palette,
    nearest_light,
    to_light,
)
from asciiart.io.pictures.arrays import Mask
from asciiart.options import Dither

_MIXED = 8
"""Number of palette colors in the mixture for a pixel."""
_BAYER_DOUBLINGS = 3
"""Number of times that the Bayer matrix is doubled from 1 x 1, to 8 x 8."""
_NOISE_SIZE = 32
"""Height and width of the matrix of blue noise."""
_NOISE_SIGMA = 1.5
"""Standard deviation of Ulichney's filter, in pixels."""
_NOISE_SHARE = 0.1
"""Share of ones in the initial pattern of the matrix of blue noise."""
_PERIOD = 32
"""Number of rows after which every matrix repeats."""
_AT_ONCE = 2**18
"""Number of pixels that are mixed at once, each of which takes 400 bytes."""
_SPREAD = ((1, 0, 7 / 16), (1, 1, 3 / 16), (2, 1, 5 / 16), (3, 1, 1 / 16))
"""Error diffusion of Floyd and Steinberg: number of lines ahead, rows down, share of the error.
A line is a diagonal that moves two columns to the left in each row, so that the next line holds
the pixels to the right and at the lower left."""

_Thresholds = NDArray[np.float64]
"""(H, W), each between 0 and 1."""


class _Quantized(NamedTuple):
    """N pixels, each replaced by the nearest value that can be shown."""

    indices: NDArray[np.uint8]
    """(N,): indices of the values."""
    light: Light
    """(N, K): the values as linear light, of K channels."""


def dither_palette(colors: Colors, mode: PaletteMode, dither: Dither) -> NDArray[np.uint8]:
    """Return the palette's index (H, W) for each pixel of colors (H, W, 3)."""
    if dither == "diffusion":
        return _diffuse(to_light(colors), lambda some: _nearest(some, mode))
    shown = np.empty(colors.shape[:2], np.uint8)
    at_once = max(1, _AT_ONCE // colors.shape[1] // _PERIOD) * _PERIOD
    for start in range(0, len(colors), at_once):
        rows = slice(start, start + at_once)
        shown[rows] = _choose(to_light(colors[rows]), mode, dither)
    return shown


def _choose(
    light: Light, mode: PaletteMode, dither: Literal["none", "ordered", "noise"]
) -> NDArray[np.uint8]:
    """Return the palette's index (H, W) for each pixel of linear light (H, W, 3)."""
    if dither == "none":
        return nearest_light(light.reshape(-1, 3), mode).reshape(light.shape[:-1])
    chosen = _mixtures(light.reshape(-1, 3), mode)
    at = (_MIXED * _tiled(dither, light.shape[:2])).astype(np.intp)
    return np.take_along_axis(chosen, at.reshape(-1, 1), axis=1).reshape(at.shape)


def dither_bits(ink: NDArray[np.float32], dither: Dither) -> Mask:
    """Return the pixels (H, W) to ink, so that their density is ``ink`` (H, W), from 0 to 1."""
    if dither == "diffusion":
        return _diffuse(ink[..., None].astype(np.float64), _round).astype(np.bool_)
    if dither == "none":
        return ink >= 0.5
    return ink > _tiled(dither, ink.shape)


def matrix(dither: Literal["ordered", "noise"]) -> _Thresholds:
    """Return the distinct thresholds (S, S) of a matrix, between 0 and 1."""
    ranks = _bayer() if dither == "ordered" else _blue_noise()
    thresholds: _Thresholds = (ranks + 0.5) / ranks.size
    return thresholds


def _tiled(dither: Literal["ordered", "noise"], shape: tuple[int, ...]) -> _Thresholds:
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
    while True:  # the tightest cluster's pixel moves to the largest void
        cluster = int(np.where(ones, energy, -np.inf).argmax())
        energy -= _hill(cluster)
        ones[cluster] = False
        void = int(np.where(ones, np.inf, energy).argmin())
        energy += _hill(void)
        ones[void] = True
        if void == cluster:
            break
    return _rank(ones, energy).reshape(size, size)


def _rank(ones: Mask, energy: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the order (S * S,) of inking pixels: first the ones, the tightest cluster last."""
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
def _center() -> NDArray[np.float64]:
    steps = np.arange(_NOISE_SIZE)
    distance = np.minimum(steps, _NOISE_SIZE - steps)
    hill = np.exp(-(distance**2) / (2 * _NOISE_SIGMA**2))
    return np.outer(hill, hill)


def _hill(pixel: int) -> NDArray[np.float64]:
    """Return the energy (S * S,) that a one at ``pixel`` adds to a periodic pattern."""
    return np.roll(_center(), divmod(int(pixel), _NOISE_SIZE), axis=(0, 1)).ravel()


def _mixtures(light: Light, mode: PaletteMode) -> NDArray[np.uint8]:
    """Return indices (N, _MIXED), dark to light, of colors whose mean is near ``light`` (N, 3)."""
    known = linear_palette(mode)
    indices = np.empty((len(light), _MIXED), np.uint8)
    error = np.zeros_like(light)
    for number in range(_MIXED):
        indices[:, number] = nearest_light(np.clip(light + error, 0, 1), mode)
        error += light - known[indices[:, number]]
    order = np.argsort(known[indices] @ LUMINANCE, axis=1, kind="stable")
    return np.take_along_axis(indices, order, axis=1)


def _nearest(light: Light, mode: PaletteMode) -> _Quantized:
    indices = nearest_light(light, mode)
    return _Quantized(indices, linear_palette(mode)[indices])


def _round(ink: Light) -> _Quantized:
    inked = (ink[:, 0] >= 0.5).astype(np.uint8)
    return _Quantized(inked, inked[:, None].astype(np.float64))


def _diffuse(values: Light, quantize: Callable[[Light], _Quantized]) -> NDArray[np.uint8]:
    """Return the indices (H, W) for ``values`` (H, W, K), with errors diffused to later pixels.

    The pixels of a diagonal that moves two columns to the left in each row do not affect each
    other, so that a whole such line is quantized at once.
    """
    height, width, count = values.shape
    beyond = 1 + max(further for further, _, _ in _SPREAD)
    lines = width + 2 * (height - 1)
    wanted = np.zeros((beyond, height + 1, count))  # for a line and those that it spreads to
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
