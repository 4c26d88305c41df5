"""Named character sets, and expressions that combine them: ``ascii+box``, ``chars:.:oO@``."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from asciiart.errors import OptionError


def _character_range(first: int, last: int) -> str:
    return "".join(map(chr, range(first, last + 1)))


@cache
def _jis(first: int, last: int) -> str:
    """Return the characters of the rows ``first`` to ``last`` of JIS X 0208, in its order.

    Python's EUC-JP knows exactly these rows. Message boards use cp932, which decodes six of the
    signs to other code points, such as the wave dash to U+FF5E.
    """
    pairs = (
        bytes((0xA0 + row, 0xA0 + cell)) for row in range(first, last + 1) for cell in range(1, 95)
    )
    # The line feeds keep the halves of an undefined pair from joining others.
    characters = b"\n".join(pairs).decode("euc_jp", "ignore").replace("\n", "")
    return characters.encode("cp932").decode("cp932")


IDEOGRAPHIC_SPACE = "\u3000"
"""The space that is as wide as a kanji; it belongs to the symbols."""
BRAILLE_BLANK = "\u2800"
"""The blank that is as wide as a braille pattern in every font."""
BLANKS = f" {IDEOGRAPHIC_SPACE}{BRAILLE_BLANK}"
"""All characters of an art that show nothing."""
_KANA_SIGNS = "ー゛゜ヽヾゝゞ"
"""Kana signs in the first row of JIS X 0208, among symbols."""


def _full_kana() -> str:
    return _KANA_SIGNS + _jis(4, 5)


def _half_kana() -> str:
    return _character_range(0xFF61, 0xFF9F)


def _symbols() -> str:
    return "".join(c for c in _jis(1, 3) + _jis(6, 8) if c not in _KANA_SIGNS)


def _joyo() -> str:
    text = Path(__file__).with_name("joyo.txt").read_text(encoding="utf-8")
    return "".join(line for line in text.splitlines() if not line.startswith("#"))


def _kanji() -> str:
    return "".join(dict.fromkeys(_jis(16, 84) + _joyo()))


class _Sets(Mapping[str, str]):
    """Character sets that are made on first use: the larger ones take milliseconds."""

    def __init__(self, makers: dict[str, Callable[[], str]]) -> None:
        self._makers = {name: cache(maker) for name, maker in makers.items()}

    def __getitem__(self, name: str) -> str:
        return self._makers[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


CHARSETS: Mapping[str, str] = _Sets(
    {
        "ascii": lambda: _character_range(0x20, 0x7E),
        # U+00A0 is another space, and U+00AD, the soft hyphen, is not drawn.
        "latin": lambda: (
            _character_range(0xA1, 0xAC)
            + _character_range(0xAE, 0xFF)
            + _character_range(0x100, 0x17F)
        ),
        "box": lambda: _character_range(0x2500, 0x257F),
        "blocks": lambda: _character_range(0x2580, 0x259F),
        "half": lambda: "▀▄█",
        "quadrants": lambda: "▀▄█▌▐" + _character_range(0x2596, 0x259F),
        "geometric": lambda: _character_range(0x25A0, 0x25FF),
        "technical": lambda: _character_range(0x2300, 0x23FF),
        # U+2800 is one more blank.
        "braille": lambda: _character_range(0x2801, 0x28FF),
        "kana": lambda: _full_kana() + _half_kana(),
        "full-kana": _full_kana,
        "half-kana": _half_kana,
        "symbols": _symbols,
        "joyo": _joyo,
        "jis1": lambda: _jis(16, 47),
        "jis2": lambda: _jis(48, 84),
        "kanji": _kanji,
        "jis": lambda: _jis(1, 84) + _half_kana(),
    }
)
"""Characters of each named set. Japanese sets are in the order of JIS X 0208, all others, and joyo,
in that of code points. Japanese characters are those that cp932 decodes to, except for four joyo
kanji (剝塡頰𠮟) that it lacks."""

DESCRIPTIONS: dict[str, str] = {
    "ascii": "the 95 printable characters of ASCII",
    "latin": "Latin-1 and Latin Extended-A: accents and ligatures",
    "box": "box-drawing lines, corners and crossings",
    "blocks": "block elements: halves, quadrants, eighths and shades",
    "half": "the lower, the upper and the whole cell",
    "quadrants": "quarters of the cell, in every combination",
    "geometric": "geometric shapes: squares, triangles, circles",
    "technical": "miscellaneous technical signs",
    "braille": "braille patterns: 2 x 4 dots in a cell",
    "kana": "hiragana and katakana, full-width and half-width",
    "full-kana": "hiragana and katakana, full-width alone",
    "half-kana": "katakana and punctuation, half-width",
    "symbols": "JIS punctuation, arrows, shapes, mathematics, Latin, Greek, Cyrillic, box parts",
    "joyo": "the kanji of everyday use, as listed in 2010",
    "jis1": "JIS level 1: common kanji",
    "jis2": "JIS level 2: rarer kanji",
    "kanji": "jis1, jis2 and joyo",
    "jis": "all of JIS X 0208: symbols, kana, jis1 and jis2",
}

_MARKS = ("Mn", "Me")
"""Unicode's categories of marks that combine with the character before them."""
_LITERAL = "chars:"
_CODE_POINT = re.compile(r"\bu\+(?=[0-9a-f])", re.IGNORECASE)
"""The notation of code points, whose + joins nothing."""
_RANGE = re.compile(r"u([0-9a-f]{2,6})(?:\.\.u?([0-9a-f]{2,6}))?", re.IGNORECASE)
_BLOCK = re.compile(r"""block:\s*(?:"([^"]*)"|(.*))""", re.IGNORECASE)


