"""SGR, the codes for a text's style: what they set, and the colors that are then shown.

The codes are those of ECMA-48, with xterm's 38 and 48 for more colors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from asciiart.art.formats.color_layers import CLEAR, pack
from asciiart.color.palettes import INK, PAPER, palette
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.options import Background

_VGA = (
    *(0x000000, 0xAA0000, 0x00AA00, 0xAA5500, 0x0000AA, 0xAA00AA, 0x00AAAA, 0xAAAAAA),
    *(0x555555, 0xFF5555, 0x55FF55, 0xFFFF55, 0x5555FF, 0xFF55FF, 0x55FFFF, 0xFFFFFF),
)
"""A PC's colors 0xRRGGBB, in the order of SGR."""
_LIGHT_GRAY, _BLACK = 7, 0
"""Indices of the ink and the paper with which a PC's text begins."""
_BRIGHT = 8
"""Offset from the index of a dark color to its bright counterpart; there are eight of each."""
_INK, _PAPER, _UNDERLINE = 38, 48, 58
"""SGR codes that introduce a color beyond the first 16."""
_INDEXED, _DIRECT = 5, 2
"""Numbers that follow such a code: an index follows, or three channels do."""
_FOLLOWING = {_INDEXED: 2, _DIRECT: 4}
"""Count of numbers that belong to the color, this one included."""
_LAYERS = {_INK: "ink", _PAPER: "paper", _UNDERLINE: None}
"""Field of `Style` that a code sets; None if the color is not shown."""
_CHANNELS, _TABLE = 3, 256
"""Channels of a direct color, and size of the table of indexed ones."""
_TRUE = 1 << 24
"""Offset that marks a color 0xRRGGBB; smaller numbers are indices, or `CLEAR`."""
_MAX_DIGITS = 9
"""Digits of a number that are read; further ones make no difference."""


@dataclass(frozen=True)
class AnsiScreen:
    """The screen for which a text with a terminal's codes was made.

    A PC's screen has 80 columns unless a record names another width, shows light gray on black and
    has VGA's colors. Any other screen is as wide as the text, has the page's own ink and paper, and
    xterm's colors.
    """

    background: Background
    """Background on which the text is shown."""
    is_pc: bool = False
    """Whether it is a PC's screen."""
    columns: int | None = None
    """Width of a PC's screen, if it is not 80."""
    ice_colors: bool = False
    """Whether blinking text has a bright paper instead."""


class ShownColors(NamedTuple):
    """The colors of a cell, 0xRRGGBB."""

    ink: int
    """Color of the character."""
    paper: int
    """Color behind it; `CLEAR` if that is the page."""


@dataclass(frozen=True)
class Style:
    """The style that SGR has set. Colors are indices, direct colors plus `_TRUE`, or `CLEAR`."""

    ink: int = CLEAR
    paper: int = CLEAR
    bold: bool = False
    blinking: bool = False
    inverse: bool = False
    hidden: bool = False

    def with_codes(self, parameters: str) -> Style:
        """Return the style after SGR with these parameters, such as ``1;38;5;200``."""
        parts = parameters.split(";")[::-1]
        style, changes = self, dict[str, Any]()
        while parts:
            first, *rest = to_numbers(parts.pop().split(":"))
            if first in _LAYERS:
                count = min(len(parts), _FOLLOWING.get(_number(parts[-1]), 1) if parts else 0)
                color = _color(rest or [_number(parts.pop()) for _ in range(count)])
                layer = _LAYERS[first]
                changes |= {} if color is None or layer is None else {layer: color}
            elif first == 0:
                style, changes = Style(), {}
            else:
                changes |= _CHANGES.get(first, {})
        return replace(style, **changes)

    def with_true_color(self, numbers: list[int]) -> Style:
        """Return the style after PabloDraw's code t: 0 for paper or 1 for ink, then a color."""
        layer, *channels = numbers
        if len(channels) != _CHANNELS:
            return self
        color = _true(channels)
        return replace(self, ink=color) if layer else replace(self, paper=color)


_CHANGES: dict[int, dict[str, Any]] = {
    1: {"bold": True},
    22: {"bold": False},
    5: {"blinking": True},
    6: {"blinking": True},
    25: {"blinking": False},
    7: {"inverse": True},
    27: {"inverse": False},
    8: {"hidden": True},
    28: {"hidden": False},
    39: {"ink": CLEAR},
    49: {"paper": CLEAR},
    **{30 + color: {"ink": color} for color in range(8)},
    **{40 + color: {"paper": color} for color in range(8)},
    **{90 + color: {"ink": _BRIGHT + color} for color in range(8)},
    **{100 + color: {"paper": _BRIGHT + color} for color in range(8)},
}
"""Fields of `Style` that each code sets; other codes, such as italics, are not shown."""


class StyleColors:
    """Looks up the colors that a screen shows for a style."""

    def __init__(self, screen: AnsiScreen) -> None:
        """Take the screen, whose colors are those of VGA or of xterm."""
        self._screen = screen
        xterm: list[int] = pack(palette(ColorMode.ANSI256)).tolist()
        self._table = (*_VGA, *xterm[len(_VGA) :]) if screen.is_pc else tuple(xterm)

    def shown(self, style: Style) -> ShownColors:
        """Return the colors in which a style is shown."""
        screen, ink, paper = self._screen, style.ink, style.paper
        if screen.is_pc:
            ink = _LIGHT_GRAY if ink == CLEAR else ink
            paper = _BLACK if paper == CLEAR else paper
        if style.bold and 0 <= ink < _BRIGHT:
            ink += _BRIGHT
        if style.blinking and screen.ice_colors and 0 <= paper < _BRIGHT:
            paper += _BRIGHT
        if style.inverse:
            return ShownColors(self._rgb(paper, PAPER), self._rgb(ink, INK))
        behind = CLEAR if paper == CLEAR else self._rgb(paper, PAPER)
        return ShownColors(self._rgb(ink, INK), behind)

    def _rgb(self, color: int, usual: Mapping[Background, tuple[int, int, int]]) -> int:
        if color == CLEAR:
            return int(pack(np.array(usual[self._screen.background])))
        return color - _TRUE if color >= _TRUE else self._table[color]


def to_numbers(parts: list[str]) -> list[int]:
    """Return the numbers of a code's parameters; what is no number counts as 0."""
    return [_number(part) for part in parts]


def _number(text: str) -> int:
    digits = text[:_MAX_DIGITS]
    return int(digits) if digits.isdigit() else 0


def _true(channels: list[int]) -> int:
    red, green, blue = (min(channel, 255) for channel in channels)
    return _TRUE | red << 16 | green << 8 | blue


def _color(numbers: list[int]) -> int | None:
    """Return the color that follows 38 or 48; None where none does."""
    if numbers[:1] == [_DIRECT] and len(numbers) > _CHANNELS:
        return _true(numbers[-_CHANNELS:])  # before them may be the number of a color space
    if numbers[:1] == [_INDEXED] and len(numbers) > 1 and numbers[1] < _TABLE:
        return numbers[1]
    return None
