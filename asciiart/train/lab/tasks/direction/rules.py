"""Unicode's bidirectional algorithm (UAX #9) for lines without controls and brackets."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator, Sequence

_STRONG = ("L", "R", "AL")
_NUMBERS = ("EN", "AN")
_NEUTRAL = ("B", "S", "WS", "ON")
_BASE = {"L": 0, "R": 1}


def levels(line: str) -> list[int]:
    """Return the level of each character: even runs from left to right, odd from right to left.

    Level 2 is a number, or Latin, in a line that runs from right to left, 1 a right-to-left word or
    the line itself. The names are those of the rules. Rules about embeddings, isolates, brackets
    and tabs are left out.
    """
    kinds = [unicodedata.bidirectional(sign) for sign in line]
    base = next(("L" if kind == "L" else "R" for kind in kinds if kind in _STRONG), "L")  # P2, P3
    found = _neutrals(_numbers(kinds, base), base)
    return [_level(kind, _BASE[base]) for kind in found]


def _numbers(kinds: Sequence[str], base: str) -> list[str]:
    """Return the classes after the rules W1 to W7."""
    found = list(kinds)
    for i, kind in enumerate(found):  # W1: a mark is what it stands on
        if kind == "NSM":
            found[i] = found[i - 1] if i else base
    last = base
    for i, kind in enumerate(found):  # W2: numbers after Arabic letters
        last = kind if kind in _STRONG else last
        if kind == "EN" and last == "AL":
            found[i] = "AN"
    found = ["R" if kind == "AL" else kind for kind in found]  # W3
    found = _separated(found)  # W4
    for start, end in list(_runs(found, ("ET",))):  # W5: $ and % beside a number
        if "EN" in (*found[max(start - 1, 0) : start], *found[end : end + 1]):
            found[start:end] = ["EN"] * (end - start)
    found = ["ON" if kind in ("ES", "ET", "CS") else kind for kind in found]  # W6
    last = base
    for i, kind in enumerate(found):  # W7: numbers after Latin letters
        last = kind if kind in _STRONG else last
        if kind == "EN" and last == "L":
            found[i] = "L"
    return found


def _separated(kinds: Sequence[str]) -> list[str]:
    found = list(kinds)
    for i in range(1, len(found) - 1):
        if joins(found[i - 1], kinds[i], kinds[i + 1]):
            found[i] = found[i - 1]
    return found


def joins(before: str, separator: str, after: str) -> bool:
    """Return whether a separator joins two numbers into one, by their classes (rule W4)."""
    wanted = {"ES": ("EN",), "CS": _NUMBERS}.get(separator, ())
    return before == after and before in wanted


def _neutrals(kinds: Sequence[str], base: str) -> list[str]:
    """Return the classes after N1 and N2: neutrals run as what is on both sides, or as the line."""
    found = list(kinds)
    for start, end in list(_runs(found, _NEUTRAL)):
        before = _side(found[start - 1]) if start else base
        after = _side(found[end]) if end < len(found) else base
        found[start:end] = [before if before == after else base] * (end - start)
    return found


def _side(kind: str) -> str:
    return "R" if kind in _NUMBERS else kind


def _level(kind: str, base: int) -> int:
    """Return the level of a class in a line of level ``base`` (I1, I2)."""
    if base == 0:
        return {"L": 0, "R": 1}.get(kind, 2)
    return 1 if kind == "R" else 2


def _runs(kinds: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give the start and end of each run of wanted classes."""
    place = 0
    for inside, run in itertools.groupby(kinds, lambda kind: kind in wanted):
        length = len(list(run))
        if inside:
            yield place, place + length
        place += length
