"""Code page 437, the character set of the IBM PC, in which control codes are glyphs, too."""

from __future__ import annotations

import re

_GLYPHS = " ☺☻♥♦♣♠•◘○\n♂♀\r♫☼►◄↕‼¶§▬↨↑↓→\x1b∟↔▲▼"
"""Characters that a PC shows for the bytes 0x00 to 0x1F; tab, LF and CR keep their meaning, and so
does ESC before [."""
_TABLE = {
    **{code: glyph for code, glyph in enumerate(_GLYPHS) if code != ord("\t")},
    0x7F: "⌂",
    0xA0: " ",  # to which Python decodes 0xFF, a blank
}
"""Python's code page 437 -> the characters on the screen."""
_LONE_ESCAPE = re.compile(r"\x1b(?!\[)")
"""Matches an ESC that begins no code of ANSI.SYS."""


def decode_cp437(data: bytes) -> str:
    """Return text as a PC showed it: control codes are glyphs, except for tab, LF, CR and ESC [."""
    return _LONE_ESCAPE.sub("←", data.decode("cp437").translate(_TABLE))
