"""Katakana, its romanization by Unicode names, and generated words."""

from __future__ import annotations

import random
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

LONG, DOUBLING, NASAL = "ー", "ッ", "ン"
"""The prolonged sound mark and the letters that are a mora but not a syllable."""
_HELD_OUT_SHARE = 10
"""One word in this many is held out."""
_OBSTRUENTS = "KSTPGZDBH"
"""Consonants that a small TU doubles in Japanese words."""
_RARE = frozenset(("WI", "WE", "WO", "VA", "VI", "VE", "VO", "DI", "DU"))
"""Letters that modern words rarely have."""
_FOREIGN = (
    *("シェ", "ジェ", "チェ", "ファ", "フィ", "フェ", "フォ", "ウィ", "ウェ", "ウォ"),
    *("ティ", "ディ"),
)
"""Syllables of loanwords."""
_KINDS = ("plain", "glide", "foreign", LONG, NASAL, DOUBLING)
_SHARES = (54, 6, 3, 18, 11, 8)
"""Percentages of the kinds of morae; one that may not stand at its position is drawn again."""
_LENGTHS, _LENGTH_SHARES = range(2, 9), (10, 24, 28, 18, 11, 6, 3)
"""Lengths of words in morae, and their percentages."""


def _named_letters() -> dict[str, str]:
    names = {chr(code): unicodedata.name(chr(code)) for code in range(0x30A1, 0x30FB)}
    return {sign: name.removeprefix("KATAKANA LETTER ") for sign, name in names.items()}


LETTERS: Mapping[str, str] = _named_letters()
"""Letter -> its name: カ is KA, ャ is SMALL YA."""


class Word(NamedTuple):
    """A word in both scripts."""

    katakana: str
    """The word in katakana, with prolonged sound marks."""
    romaji: str
    """The word in capitals A to Z."""


class Words(NamedTuple):
    """Words in an order that depends on the seed."""

    training: tuple[Word, ...]
    """Words to train on."""
    held_out: tuple[Word, ...]
    """Words to test on, disjoint from the training words."""


def romanize(katakana: str) -> str:
    """Return the romaji of a word, composed from the names of its letters.

    The prolonged sound mark repeats the vowel before it, and small TU doubles the consonant after
    it. A small letter joins the syllable before it: KI and small YA are KYA, SI and small E are
    SYE, HU and small A are HUA. SI, TI, TU, HU and ZI stay as their names say.
    """
    romaji, doubled = "", False
    for sign in katakana:
        if sign == DOUBLING:
            doubled = True
        elif sign == LONG:
            romaji += romaji[-1:]
        elif LETTERS[sign].startswith("SMALL "):
            romaji = _join(romaji, LETTERS[sign].removeprefix("SMALL "))
        else:
            name = LETTERS[sign]
            romaji, doubled = romaji + name[0] * doubled + name, False
    return romaji


def _join(romaji: str, small: str) -> str:
    if romaji.endswith("I") and small in ("YA", "YU", "YO"):
        return romaji[:-1] + small
    if romaji.endswith("I") and small == "E":
        return romaji[:-1] + "YE"
    return romaji + small


def _plain_letters(rare: bool) -> list[str]:
    full = {sign: name for sign, name in LETTERS.items() if not name.startswith("SMALL ")}
    return [sign for sign, name in full.items() if sign != NASAL and (name in _RARE) == rare]


_COMMON, _UNCOMMON = _plain_letters(rare=False), _plain_letters(rare=True)
_GLIDES = [
    first + small
    for first in _COMMON
    if len(LETTERS[first]) == 2 and LETTERS[first].endswith("I")
    for small in "ャュョ"
]
_DOUBLED = [mora for mora in _COMMON + _GLIDES if romanize(mora)[0] in _OBSTRUENTS]
_CHOICES: Mapping[str, Sequence[str]] = {
    "plain": _COMMON * 10 + _UNCOMMON,
    "glide": _GLIDES,
    "foreign": _FOREIGN,
    LONG: LONG,
    NASAL: NASAL,
    DOUBLING: DOUBLING,
}


def _may_follow(kind: str, before: str, is_last: bool) -> bool:
    if kind == NASAL:
        return before not in ("", NASAL)
    if kind in (LONG, DOUBLING):
        return before not in ("", NASAL, LONG) and not (is_last and kind == DOUBLING)
    return True


def make_word(generator: random.Random) -> str:
    """Return a random word of 2 to 8 morae that follows the sound pattern of Japanese."""
    count = generator.choices(_LENGTHS, _LENGTH_SHARES)[0]
    morae = [""]
    while len(morae) <= count:
        (kind,) = generator.choices(_KINDS, _SHARES)
        if morae[-1] == DOUBLING:
            morae.append(generator.choice(_DOUBLED))
        elif _may_follow(kind, morae[-1], len(morae) == count):
            morae.append(generator.choice(_CHOICES[kind]))
    return "".join(morae)


def real_words() -> tuple[Word, ...]:
    """Return words that Unicode itself has: the units U+3300 to U+3357 and their names.

    ㌀ is アパート and named SQUARE APAATO. `romanize` gives all 88 names from the words.
    """
    signs = map(chr, range(0x3300, 0x3358))
    return tuple(
        Word(unicodedata.normalize("NFKC", sign), unicodedata.name(sign).removeprefix("SQUARE "))
        for sign in signs
    )


def is_held_out(katakana: str) -> bool:
    """Return whether a word is held out; its checksum decides, independently of the seed."""
    return zlib.crc32(katakana.encode()) % _HELD_OUT_SHARE == 0


def make_words(training: int, held_out: int, seed: int) -> Words:
    """Return the given numbers of different words, none of which is one of the real ones."""
    generator = random.Random(seed)
    seen = {word.katakana for word in real_words()}
    groups: tuple[list[Word], list[Word]] = ([], [])
    wanted = (training, held_out)
    while any(len(group) < count for group, count in zip(groups, wanted, strict=True)):
        katakana = make_word(generator)
        group = groups[is_held_out(katakana)]
        if katakana not in seen and len(group) < wanted[is_held_out(katakana)]:
            seen.add(katakana)
            group.append(Word(katakana, romanize(katakana)))
    return Words(tuple(groups[0]), tuple(groups[1]))
