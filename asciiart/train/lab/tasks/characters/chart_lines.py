"""Lines of text about characters, as in a code chart: code, name and bytes."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from asciiart.train.lab.data.word_parts import split_words

ALPHABET = "\n +-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""All characters of the lines; each line ends with a newline and begins after one."""
LONGEST = 48
"""Largest number of characters of a line, its newline included."""
_PLANE = 0x10000
"""Number of codes of the first plane, of which each has two bytes in UTF-16."""
_FORMULAIC = ("HANGUL SYLLABLE", "CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH")


class NameLines(NamedTuple):
    """Lines in an order that depends on the seed."""

    training: tuple[str, ...]
    """Lines to train on."""
    validation: tuple[str, ...]
    """Lines by which the baselines are tuned."""
    held_out: tuple[str, ...]
    """Lines to test on, the validation's while choices are made."""


def chart_lines() -> list[str]:
    """Return a line for each character of Unicode's first plane: code, name, bytes in UTF-16.

    Such as U+0416 CYRILLIC CAPITAL LETTER ZHE 04 16: who has reached the bytes must remember the
    code, which stands before the whole name. Names of Hangul syllables and of ideographs, which
    follow a rule, are left out, and so are all with a digit, nearly all of which are numbered
    (BRAILLE PATTERN DOTS-1).
    """
    found = []
    for code in range(_PLANE):
        name = unicodedata.name(chr(code), "")
        if name and not name.startswith(_FORMULAIC) and not any(map(str.isdigit, name)):
            bytes_ = chr(code).encode("utf-16-be").hex(" ").upper()
            found.append(f"U+{code:04X} {name} {bytes_}")
    return [line for line in found if len(line) < LONGEST]


def split_lines(seed: int, *, validate: bool = False) -> NameLines:
    """Return all lines in parts; a line's checksum decides to which it belongs."""
    lines = chart_lines()
    random.Random(seed).shuffle(lines)
    training, held_out = split_words(lines, validate=validate)
    return NameLines(training, split_words(lines, validate=True).held_out, held_out)


def to_symbols(text: str) -> Tensor:
    """Return the indices (T,) of a text's characters in the alphabet."""
    return torch.tensor([ALPHABET.index(character) for character in text])


def to_text(symbols: Sequence[int] | Tensor) -> str:
    """Return the text of the indices (T,) of its characters in the alphabet."""
    return "".join(ALPHABET[int(symbol)] for symbol in symbols)


def joined(lines: Sequence[str]) -> str:
    """Return lines as a text, after an empty line."""
    return "\n" + "".join(f"{line}\n" for line in lines)
