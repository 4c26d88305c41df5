"""Reading back text with a terminal's codes: what the format ansi wrote, and BBS art.

The codes are those of ECMA-48, with xterm's 38 and 48 for more colors, ANSI.SYS's s and u, and
PabloDraw's t for true colors. A page is wanted that is as long as the text makes it, not a screen
that scrolls; so this is no terminal emulator such as pyte, which knows neither s, u nor t.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from asciiart.art.formats.color_layers import CLEAR, pack
from asciiart.art.reading.marks import join_marks
from asciiart.art.reading.read_page import Page, ReadPage, to_cells
from asciiart.color.palettes import INK, PAPER, palette
from asciiart.errors import AsciiArtError
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.options import MAX_COLUMNS, Background

_TOKEN = re.compile(
    r"\x1b\[(?P<numbers>[0-?]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b[\]PX^_][^\x1b\x07]*(?:\x1b\\|\x07)"  # titles, links and other strings
    r"|\x1b[ -/]*(?P<escape>[0-OQ-WYZ\\`-~])"
    r"|(?P<control>[\n\r\t])"
    r"|(?P<text>[^\x1b\n\r\t]+)"
)
_VGA = (
    *(0x000000, 0xAA0000, 0x00AA00, 0xAA5500, 0x0000AA, 0xAA00AA, 0x00AAAA, 0xAAAAAA),
    *(0x555555, 0xFF5555, 0x55FF55, 0xFFFF55, 0x5555FF, 0xFF55FF, 0x55FFFF, 0xFFFFFF),
)
"""A PC's colors 0xRRGGBB, in the order of SGR."""
_LIGHT_GRAY, _BLACK = 7, 0
"""The colors that a PC's text begins with."""
_BRIGHT = 8
"""Added to the index of a dark color it gives the bright one's; there are as many of both."""
_INK, _PAPER, _UNDERLINE = 38, 48, 58
"""SGR's codes that a color of more than 16 follows."""
_INDEXED, _DIRECT = 5, 2
"""What stands after them: whether the index of a color or its channels follow."""
_FOLLOWING = {_INDEXED: 2, _DIRECT: 4}
"""How many numbers that are, with this one."""
_LAYERS = {_INK: "ink", _PAPER: "paper", _UNDERLINE: None}
_CHANNELS, _TABLE = 3, 256
_TRUE = 1 << 24
"""Added to a color 0xRRGGBB; what is less is an index, or `CLEAR`."""
_ALL = 2
"""What erases all of a row or of the page."""
_WITHOUT_EFFECT = "chlnpqrxy"
"""Final bytes of codes that change modes or ask, and not the picture."""
_MAX_DIGITS = 9
"""A number with more is as good as one with so many."""
_PC_COLUMNS = 80
_TAB, _WIDE = 8, 2
"""Columns between tab stops, and of a full-width character."""


@dataclass(frozen=True)
class Screen:
    """What a text was made for.

    A PC's has 80 columns or as many as a record says, is light gray on black and has VGA's colors.
    Any other is as wide as the text, has the page's own ink and paper, and xterm's colors.
    """

    background: Background
    """What the text stands on."""
    is_pc: bool = False
    """Whether it is a PC's."""
    columns: int | None = None
    """Of a PC's, if not 80."""
    ice_colors: bool = False
    """Whether blinking means a bright paper."""


@dataclass(frozen=True)
class _Style:
    """What SGR has set: colors are indices, true ones with `_TRUE`, or `CLEAR`."""

    ink: int = CLEAR
    paper: int = CLEAR
    bold: bool = False
    blinking: bool = False
    inverse: bool = False
    hidden: bool = False


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
"""What each code of SGR does; the others make characters italic, underlined and the like."""


def parse_ansi(text: str, screen: Screen, has: Callable[[str], bool]) -> ReadPage:
    """Return the page that a text with a terminal's codes makes.

    ``has`` tells which characters the font has, for those with accents.

    Raises
    ------
    AsciiArtError
        If a code is damaged or none that a picture would have, or the page would be absurdly
        large.
    """
    reader = _Reader(screen, has)
    end = 0
    for token in _TOKEN.finditer(text):
        if token.start() != end:
            break
        end = token.end()
        reader.obey(token)
    if end != len(text):
        raise AsciiArtError("not plain text (it holds U+001B outside of a terminal's codes)")
    return reader.page.read()


