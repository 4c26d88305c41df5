"""Words in parts: to learn from, to make choices by, and to be judged by."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import NamedTuple

_SHARE = 10
"""One word in this many is held out, and another one is for validation."""
_HELD_OUT, _VALIDATION = 0, 1


class WordSplit(NamedTuple):
    """Words in two parts without a common word."""

    training: tuple[str, ...]
    """Words to train on."""
    held_out: tuple[str, ...]
    """Words to test on."""


def split_words(words: Iterable[str], *, validate: bool = False) -> WordSplit:
    """Return words in two parts, in their order; a word's checksum decides.

    With ``validate``, words for validation take the place of those that are held out.
    """
    asked = _VALIDATION if validate else _HELD_OUT
    parts = [(word, zlib.crc32(word.encode()) % _SHARE) for word in words]
    return WordSplit(
        tuple(word for word, part in parts if part not in (_HELD_OUT, _VALIDATION)),
        tuple(word for word, part in parts if part == asked),
    )
