"""Katakana, its romanization by Unicode names, and words made by rule."""

from __future__ import annotations

import random
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

LONG, DOUBLING, NASAL = "ー", "ッ", "ン"
"""The sound mark and the letters that are a mora but no syllable."""
_HELD_OUT_SHARE = 10
"""One word in so many is held out."""
_OBSTRUENTS = "KSTPGZDBH"
"""Consonants that a small TU doubles in Japanese words."""
_RARE = frozenset(("WI", "WE", "WO", "VA", "VI", "VE", "VO", "DI", "DU"))
"""Letters that modern words hardly have."""
_FOREIGN = (
    *("シェ", "ジェ", "チェ", "ファ", "フィ", "フェ", "フォ", "ウィ", "ウェ", "ウォ"),
    *("ティ", "ディ"),
)
"""Syllables of words from abroad."""
_KINDS = ("plain", "glide", "foreign", LONG, NASAL, DOUBLING)
_SHARES = (54, 6, 3, 18, 11, 8)
"""Of the kinds, in percent; one that may not stand where it falls is drawn again."""
_LENGTHS, _LENGTH_SHARES = range(2, 9), (10, 24, 28, 18, 11, 6, 3)
"""Morae of a word, and how many words in a hundred have so many."""


def _named_letters() -> dict[str, str]:
    names = {chr(code): unicodedata.name(chr(code)) for code in range(0x30A1, 0x30FB)}
    return {sign: name.removeprefix("KATAKANA LETTER ") for sign, name in names.items()}


LETTERS: Mapping[str, str] = _named_letters()
"""Letter -> its name: カ is KA, ャ is SMALL YA."""


class Word(NamedTuple):
    """A word in both scripts."""

    katakana: str
    """Of letters and the sound mark."""
    romaji: str
    """Capitals A to Z."""


class Words(NamedTuple):
    """Words in an order that the seed decides."""

    training: tuple[Word, ...]
    """To learn from."""
    held_out: tuple[Word, ...]
    """To judge by; none of them is to learn from."""


def romanize(katakana: str) -> str:
    """Return the romaji of a word, put together from the names of its letters.

    The sound mark repeats the vowel before it, small TU doubles the consonant after it. A small
    letter joins the syllable before it: KI and small YA are KYA, SI and small E are SYE, HU and
    small A are HUA. So SI, TI, TU, HU and ZI stay what their names say.
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
    """Return a word of 2 to 8 morae that Japanese could have; most it has not."""
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
    """Return the words that Unicode itself has: the units U+3300 to U+3357 and their names.

    ㌀ is アパート and named SQUARE APAATO. All 88 names are what `romanize` makes of the word.
    """
    signs = map(chr, range(0x3300, 0x3358))
    return tuple(
        Word(unicodedata.normalize("NFKC", sign), unicodedata.name(sign).removeprefix("SQUARE "))
        for sign in signs
    )


def is_held_out(katakana: str) -> bool:
    """Say whether a word is to judge by; its checksum decides, whatever the seed."""
    return zlib.crc32(katakana.encode()) % _HELD_OUT_SHARE == 0


def make_words(training: int, held_out: int, seed: int) -> Words:
    """Return as many different words as asked for, none of which is one of the real ones."""
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
