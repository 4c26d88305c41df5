"""A page of colored text, on which a cursor writes and which grows as needed."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain, compress
from typing import NamedTuple

from asciiart.art.formats.color_layers import CLEAR
from asciiart.errors import AsciiArtError
from asciiart.glyphs.grid import MAX_CELLS
from asciiart.options import MAX_COLUMNS

_MAX_ROWS = 20_000
"""Maximum number of rows; more are taken for damage."""
_MAX_WORK = 5 * MAX_CELLS
"""Maximum number of cells that are written or erased, repetitions included."""
_ROW_WORK = 50
"""Work of visiting a row, as a number of cells."""


class ReadColors(NamedTuple):
    """The colors 0xRRGGBB of a text, R lists with one per character."""

    ink: tuple[tuple[int, ...], ...]
    """Colors of the characters."""
    paper: tuple[tuple[int, ...], ...]
    """Colors behind the characters; `CLEAR` where that is the page."""


class ReadPage(NamedTuple):
    """A text as a terminal would show it."""

    rows: tuple[str, ...]
    """Lines of text, each of its own length."""
    colors: ReadColors | None
    """Colors of the characters; None if all have the page's own."""
    paper: int
    """Color 0xRRGGBB of the page outside of the text; `CLEAR` if it is the usual one."""


class _Row:
    """A row's cells: characters ("" in the second cell of a full-width one) and their colors."""

    def __init__(self) -> None:
        self.characters: list[str] = []
        self.inks: list[int] = []
        self.papers: list[int] = []

    def split(self, column: int) -> None:
        """Blank a full-width character that a border before ``column`` would cut in half."""
        if 0 < column < len(self.characters) and self.characters[column] == "":
            self.characters[column - 1 : column + 1] = "  "


class CellBuffer:
    """A page whose cells are written in any order."""

    def __init__(self, ink: int, paper: int) -> None:
        """Take the colors of empty cells."""
        self._ink, self._paper = ink, paper
        self._rows: list[_Row] = []
        self._count = self._work = 0

    def put(self, row: int, column: int, cells: list[str], ink: int, paper: int) -> None:
        """Write cells, as `to_cells` returns them, in one color.

        Raises
        ------
        AsciiArtError
            If the page becomes absurdly large.
        """
        end = column + len(cells)
        line = self._line(row, end)
        self._do(len(cells))
        line.split(column)
        line.split(end)
        line.characters[column:end] = cells
        line.inks[column:end] = [ink] * len(cells)
        line.papers[column:end] = [paper] * len(cells)

    def touch(self, row: int) -> None:
        """Extend the page down to a row."""
        self._line(row, 0)

    def erase(self, row: int, begin: int, end: int, paper: int) -> None:
        """Make cells of a row blank; with a paper, if they lie within `MAX_COLUMNS`."""
        if paper == self._paper or end > MAX_COLUMNS:
            written = len(self._rows[row].characters) if row < len(self._rows) else 0
            end = min(end, written)
        if begin < end:
            self.put(row, begin, [" "] * (end - begin), self._ink, paper)

    def cut(self, row: int, column: int) -> None:
        """Erase everything from a cell to the end of the page, which then ends at the cell."""
        gone = self._rows[row + 1 :]
        del self._rows[row + 1 :]
        self._do(len(gone) * _ROW_WORK)
        self._count -= sum(len(line.characters) for line in gone)
        if row < len(self._rows):
            line = self._rows[row]
            line.split(column)
            self._count -= max(0, len(line.characters) - column)
            for cells in (line.characters, line.inks, line.papers):
                del cells[column:]

    def erase_above(self, row: int, column: int) -> None:
        """Erase everything from the beginning of the page up to and including a cell."""
        above = min(row, len(self._rows))
        self._do(above * _ROW_WORK)
        for each in range(above):
            self.erase(each, 0, MAX_COLUMNS + 1, self._paper)
        self.erase(row, 0, column + 1, self._paper)

    def read(self) -> ReadPage:
        """Return the page as it is now."""
        rows = tuple("".join(row.characters) for row in self._rows)
        inks = tuple(tuple(compress(row.inks, row.characters)) for row in self._rows)
        papers = tuple(tuple(compress(row.papers, row.characters)) for row in self._rows)
        plain = (set(chain(*inks)) <= {self._ink}) and (set(chain(*papers)) <= {CLEAR})
        colors = None if plain else ReadColors(inks, papers)
        return ReadPage(rows, colors, self._paper)

    def _do(self, work: int) -> None:
        self._work += 1 + work
        if self._work > _MAX_WORK:
            raise AsciiArtError("its cells are written to over and over, which is no text art")

    def _line(self, row: int, length: int) -> _Row:
        if row >= _MAX_ROWS or length > MAX_COLUMNS:
            raise AsciiArtError(
                f"row {row + 1}, column {max(1, length)} is written to, which is no text art"
            )
        while row >= len(self._rows):
            self._rows.append(_Row())
        line = self._rows[row]
        missing = length - len(line.characters)
        if missing > 0:
            self._count += missing
            if self._count > MAX_CELLS:
                raise AsciiArtError(f"more than {MAX_CELLS} characters are no text art")
            line.characters += [" "] * missing
            line.inks += [self._ink] * missing
            line.papers += [self._paper] * missing
        return line


def to_cells(text: str) -> list[str]:
    """Return the characters of a text, each full-width one followed by "" for its second cell."""
    if text.isascii():
        return list(text)
    return [cell for character in text for cell in _cells(character)]


@lru_cache(1 << 14)
def _cells(character: str) -> tuple[str, ...]:
    from wcwidth import wcwidth  # noqa: PLC0415 - slow to import, and ASCII needs none of it

    return (character, "") if wcwidth(character) == 2 else (character,)
