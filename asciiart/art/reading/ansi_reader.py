"""Reading back text with a terminal's codes: what the format ansi wrote, and BBS art.

The codes are those of ECMA-48, with ANSI.SYS's s and u, and PabloDraw's t for true colors; `sgr`
reads the styles. The page is as long as the text makes it and never scrolls, so this is no terminal
emulator such as pyte, which knows neither s, u nor t.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from asciiart.art.reading.marks import join_marks
from asciiart.art.reading.read_page import CellBuffer, ReadPage, to_cells
from asciiart.art.reading.sgr import AnsiScreen, Style, StyleColors, to_numbers
from asciiart.errors import AsciiArtError
from asciiart.options import MAX_COLUMNS

_TOKEN = re.compile(
    r"\x1b\[(?P<numbers>[0-?]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b[\]PX^_][^\x1b\x07]*(?:\x1b\\|\x07)"  # titles, links and other strings
    r"|\x1b[ -/]*(?P<escape>[0-OQ-WYZ\\`-~])"
    r"|(?P<control>[\n\r\t])"
    r"|(?P<text>[^\x1b\n\r\t]+)"
)
_ALL = 2
"""Parameter of the codes that erase all of a row or of the page."""
_WITHOUT_EFFECT = "chlnpqrxy"
"""Final bytes of codes that change modes or ask something, but do not change the picture."""
_PC_COLUMNS = 80
"""Width of a PC's screen where no record tells another."""
_TAB = 8
"""Columns between tab stops."""
_WIDE = 2
"""Columns of a full-width character."""


def parse_ansi(text: str, screen: AnsiScreen, has: Callable[[str], bool]) -> ReadPage:
    """Return the page that a text with a terminal's codes makes.

    ``has`` tells which characters the font has, for those with accents.

    Raises
    ------
    AsciiArtError
        If a code is damaged or none that a picture would have, or the page would be absurdly
        large.
    """
    cursor = _Cursor(screen, has)
    end = 0
    for token in _TOKEN.finditer(text):
        if token.start() != end:
            break
        end = token.end()
        cursor.obey(token)
    if end != len(text):
        raise AsciiArtError("not plain text (it holds U+001B outside of a terminal's codes)")
    return cursor.page.read()


class _Cursor:
    """A cursor on a page."""

    def __init__(self, screen: AnsiScreen, has: Callable[[str], bool]) -> None:
        self._screen, self._has = screen, has
        self._width = (screen.columns or _PC_COLUMNS) if screen.is_pc else MAX_COLUMNS + 1
        self._colors, self._style = StyleColors(screen), Style()
        self._row = self._column = 0
        self._saved = (0, 0)
        self.page = CellBuffer(*self._colors.shown(self._style))

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
        ink, paper = self._colors.shown(self._style)
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
        numbers = to_numbers(text.lstrip("<=>?").split(";"))
        if final == "m":
            self._style = self._style.with_codes(text)
        elif final in "ABCDEFGdfH":
            self._move(final, numbers)
        elif final in "su":
            self._save_or_restore(final)
        elif final in "JK":
            self._erase(final, numbers[0])
        elif final == "t":
            self._style = self._style.with_true_color(numbers)
        elif final not in _WITHOUT_EFFECT:
            raise AsciiArtError(f"it holds a code that no text art has (ESC [ {text[:20]}{final})")

    def _move(self, final: str, numbers: list[int]) -> None:
        """Move the cursor as in ECMA-48: rows and columns are counted from 1, and 0 means 1."""
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
        _, paper = self._colors.shown(self._style)
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
