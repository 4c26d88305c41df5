"""Font + characters -> the characters that the font can set in its rows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from asciiart.errors import FontError
from asciiart.glyphs.font_files import MAX_GLYPH_EMS

if TYPE_CHECKING:
    from asciiart.glyphs.font import Font

_MAX_SECONDS, _MAX_SECONDS_EACH = 1.0, 0.005
"""Longest time to measure characters, in total and for each, a hundred times the usual."""


def _terminal_agrees(character: str, cells: int) -> bool:
    if character.isascii():
        return cells == 1
    from wcwidth import wcwidth  # noqa: PLC0415 - slow to import, and ASCII needs none of it

    return bool(wcwidth(character) == cells)


def _find_fault(font: Font, character: str, spans: tuple[int, ...]) -> str:
    """Return why a character cannot stand in the font's rows; "" if it can."""
    if not font.has(character):
        return f"{font.name} lacks"
    if font.proportional:
        if font.length(character) > MAX_GLYPH_EMS * font.size:
            return f"{font.name}: too wide:"
        return "" if font.length(character) >= 1 else f"{font.name}: without a width:"
    span = font.span(character)
    if span not in spans:
        width = "one cell" if spans == (1,) else "one or two cells"
        return f"{font.name}: not exactly {width} wide:"
    if not _terminal_agrees(character, span):
        return f"{font.name}: not as wide in a terminal as in this font:"
    return ""


def _find_faults(font: Font, characters: str, spans: tuple[int, ...]) -> dict[str, str]:
    """Return why each character cannot stand in the font's rows; "" if it can.

    The time is limited: a single glyph's program or nested outlines can take FreeType a second.
    """
    limit = time.thread_time() + _MAX_SECONDS + _MAX_SECONDS_EACH * len(characters)
    faults = {}
    for character in characters:
        faults[character] = _find_fault(font, character, spans)
        if time.thread_time() > limit:
            raise FontError(f"{font.origin}: a damaged font (its glyphs take too long to read)")
    return faults


def usable_characters(
    font: Font, characters: str, *, strict: bool = False, spans: tuple[int, ...] = (1,)
) -> str:
    """Return the ``characters`` that the font has and that fit its rows, with the space first.

    In a monospaced font they must fill as many cells as one of ``spans`` (1, 2), and as many in a
    terminal, according to wcwidth. In a proportional font they must have a width.

    Raises
    ------
    FontError
        If all characters but the space are unusable, or with ``strict`` if any is; in a monospaced
        font also if its space is not one cell wide, or if measuring takes too long.
    """
    faults = _find_faults(font, characters, spans)
    refused = [character for character, fault in faults.items() if fault]
    if strict and refused:
        fault = faults[refused[0]]
        raise FontError(f"{fault} {_list_characters([c for c in refused if faults[c] == fault])}")
    usable = "".join(character for character in characters if not faults[character])
    if not usable.strip():
        raise FontError(f"{font.name} has none of these characters: {_list_characters(refused)}")
    if " " not in usable and not font.proportional and font.span(" ") != 1:
        raise FontError(f"{font.origin}: its space is not as wide as its other characters")
    return usable if usable.startswith(" ") else " " + usable


def _list_characters(characters: list[str]) -> str:
    shown = [f"{character!r} (U+{ord(character):04X})" for character in characters[:5]]
    more = len(characters) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
