"""Named character sets, and the expressions that join them: ``ascii+box``, ``chars:.:oO@``."""

from __future__ import annotations

from asciiart.errors import OptionError


def _span(first: int, last: int) -> str:
    return "".join(map(chr, range(first, last + 1)))


CHARSETS: dict[str, str] = {
    "ascii": _span(0x20, 0x7E),
    # U+00A0 is another space and U+00AD, the soft hyphen, is not drawn.
    "latin": _span(0xA1, 0xAC) + _span(0xAE, 0xFF) + _span(0x100, 0x17F),
    "box": _span(0x2500, 0x257F),
    "blocks": _span(0x2580, 0x259F),
    # U+2800 is one more blank.
    "braille": _span(0x2801, 0x28FF),
}
"""Characters of each named set, in code point order."""

DESCRIPTIONS: dict[str, str] = {
    "ascii": "the 95 printable characters of ASCII",
    "latin": "Latin-1 and Latin Extended-A: accents and ligatures",
    "box": "box-drawing lines, corners and crossings",
    "blocks": "block elements: halves, quadrants, eighths and shades",
    "braille": "braille patterns: 2 x 4 dots in a cell",
}

_LITERAL = "chars:"


def parse_charset(expression: str, exclude: str = "") -> str:
    """Return the characters that an expression names, each once, in order, with the space first.

    ``expression`` is names joined by ``+``; ``chars:...`` stands for the very characters that
    follow it, to the end (``+`` included). The space is always there: blank paper needs it.

    Raises
    ------
    OptionError
        If a name is unknown, a character cannot stand in a line of text, or nothing but the
        space is left.
    """
    names, literal, characters = expression.partition(_LITERAL)
    chosen = ""
    for name in names.rstrip("+").split("+") if names else []:
        if name.strip().lower() not in CHARSETS:
            raise OptionError(
                f"charset {name!r} is unknown (there are: {', '.join(CHARSETS)} and chars:...)"
            )
        chosen += CHARSETS[name.strip().lower()]
    if literal:
        chosen += characters
    unprintable = [character for character in chosen if not character.isprintable()]
    if unprintable:
        raise OptionError(f"charset: U+{ord(unprintable[0]):04X} cannot stand in a line of text")
    kept = [character for character in dict.fromkeys(" " + chosen) if character not in exclude]
    if not [character for character in kept if character != " "]:
        raise OptionError(f"charset {expression!r}: no character but the space is left")
    return "".join([" ", *(character for character in kept if character != " ")])
