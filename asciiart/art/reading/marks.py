"""Characters that have no cell of their own: accents, variation selectors, joiners."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache

_JOINER = "\u200d"
_LONGEST = 16
"""Characters of a cluster that are kept; further marks change nothing in any font."""
_SKIN_TONES = range(0x1F3FB, 0x1F400)


@lru_cache(1 << 14)
def is_mark(character: str) -> bool:
    """Tell whether a character is shown together with the one before it, or not at all."""
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf"):
        return True
    if character.isascii() or category == "Cc":
        return False
    from wcwidth import wcwidth  # noqa: PLC0415 - slow to import, and ASCII needs none of it

    return bool(wcwidth(character) == 0)


def join_marks(text: str, has: Callable[[str], bool]) -> str:
    """Return a text in which every character has a cell: marks are merged into those before them.

    A letter and its accents become one character if Unicode and the font have it; otherwise the
    marks are dropped. ``has`` tells whether the font has a character.
    """
    if not any(is_mark(character) or ord(character) in _SKIN_TONES for character in set(text)):
        return text
    clusters: list[str] = []
    for character in text:
        if clusters and _joins(character, clusters[-1]):
            clusters[-1] += character if len(clusters[-1]) < _LONGEST else ""
        else:
            clusters.append(character)
    return "".join(_shown(cluster, has) for cluster in clusters)


def _joins(character: str, cluster: str) -> bool:
    if is_mark(character):
        return cluster[0].isprintable()
    if ord(character) in _SKIN_TONES:
        return unicodedata.category(cluster[0]) == "So"
    return cluster[-1] == _JOINER and unicodedata.category(character) == "So"


def _shown(cluster: str, has: Callable[[str], bool]) -> str:
    if is_mark(cluster[0]):
        return ""  # there is no character to which it belongs
    composed = unicodedata.normalize("NFC", cluster)[0] if len(cluster) > 1 else cluster
    return composed if has(composed) else cluster[0]