def is_blank(character: str) -> bool:
    """Tell whether a character shows nothing."""
    return character == BRAILLE_BLANK or character.isspace()


def is_braille(characters: str) -> bool:
    """Tell whether characters are braille patterns and blanks only, with at least one pattern."""
    inked = {character for character in characters if not is_blank(character)}
    return bool(inked) and inked <= {*CHARSETS["braille"]}


def _has_cell(character: str) -> bool:
    if character == IDEOGRAPHIC_SPACE:
        return True
    return character.isprintable() and unicodedata.category(character) not in _MARKS


def _meant(name: str) -> str:
    """Return the question for what an unknown name of a set may mean; empty if nothing is near."""
    parts = re.split(r"[\s,;|]+", name.strip().lower())
    if set(parts) <= {*CHARSETS}:
        meant = "+".join(parts)
    elif near := get_close_matches(name.lower(), CHARSETS, 1):
        meant = near[0]
    elif not name.replace("-", "").isalnum():
        meant = f"{_LITERAL}{name}"
    else:
        return ""
    return f"; did you mean {meant}?"


def _find_set(term: str) -> str | None:
    """Return the characters of a set, or of one without others; None if it is unknown."""
    found = _find_single(term.strip())
    dashes = [place for place, sign in enumerate(term) if sign == "-"] if found is None else []
    for dash in dashes:
        left, right = _find_set(term[:dash]), _find_single(term[dash + 1 :].strip())
        if left is not None and right is not None:
            return "".join(character for character in left if character not in right)
    return found


def _find_single(name: str) -> str | None:
    """Return the characters of a name, a range or a block; None if there are none."""
    if name.lower() in CHARSETS:
        return CHARSETS[name.lower()]
    if found := _RANGE.fullmatch(name):
        first, last = int(found[1], 16), int(found[2] or found[1], 16)
        return _writable(first, last) if first <= last <= sys.maxunicode else None
    found = _BLOCK.fullmatch(name)
    return _find_block(found[1] or found[2]) if found else None


def _find_block(name: str) -> str | None:
    """Return the characters of a block of Unicode, by its name."""
    from fontTools.unicodedata import Blocks  # noqa: PLC0415 - on use

    names = [known.lower() for known in Blocks.VALUES]
    if name.strip().lower() not in names:
        return None
    number = names.index(name.strip().lower())
    return _writable(Blocks.RANGES[number], Blocks.RANGES[number + 1] - 1)


def _writable(first: int, last: int) -> str:
    """Return the characters of a range that stand in a line of text, each in a cell of its own."""
    return "".join(filter(_has_cell, _character_range(first, last)))


def parse_charset(expression: str, exclude: str = "") -> str:
    """Return the characters that an expression names, each once, in order, with the space first.

    ``expression`` consists of names joined by ``+``, or by ``-`` for those without others; a name
    may also be a range of code points, ``u2500..u257f``, or a block of Unicode,
    ``block:"Box Drawing"``. ``chars:...`` stands for all the characters that follow the colon,
    ``+`` and ``-`` included. Characters in ``exclude`` are removed, except for the
    space, which blank paper always needs.

    Raises
    ------
    OptionError
        If a name is unknown, a character cannot stand in a line of text, or only the space is
        left.
    """
    names, literal, characters = expression.partition(_LITERAL)
    names = _CODE_POINT.sub("u", names)
    chosen = ""
    without = literal and names.rstrip().endswith("-")
    for name in names.rstrip("+- " if literal else "+").split("+") if names else []:
        found = _find_set(name)
        if found is None:
            raise OptionError(
                f"charset {name!r} is unknown{_meant(name)} "
                f"(there are: {', '.join(CHARSETS)} and chars:...)"
            )
        chosen += found
    if without:
        chosen = "".join(character for character in chosen if character not in characters)
    elif literal:
        chosen += characters
    refused = [character for character in chosen if not _has_cell(character)]
    if refused:
        raise OptionError(f"charset: U+{ord(refused[0]):04X} cannot stand in a line of text")
    kept = [character for character in dict.fromkeys(" " + chosen) if character not in exclude]
    if all(map(is_blank, kept)):
        raise OptionError(f"charset {expression!r}: no character but the space is left")
    return "".join([" ", *(character for character in kept if character != " ")])
