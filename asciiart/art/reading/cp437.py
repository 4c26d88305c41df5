"""Code page 437, the character set of the IBM PC, in which control codes are glyphs, too."""

from __future__ import annotations

import re

_GLYPHS = " ☺☻♥♦♣♠•◘○\n♂♀\r♫☼►◄↕‼¶§▬↨↑↓→\x1b∟↔▲▼"
"""What the screen shows of the bytes 0x00 to 0x1F; tab, LF and CR keep their meaning, and so does
ESC before [."""
_TABLE = {
    **{code: glyph for code, glyph in enumerate(_GLYPHS) if code != ord("\t")},
    0x7F: "⌂",
    0xA0: " ",  # what Python makes of 0xFF, a blank
}


_LONE_ESCAPE = re.compile(r"\x1b(?!\[)")
"""What ANSI.SYS takes for no code."""


def decode_cp437(data: bytes) -> str:
    """Return text as a PC showed it: control codes are glyphs, except tab, LF, CR and ESC [."""
    return _LONE_ESCAPE.sub("←", data.decode("cp437").translate(_TABLE))
