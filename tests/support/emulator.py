"""A terminal small enough to be read: what is on its screen after some codes."""

from __future__ import annotations

import re

from wcwidth import wcwidth

_CODE = re.compile(r"\x1b\[(\??)([\d;]*)([A-Za-z])|([^\x1b])")


class Emulator:
    """Knows the codes that asciiart sends, and no others."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.modes: dict[int, bool] = {}
        self.entered = 0
        self._style = self._paper = ""
        self._clear()

    def _clear(self) -> None:
        self.cells = [[(" ", "")] * self.columns for _ in range(self.rows)]
        self.papers = [[""] * self.columns for _ in range(self.rows)]
        self._row = self._column = 0

    def feed(self, codes: str) -> None:
        """Obey codes."""
        end = 0
        for match in _CODE.finditer(codes):
            assert match.start() == end, codes[end : end + 20]
            end = match.end()
            private, numbers, final, text = match.groups()
            if text is not None:
                self._put(text)
            elif private:
                self.modes[int(numbers)] = final == "h"
                self.entered += numbers == "1049" and final == "h"
            else:
                self._control(final, numbers)
        assert end == len(codes)

    def _control(self, final: str, numbers: str) -> None:
        match final:
            case "H":
                row, column = map(int, numbers.split(";"))
                self._row, self._column = row - 1, column - 1
            case "C":
                self._column += int(numbers)
            case "m":
                self._color(numbers)
            case "J":
                assert numbers == "2"
                self._clear()
            case _:
                raise AssertionError(final)

    def _color(self, numbers: str) -> None:
        if numbers == "0":
            self._style = self._paper = ""
        elif numbers.startswith(("4", "10")):
            self._paper = numbers
        else:
            self._style = numbers

    def _put(self, text: str) -> None:
        width = wcwidth(text)
        assert self._row < self.rows
        assert self._column + width <= self.columns
        line = self.cells[self._row]
        for column in range(self._column, self._column + width):
            self._erase_half(line, column)
        line[self._column] = (text, self._style)
        self.papers[self._row][self._column : self._column + width] = [self._paper] * width
        if width == 2:
            line[self._column + 1] = ("", self._style)
        self._column += width

    def _erase_half(self, line: list[tuple[str, str]], column: int) -> None:
        """A full-width character of which half is overwritten is gone."""
        if line[column][0] == "":
            line[column - 1] = (" ", "")
        elif column + 1 < self.columns and line[column + 1][0] == "":
            line[column + 1] = (" ", "")
        line[column] = (" ", "")

    @property
    def text(self) -> list[str]:
        """The lines on the screen."""
        return ["".join(text for text, _ in line) for line in self.cells]
