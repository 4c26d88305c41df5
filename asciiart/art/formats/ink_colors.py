"""The color of each character's ink, for every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from asciiart.color.palettes import LUMINANCE, Colors, UnitColors, from_linear, to_linear

if TYPE_CHECKING:
    from asciiart.art.canvas import Canvas
    from asciiart.options import Background

_STEADINESS = 8
"""Levels added to each channel before it is stretched, so that near-black stays near-gray."""
_VIVIDNESS = 0.5
"""Share of a structure cell's gray component that is removed before stretching."""
_DARK_PAPER_LUMINANCE = 0.21
"""Minimum luminance of ink on a dark page, for a contrast of 4.5 to 1 (WCAG 2.1) with `PAPER`."""
_LIGHT_PAPER_LUMINANCE = 0.18
"""Maximum luminance of ink on a light page, for a contrast of 4.5 to 1."""
_AT_ONCE = 2**17
"""Colors processed at a time, which takes 200 bytes each."""


def _strongest(light: NDArray[np.float64], vividness: float) -> UnitColors:
    """Scale each color (..., 3), levels 0 to 255, so that its greatest channel becomes 1."""
    colored: UnitColors = light - vividness * light.min(axis=-1, keepdims=True) + _STEADINESS
    colored /= colored.max(axis=-1, keepdims=True)
    return colored


def _readable(levels: UnitColors, background: Background) -> UnitColors:
    """Lighten or darken colors (..., 3), levels 0 to 1, until they contrast with the page."""
    light = to_linear(levels)
    luminance = (light @ LUMINANCE)[..., np.newaxis]
    if background == "dark":
        missing = np.maximum(_DARK_PAPER_LUMINANCE - luminance, 0)
        light = light + (1 - light) * missing / (1 - luminance + 1e-9)
    else:
        light = light * np.minimum(_LIGHT_PAPER_LUMINANCE / (luminance + 1e-9), 1)
    return from_linear(light)


def ink_colors(art: Canvas) -> Colors:
    """Return the color of each cell's ink (R, C, 3), sRGB.

    A tone glyph already conveys its cell's brightness, so its color adds only hue and saturation;
    otherwise dark places would be darkened twice. On a dark page it is the cell's color at full
    value; on a light page, where ink absorbs light, the absorbed color is at full value. A
    structure glyph conveys the outline, so its color is made more vivid, too. Both keep a contrast
    of at least 4.5 to 1 with the page. A filled art has inks of its own.
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
