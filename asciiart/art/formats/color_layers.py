"""The colors of an art's cells as a terminal shows them: ink, and paper where it has any."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.art.formats.ink_colors import ink_colors
from asciiart.art.targets import TargetColors, find_target
from asciiart.color.dithering import dither_palette
from asciiart.color.palettes import Colors, nearest_of, nearest_palette, palette, to_oklab
from asciiart.glyphs.charsets import BLANKS
from asciiart.io.terminal.color_mode import ColorMode

if TYPE_CHECKING:
    from asciiart.art.canvas import Canvas

Numbers = NDArray[np.integer]
"""(R, C): palette indices, or true colors 0xRRGGBB."""

CLEAR = -1
"""Number that stands for the page itself where a paper's color is expected."""
_ALIKE = 0.02
"""Just-noticeable difference in OKLab (CSS Color 4, https://www.w3.org/TR/css-color-4/, section on
gamut mapping). Between thin characters it goes unnoticed."""
_AT_ONCE = 2**18
"""Inks compared at a time, which takes 50 bytes each."""


class Layers(NamedTuple):
    """The colors that each cell shows."""

    ink: Numbers
    """Colors of the characters."""
    paper: Numbers | None
    """Colors behind the characters, `CLEAR` where that is the page; None if it is everywhere."""


def colors_of(art: Canvas, mode: ColorMode) -> TargetColors | None:
    """Return the target's own colors, if the art has such a target and ``mode`` asks for them."""
    if art.target is None or mode is not ColorMode.ANSI16:
        return None
    return find_target(art.target).colors


def number_layers(
    art: Canvas, mode: ColorMode, *, joined: bool = False, own: TargetColors | None = None
) -> Layers | None:
    """Return the cells' colors as numbers of a color mode; None without color.

    ``own`` replaces the 16 colors by those of a target. ``joined`` gives neighboring inks that look
    alike the same color, which makes runs long and files small; the inks of a filled art, which
    cover areas, stay as they are.
    """
    if mode is ColorMode.NONE:
        return None
    ink = ink_colors(art)
    if own is not None:
        return _own_layers(art, ink, own)
    if art.fill is None:
        if mode is not ColorMode.TRUECOLOR:
            return Layers(dither_palette(ink, mode, art.options.dither), None)
        return Layers(pack(_joined(ink, art.characters) if joined else ink), None)
    _, paper, clear = art.fill
    number = pack if mode is ColorMode.TRUECOLOR else partial(nearest_palette, mode=mode)
    return Layers(number(ink), np.where(clear, CLEAR, number(paper).astype(np.int64)))


def _own_layers(art: Canvas, ink: Colors, own: TargetColors) -> Layers:
    numbers = nearest_of(ink, unpack(np.array(own.inks)))
    if art.fill is None:
        return Layers(numbers, None)
    papers = nearest_of(art.fill.paper, unpack(np.array(own.papers)))
    return Layers(numbers, np.where(art.fill.clear, CLEAR, papers))


def _joined(ink: Colors, characters: NDArray[np.str_]) -> Colors:
    """Return the inks (R, C, 3), each replaced by the one before it if the two look alike."""
    at_once = max(1, _AT_ONCE // ink.shape[1])
    starts = range(0, len(ink), at_once)
    parts = [_join(ink[s : s + at_once], characters[s : s + at_once]) for s in starts]
    return np.concatenate(parts)


def _join(ink: Colors, characters: NDArray[np.str_]) -> Colors:
    lab, joined = to_oklab(ink), ink.copy()
    shows = ~np.isin(characters, ["", *BLANKS])
    last, last_lab = ink[:, 0].copy(), lab[:, 0].copy()
    for column in range(1, ink.shape[1]):
        differs = ((lab[:, column] - last_lab) ** 2).sum(axis=1) > _ALIKE**2
        new = differs & shows[:, column]
        last[new], last_lab[new] = ink[new, column], lab[new, column]
        joined[:, column] = last
    return joined


def color_layers(art: Canvas, mode: ColorMode, *, joined: bool = False) -> Layers | None:
    """Return the cells' colors as 0xRRGGBB, or None without color; see `number_layers`."""
    own = colors_of(art, mode)
    layers = number_layers(art, mode, joined=joined, own=own)
    if layers is None or mode in (ColorMode.NONE, ColorMode.TRUECOLOR):
        return layers
    inks = papers = pack(palette(mode))
    if own is not None:
        inks, papers = np.array(own.inks), np.array(own.papers)
    paper = layers.paper
    if paper is not None:
        paper = np.where(paper == CLEAR, CLEAR, papers[paper])
    return Layers(inks[layers.ink], paper)


def pack(colors: Colors) -> NDArray[np.int64]:
    """Return colors (..., 3) as numbers (...), 0xRRGGBB."""
    packed: NDArray[np.int64] = colors.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    return packed


def unpack(numbers: Numbers) -> Colors:
    """Return numbers (...), 0xRRGGBB, as colors (..., 3)."""
    channels = numbers[..., None] >> np.array([16, 8, 0])
    return np.asarray(channels & 255, np.uint8)
