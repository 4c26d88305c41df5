"""Katakana, its romanization by Unicode names, and generated words."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from asciiart.train.lab.data.word_parts import split_words

LONG, DOUBLING, NASAL = "ー", "ッ", "ン"
"""The prolonged sound mark and the letters that are a mora but not a syllable."""
REPEAT, REPEAT_VOICED = "〱", "〲"
"""Marks that stand for all that was written before them once more; the latter with its first
consonant voiced: キラ〱 is KIRAKIRA, トキ〲 is TOKIDOKI. (They belong to vertical writing.)"""
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
_REPEATED = 0.5
"""Share of the words with a part that is repeated."""
_PART_LENGTHS = (2, 3, 4)
"""Lengths of such parts in morae."""
_VOICELESS = "KSTH"
_VOICED_MARK = "\u3099"
"""COMBINING KATAKANA-HIRAGANA VOICED SOUND MARK."""


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
    validation: tuple[Word, ...]
    """Words by which the baseline is tuned."""
    held_out: tuple[Word, ...]
    """Words to test on, the validation's while choices are made."""


def romanize(katakana: str) -> str:
    """Return the romaji of a word, composed from the names of its letters.

    The prolonged sound mark repeats the vowel before it, and small TU doubles the consonant after
    it. A small letter joins the syllable before it: KI and small YA are KYA, SI and small E are
    SYE, HU and small A are HUA. SI, TI, TU, HU and ZI stay as their names say. A mark of repetition
    repeats all before it.
    """
    romaji, doubled = "", False
    for place, sign in enumerate(katakana):
        if sign == DOUBLING:
            doubled = True
        elif sign == LONG:
            romaji += romaji[-1:]
        elif sign in (REPEAT, REPEAT_VOICED):
            before = katakana[:place]
            romaji += romanize(voiced(before) if sign == REPEAT_VOICED else before)
        elif LETTERS[sign].startswith("SMALL "):
            romaji = _join(romaji, LETTERS[sign].removeprefix("SMALL "))
        else:
            name = LETTERS[sign]
            romaji, doubled = romaji + name[0] * doubled + name, False
    return romaji


def voiced(katakana: str) -> str:
    """Return a word with its first consonant voiced: カ becomes ガ."""
    return unicodedata.normalize("NFC", katakana[0] + _VOICED_MARK) + katakana[1:]


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
    """Return a random word that follows the sound pattern of Japanese.

    It has 2 to 8 morae; or a part of 2 to 4, which a mark repeats, and sometimes another mora.
    """
    if generator.random() >= _REPEATED:
        return _make_morae(generator, generator.choices(_LENGTHS, _LENGTH_SHARES)[0])
    part = _make_morae(generator, generator.choice(_PART_LENGTHS))
    may_change = LETTERS[part[0]][0] in _VOICELESS
    mark = generator.choice((REPEAT, REPEAT_VOICED) if may_change else (REPEAT,))
    return part + mark + generator.choice(("", generator.choice(_COMMON)))


def _make_morae(generator: random.Random, count: int) -> str:
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


def make_words(training: int, held_out: int, seed: int, *, validate: bool = False) -> Words:
    """Return the given numbers of different words, none of which is one of the real ones.

    There are as many for validation as held out. A word's checksum decides what it is for.
    """
    generator = random.Random(seed)
    real = {word.katakana for word in real_words()}
    made: dict[str, None] = {}  # in order
    while True:
        made |= dict.fromkeys(make_word(generator) for _ in range(training + 10 * held_out))
        new = [word for word in made if word not in real]
        learned, asked = split_words(new, validate=validate)
        tuning = split_words(new, validate=True).held_out
        if len(learned) >= training and min(len(asked), len(tuning)) >= held_out:
            return Words(
                *map(_romanized, (learned[:training], tuning[:held_out], asked[:held_out]))
            )


def _romanized(katakana: Sequence[str]) -> tuple[Word, ...]:
    return tuple(Word(word, romanize(word)) for word in katakana)
