"""The colors of an art's cells as a terminal shows them: ink, and paper where it has any."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.color import ColorMode, Colors, ink_colors, nearest_palette, palette
from asciiart.dither import dither_palette

if TYPE_CHECKING:
    from asciiart.art import Art

Numbers = NDArray[np.integer]
"""(R, C): indices of a palette, or true colors 0xRRGGBB."""


class Layers(NamedTuple):
    """What each cell shows."""

    ink: Numbers
    """Of the characters."""
    paper: Numbers | None
    """Of what they stand on; None where that is the page."""


def number_layers(art: Art, mode: ColorMode) -> Layers | None:
    """Return the cells' colors as a terminal of that mode names them; None without color."""
    if mode is ColorMode.NONE:
        return None
    if mode is ColorMode.TRUECOLOR:
        return Layers(pack(ink_colors(art)), None if art.fill is None else pack(art.fill.paper))
    if art.fill is None:
        return Layers(dither_palette(ink_colors(art), mode, art.options.dither), None)
    return Layers(nearest_palette(art.fill.ink, mode), nearest_palette(art.fill.paper, mode))


def color_layers(art: Art, mode: ColorMode) -> Layers | None:
    """Return the cells' colors 0xRRGGBB; None without color."""
    layers = number_layers(art, mode)
    if layers is None or mode in (ColorMode.NONE, ColorMode.TRUECOLOR):
        return layers
    known = pack(palette(mode))
    return Layers(known[layers.ink], None if layers.paper is None else known[layers.paper])


def pack(colors: Colors) -> NDArray[np.int64]:
    """Return colors (..., 3) as numbers (...), 0xRRGGBB."""
    packed: NDArray[np.int64] = colors.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    return packed


def unpack(numbers: Numbers) -> Colors:
    """Return numbers (...), 0xRRGGBB, as colors (..., 3)."""
    channels = numbers[..., None] >> np.array([16, 8, 0])
    return np.asarray(channels & 255, np.uint8)
