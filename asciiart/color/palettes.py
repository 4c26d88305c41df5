"""Color: what a terminal can show, its palettes, and what color the ink of an Art has.

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
"""(..., 3), sRGB."""
_Floats = NDArray[np.float64]


PaletteMode = Literal[ColorMode.ANSI16, ColorMode.ANSI256]

PAPER: dict[Background, tuple[int, int, int]] = {"dark": (17, 17, 17), "light": (255, 255, 255)}
"""The page of pictures and documents, sRGB."""
INK: dict[Background, tuple[int, int, int]] = {"dark": (255, 255, 255), "light": (0, 0, 0)}
"""What is written on that page where the art has no colors, sRGB."""

_LINEAR_BELOW = 0.04045
"""The sRGB level up to which its curve is a straight line (IEC 61966-2-1)."""
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
"""Shares of linear red, green and blue light (Rec. 709)."""
_CHROMA_WEIGHT = 1.5
"""By which differences in hue and chroma count in palettes. Equal weights take cyan for a light
gray where the grays are far apart."""
_CHUNK = 256
"""Colors compared with a palette at once: distances, 500 kB, that stay in the processor's cache."""

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
"""xterm's colors 232 to 255."""

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
    """Return a mode's colors (P, 3); a color's index is its number in the terminal."""
    colors = list(_ANSI16)
    if mode is ColorMode.ANSI256:
        colors += [(red, green, blue) for red in _CUBE for green in _CUBE for blue in _CUBE]
        colors += [(gray, gray, gray) for gray in _GRAYS]
    table = np.array(colors, np.uint8)
    table.flags.writeable = False
    return table


def to_linear(levels: _Floats) -> _Floats:
    """Return sRGB levels 0 to 1 as linear light."""
    curve: _Floats = ((levels + 0.055) / 1.055) ** 2.4
    return np.where(levels <= _LINEAR_BELOW, levels / 12.92, curve)


def from_linear(light: _Floats) -> _Floats:
    """Return linear light 0 to 1 as sRGB levels."""
    curve: _Floats = 1.055 * light ** (1 / 2.4) - 0.055
    return np.where(light <= _LINEAR_BELOW / 12.92, light * 12.92, curve)


_LINEAR = to_linear(np.arange(256) / 255)
"""Linear light of each of the 256 levels of a channel."""


def to_light(colors: Colors) -> _Floats:
    """Return sRGB colors (..., 3) as linear light, 0 to 1."""
    return _LINEAR[colors]


def to_oklab(colors: Colors) -> _Floats:
    """Return sRGB colors (..., 3) as OKLab: lightness 0 to 1, green-red, blue-yellow."""
    return _light_to_oklab(to_light(colors))


def _light_to_oklab(light: _Floats) -> _Floats:
    lab: _Floats = np.cbrt(light @ _TO_CONES.T) @ _TO_LAB.T
    return lab


def nearest_palette(colors: Colors, mode: PaletteMode) -> NDArray[np.uint8]:
    """Return the palette's indices (...) of the colors nearest to ``colors`` (..., 3).

    Of 256 colors the first 16 are never chosen: what they look like is up to the user's theme.
    """
    return nearest_light(to_light(colors.reshape(-1, 3)), mode).reshape(colors.shape[:-1])


def nearest_light(light: _Floats, mode: PaletteMode) -> NDArray[np.uint8]:
    """Return the palette's indices (N,) nearest to linear light (N, 3), as `nearest_palette`."""
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
    """Return the indices (...) of the few ``choices`` (P, 3) nearest to ``colors`` (..., 3)."""
    lab, known = to_oklab(colors) * _WEIGHTS, to_oklab(choices) * _WEIGHTS
    distances = (known**2).sum(axis=1) - 2 * (lab @ known.T)
    return np.asarray(distances.argmin(axis=-1))


class _Choices(NamedTuple):
    """Colors to choose from."""

    first: int
    """Index of the first of them in the palette."""
    distances: _Floats
    """(4, P): what turns OKLab and a 1 into the weighted squared distance from each, less the
    square of the color's own length, which is the same for all."""


@cache
def _choices(mode: PaletteMode) -> _Choices:
    first = 16 if mode is ColorMode.ANSI256 else 0
    colors = to_oklab(palette(mode)[first:]) * _WEIGHTS
    squares = (colors**2).sum(axis=1, keepdims=True)
    return _Choices(first, np.concatenate([-2 * _WEIGHTS * colors, squares], axis=1).T)


@cache
def linear_palette(mode: PaletteMode) -> _Floats:
    """Return a mode's colors (P, 3) as linear light, 0 to 1."""
    return to_light(palette(mode))
