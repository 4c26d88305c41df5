"""The text of a file -> the lines and colors of a page."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

from asciiart.art.formats.color_layers import CLEAR
from asciiart.art.reading.ansi_reader import parse_ansi
from asciiart.art.reading.marks import join_marks
from asciiart.art.reading.read_page import ReadPage, to_cells
from asciiart.art.reading.saved_text import SavedText
from asciiart.art.reading.sgr import AnsiScreen
from asciiart.errors import AsciiArtError
from asciiart.glyphs.font import Font
from asciiart.glyphs.grid import MAX_CELLS
from asciiart.options import MAX_COLUMNS, Background

_ESCAPE = "\x1b"
_CODE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_REFERENCE = re.compile(r"&#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6});")
"""Matches a numeric reference, which boards use for characters that their encoding lacks."""
_TAB = 8
"""Columns between tab stops."""


def visible_characters(text: str) -> str:
    """Return the distinct visible characters of a text, without a terminal's codes."""
    return "".join(sorted({*_CODE.sub("", text)} - {*"\n\r\t"}))


def parse_text(
    saved: SavedText, font: Font, background: Background, width: int | None = None
) -> ReadPage:
    """Return the page that a text makes in a font, on a background.

    Tab stops are eight columns apart. A text made for a PC's screen is wrapped at ``width`` columns
    or at the width that its file tells. In a proportional font, numeric references stand for
    characters.

    Raises
    ------
    AsciiArtError
        If there is no text, or it contains control characters, or it is absurdly large.
    """
    if saved.text.count("\n") > MAX_CELLS:
        raise AsciiArtError(f"more than {MAX_CELLS} rows are no text art")
    text = _REFERENCE.sub(_referred, saved.text) if font.proportional else saved.text
    sauce = saved.sauce
    columns = None if sauce is None else sauce.columns
    if _ESCAPE in text:
        ice_colors = sauce is not None and sauce.ice_colors
        screen = AnsiScreen(background, saved.is_pc, width or columns, ice_colors)
        page = parse_ansi(text, screen, font.has)
    else:
        rows = join_marks(text, font.has).splitlines()
        page = ReadPage(_wrapped(map(_expand_tabs, rows), columns), None, CLEAR)
    _check_rows(page.rows)
    return page


def _referred(reference: re.Match[str]) -> str:
    """Return the character that a numeric reference stands for, or itself if that is no text."""
    character = html.unescape(reference[0])
    return character if character and _is_plain(character) else reference[0]


def _expand_tabs(row: str) -> str:
    if "\t" not in row:
        return row
    first, *others = row.split("\t")
    cells = to_cells(first)
    for part in others:
        cells += " " * (_TAB - len(cells) % _TAB)
        cells += to_cells(part)
    return "".join(cells)


def _wrapped(rows: Iterable[str], columns: int | None) -> tuple[str, ...]:
    """Return the rows wrapped at a number of columns, if there is one."""
    if columns is None:
        return tuple(rows)
    return tuple(
        row[start : start + columns]
        for row in rows
        for start in range(0, max(1, len(row)), columns)
    )


def _check_rows(rows: tuple[str, ...]) -> None:
    longest = max(map(len, rows), default=0)
    if longest == 0:
        raise AsciiArtError("there is no text in it")
    if longest > MAX_COLUMNS or longest * len(rows) > MAX_CELLS:
        raise AsciiArtError(f"{longest} columns by {len(rows)} rows are no text art")
    odd = next((c for c in sorted(set("".join(rows))) if not _is_plain(c)), None)
    if odd is not None:
        raise AsciiArtError(f"not plain text (it holds U+{ord(odd):04X})")


def _is_plain(character: str) -> bool:
    return character.isprintable() or unicodedata.category(character) == "Zs"
