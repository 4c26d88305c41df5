"""The color of each character's ink, for every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from asciiart.art.canvas import Canvas
    from asciiart.options import Background
from asciiart.color.palettes import LUMINANCE, Colors, from_linear, to_linear

_Floats = NDArray[np.float64]


_STEADINESS = 8
"""Added to channels before they are stretched, so that nearly black stays nearly gray."""


_VIVIDNESS = 0.5
"""Share of a structure cell's gray that is taken out before it is stretched."""


_DARK_PAPER_LUMINANCE = 0.21
"""Least luminance of ink on a dark page: a contrast of 4.5 to 1 (WCAG 2.1) against `PAPER`."""


_LIGHT_PAPER_LUMINANCE = 0.18
"""Greatest luminance of ink on a light page: 4.5 to 1 as well."""


_AT_ONCE = 2**17
"""Colors whose inks are found at once, in 200 bytes for each."""


def _strongest(light: _Floats, vividness: float) -> _Floats:
    """Stretch each color (..., 3), levels 0 to 255, until its greatest channel is full."""
    colored: _Floats = light - vividness * light.min(axis=-1, keepdims=True) + _STEADINESS
    colored /= colored.max(axis=-1, keepdims=True)
    return colored


def _readable(levels: _Floats, background: Background) -> _Floats:
    """Mix in white, or darken, colors (..., 3) of levels 0 to 1 as far as the page asks for."""
    light = to_linear(levels)
    luminance = (light @ LUMINANCE)[..., np.newaxis]
    if background == "dark":
        missing = np.maximum(_DARK_PAPER_LUMINANCE - luminance, 0)
        light = light + (1 - light) * missing / (1 - luminance + 1e-9)
    else:
        light = light * np.minimum(_LIGHT_PAPER_LUMINANCE / (luminance + 1e-9), 1)
    return from_linear(light)


def ink_colors(art: Canvas) -> Colors:
    """Return the color of each cell's ink (R, C, 3), for every renderer.

    A tone glyph already carries its cell's brightness, so its color gives hue and saturation
    only: the cell's color at full value on a dark page; on a light one, where ink takes light
    away, what it takes away at full value. Else dark places would be darkened twice. A structure
    glyph carries the outline, so its color is made more vivid as well. Both keep a contrast of
    4.5 to 1 or more against the page. A filled art has its own.
    """
    if art.fill is not None:
        return art.fill.ink
    inks = np.empty_like(art.colors)
    at_once = max(1, _AT_ONCE // art.colors.shape[1])
    for start in range(0, len(inks), at_once):
        some = slice(start, start + at_once)
        inks[some] = _ink_of(art.colors[some], art)
    return inks


def _ink_of(colors: Colors, art: Canvas) -> Colors:
    vividness = _VIVIDNESS if art.mode == "structure" else 0.0
    if art.background == "dark":
        levels = _strongest(colors.astype(np.float64), vividness)
    else:
        levels = 1 - _strongest(255 - colors.astype(np.float64), vividness)
    return np.rint(255 * _readable(levels, art.background)).astype(np.uint8)
