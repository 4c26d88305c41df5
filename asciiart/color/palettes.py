"""Palettes of terminals, sRGB as linear light, and the nearest color of a palette.

Nearest palette colors are found in OKLab, where equal distances look about equally different:
B. Ottosson, "A perceptual color space for image processing", 2020,
https://bottosson.github.io/posts/oklab/ (matrices of the 2021-01-25 revision).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.io.terminal.color_mode import ColorMode

if TYPE_CHECKING:
    from asciiart.options import Background

Colors = NDArray[np.uint8]
"""Colors (..., 3), sRGB."""
UnitColors = NDArray[np.float64]
"""Colors (..., 3), sRGB from 0 to 1."""
Light = NDArray[np.float64]
"""Linear light (..., 3), from 0 to 1."""
_Lab = NDArray[np.float64]
"""Colors (..., 3) in OKLab."""


PaletteMode = Literal[ColorMode.ANSI16, ColorMode.ANSI256]
"""Modes with a fixed palette."""

PAPER: dict[Background, tuple[int, int, int]] = {"dark": (17, 17, 17), "light": (255, 255, 255)}
"""Color of the page in pictures and documents, sRGB."""
INK: dict[Background, tuple[int, int, int]] = {"dark": (255, 255, 255), "light": (0, 0, 0)}
"""Color of characters on that page if the art has no colors, sRGB."""

_LINEAR_BELOW = 0.04045
"""The sRGB level up to which the transfer curve is a straight line (IEC 61966-2-1)."""
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
"""Weights of linear red, green and blue light in luminance (Rec. 709)."""
_CHROMA_WEIGHT = 1.5
"""Weight of differences in hue and chroma, relative to lightness. With equal weights, cyan would
stand for a light gray where a palette's grays are far apart."""
_CHUNK = 256
"""Number of colors compared with a palette at once: their distances, 500 kB, stay in the cache."""

_WEIGHTS = np.array([1, _CHROMA_WEIGHT, _CHROMA_WEIGHT])

_ANSI16 = (
    *((0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0)),
    *((0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229)),
    *((127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0)),
    *((92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255)),
)
"""xterm's default colors 0 to 15; users' themes change them."""
_CUBE = (0, 95, 135, 175, 215, 255)
"""Levels of each channel in xterm's colors 16 to 231."""
_GRAYS = range(8, 239, 10)
"""Gray levels of xterm's colors 232 to 255."""

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


@cache
def palette(mode: PaletteMode) -> Colors:
    """Return a mode's colors (P, 3), read-only; a color's index is its number in the terminal."""
    colors = list(_ANSI16)
    if mode is ColorMode.ANSI256:
        colors += [(red, green, blue) for red in _CUBE for green in _CUBE for blue in _CUBE]
        colors += [(gray, gray, gray) for gray in _GRAYS]
    table = np.array(colors, np.uint8)
    table.flags.writeable = False
    return table


def to_linear(levels: UnitColors) -> Light:
    """Return sRGB levels, from 0 to 1, as linear light."""
    curve: Light = ((levels + 0.055) / 1.055) ** 2.4
    return np.where(levels <= _LINEAR_BELOW, levels / 12.92, curve)


def from_linear(light: Light) -> UnitColors:
    """Return linear light as sRGB levels, from 0 to 1."""
    curve: UnitColors = 1.055 * light ** (1 / 2.4) - 0.055
    return np.where(light <= _LINEAR_BELOW / 12.92, light * 12.92, curve)


_LINEAR = to_linear(np.arange(256) / 255)
"""Linear light of each of the 256 levels of a channel."""


def to_light(colors: Colors) -> Light:
    """Return sRGB colors (..., 3) as linear light (..., 3), from 0 to 1."""
    return _LINEAR[colors]


def to_oklab(colors: Colors) -> _Lab:
    """Return sRGB colors (..., 3) in OKLab (..., 3): lightness 0 to 1, green-red, blue-yellow."""
    return _light_to_oklab(to_light(colors))


def _light_to_oklab(light: Light) -> _Lab:
    lab: _Lab = np.cbrt(light @ _TO_CONES.T) @ _TO_LAB.T
    return lab


def nearest_palette(colors: Colors, mode: PaletteMode) -> NDArray[np.uint8]:
    """Return the palette's indices (...) of the colors nearest to ``colors`` (..., 3).

    The first 16 of 256 colors are never chosen, since users' themes change their look.
    """
    return nearest_light(to_light(colors.reshape(-1, 3)), mode).reshape(colors.shape[:-1])


def nearest_light(light: Light, mode: PaletteMode) -> NDArray[np.uint8]:
    """Return the palette's indices (N,) of the colors nearest to linear light (N, 3).

    As in `nearest_palette`, the first 16 of 256 colors are never chosen.
    """
    choices = _choices(mode)
    lab = np.ones((len(light), 4))
    lab[:, :3] = _light_to_oklab(light)
    indices = np.empty(len(light), np.uint8)
    room = np.empty((min(len(light), _CHUNK), choices.distances.shape[1]))
    for start in range(0, len(light), _CHUNK):
        part = lab[start : start + _CHUNK]
        distances = np.matmul(part, choices.distances, out=room[: len(part)])
        indices[start : start + _CHUNK] = distances.argmin(axis=1) + choices.first
    return indices


def nearest_of(colors: Colors, choices: Colors) -> NDArray[np.intp]:
    """Return for ``colors`` (..., 3) the indices (...) of the nearest of few ``choices`` (P, 3)."""
    lab, known = to_oklab(colors) * _WEIGHTS, to_oklab(choices) * _WEIGHTS
    distances = (known**2).sum(axis=1) - 2 * (lab @ known.T)
    return np.asarray(distances.argmin(axis=-1))


class _Choices(NamedTuple):
    """The colors of a palette that may be chosen."""

    first: int
    """Index of the first one in the palette."""
    distances: NDArray[np.float64]
    """(4, P): matrix that maps an OKLab color and a 1 to its weighted squared distances from the P
    colors, except for the color's own squared length, which is the same for all of them."""


@cache
def _choices(mode: PaletteMode) -> _Choices:
    first = 16 if mode is ColorMode.ANSI256 else 0
    colors = to_oklab(palette(mode)[first:]) * _WEIGHTS
    squares = (colors**2).sum(axis=1, keepdims=True)
    return _Choices(first, np.concatenate([-2 * _WEIGHTS * colors, squares], axis=1).T)


@cache
def linear_palette(mode: PaletteMode) -> Light:
    """Return a mode's colors (P, 3) as linear light, from 0 to 1."""
    return to_light(palette(mode))