class _Reader:
    """A cursor on a page."""

    def __init__(self, screen: Screen, has: Callable[[str], bool]) -> None:
        self._screen, self._has = screen, has
        self._width = (screen.columns or _PC_COLUMNS) if screen.is_pc else MAX_COLUMNS + 1
        self._colors: list[int] = pack(palette(ColorMode.ANSI256)).tolist()
        if screen.is_pc:
            self._colors[: len(_VGA)] = _VGA
        self._style = _Style()
        self._row = self._column = 0
        self._saved = (0, 0)
        self.page = Page(*self._shown())

    def obey(self, token: re.Match[str]) -> None:
        """Do what a character, a run of text or a code says."""
        if text := token["text"]:
            self._write(join_marks(text, self._has))
        elif control := token["control"]:
            self._control(control)
        elif final := token["final"]:
            self._code(token["numbers"], final)
        elif escape := token["escape"]:
            self._save_or_restore({"7": "s", "8": "u"}.get(escape, ""))

    def _write(self, text: str) -> None:
        ink, paper = self._shown()
        if self._style.hidden:
            text = " " * len(text)
        cells, at = to_cells(text), 0
        while at < len(cells):
            count = self._fitting(cells, at)
            part = cells[at : at + count]
            self.page.put(self._row, self._column, part, ink, paper)
            self._column += len(part)
            at += len(part)
            if self._column >= self._width or at < len(cells):
                self._row, self._column = self._row + 1, 0

    def _fitting(self, cells: list[str], at: int) -> int:
        """Return how many of the cells from ``at`` on have room in this row."""
        room = self._width - self._column
        if 0 < room < len(cells) - at and cells[at + room] == "":
            room -= 1  # a full-width character is not cut
        if room > 0:
            return room
        return 0 if self._column and self._screen.is_pc else _WIDE

    def _control(self, control: str) -> None:
        if control == "\t":
            self._move_to(self._row, self._column + _TAB - self._column % _TAB)
        elif control == "\n":
            self.page.touch(self._row)
            self._row, self._column = self._row + 1, 0
        else:
            self._column = 0

    def _code(self, text: str, final: str) -> None:
        numbers = _numbers(text.lstrip("<=>?").split(";"))
        if final == "m":
            self._set_style(text)
        elif final in "ABCDEFGdfH":
            self._move(final, numbers)
        elif final in "su":
            self._save_or_restore(final)
        elif final in "JK":
            self._erase(final, numbers[0])
        elif final == "t":
            self._set_true_color(numbers)
        elif final not in _WITHOUT_EFFECT:
            raise AsciiArtError(f"it holds a code that no text art has (ESC [ {text[:20]}{final})")

    def _move(self, final: str, numbers: list[int]) -> None:
        """Move to where ECMA-48 says; rows and columns are counted from 1, and 0 is 1."""
        first, second = (max(1, number) for number in [*numbers, 1][:2])
        row, column = self._row, self._column
        match final:
            case "A" | "F":
                row -= first
            case "B" | "E":
                row += first
            case "C":
                column += first
            case "D":
                column -= first
            case "G":
                column = first - 1
            case "d":
                row = first - 1
            case _:
                row, column = first - 1, second - 1
        self._move_to(row, 0 if final in "EF" else column)

    def _move_to(self, row: int, column: int) -> None:
        last = self._width - 1 if self._screen.is_pc else column
        self._row, self._column = max(0, row), max(0, min(column, last))

    def _save_or_restore(self, final: str) -> None:
        if final == "s":
            self._saved = self._row, self._column
        elif final == "u":
            self._row, self._column = self._saved

    def _erase(self, final: str, part: int) -> None:
        """Erase what is after the cursor (0), before it (1) or all (2), in the row or the page."""
        _, paper = self._shown()
        here, there = self._row, (self._row, self._column)
        if final == "K":
            begin, end = (0, self._column + 1) if part == 1 else (self._column, self._width)
            self.page.erase(here, 0 if part == _ALL else begin, end, paper)
        elif part == 0:
            self.page.cut(*there)
        elif part == 1:
            self.page.erase_above(*there)
        else:
            self.page.cut(0, 0)
            if self._screen.is_pc:
                self._row = self._column = 0

    def _set_true_color(self, numbers: list[int]) -> None:
        layer, *channels = numbers
        if len(channels) == _CHANNELS:
            color = _true(channels)
            style = self._style
            self._style = replace(style, ink=color) if layer else replace(style, paper=color)

    def _set_style(self, text: str) -> None:
        parts = text.split(";")[::-1]
        style, changes = self._style, dict[str, Any]()
        while parts:
            first, *rest = _numbers(parts.pop().split(":"))
            if first in _LAYERS:
                count = min(len(parts), _FOLLOWING.get(_number(parts[-1]), 1) if parts else 0)
                color = _color(rest or [_number(parts.pop()) for _ in range(count)])
                layer = _LAYERS[first]
                changes |= {} if color is None or layer is None else {layer: color}
            elif first == 0:
                style, changes = _Style(), {}
            else:
                changes |= _CHANGES.get(first, {})
        self._style = replace(style, **changes)

    def _shown(self) -> tuple[int, int]:
        """Return the colors 0xRRGGBB of ink and paper, which may be `CLEAR`."""
        style, screen = self._style, self._screen
        ink, paper = style.ink, style.paper
        if screen.is_pc:
            ink = _LIGHT_GRAY if ink == CLEAR else ink
            paper = _BLACK if paper == CLEAR else paper
        if style.bold and 0 <= ink < _BRIGHT:
            ink += _BRIGHT
        if style.blinking and screen.ice_colors and 0 <= paper < _BRIGHT:
            paper += _BRIGHT
        if not style.inverse:
            return self._rgb(ink, INK), CLEAR if paper == CLEAR else self._rgb(paper, PAPER)
        return self._rgb(paper, PAPER), self._rgb(ink, INK)

    def _rgb(self, color: int, usual: Mapping[Background, tuple[int, int, int]]) -> int:
        if color == CLEAR:
            return int(pack(np.array(usual[self._screen.background])))
        return color - _TRUE if color >= _TRUE else self._colors[color]


def _number(text: str) -> int:
    digits = text[:_MAX_DIGITS]
    return int(digits) if digits.isdigit() else 0


def _numbers(parts: list[str]) -> list[int]:
    return [_number(part) for part in parts]


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
