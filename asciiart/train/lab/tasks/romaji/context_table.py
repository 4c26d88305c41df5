"""The table that a network has to beat: how each sign is read, between which others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from asciiart.train.lab.tasks.romaji.katakana import Word

_ROUNDS = 6
"""Rounds of expectation maximization."""
_FEW = 1000
"""Words from which the alignment is learned."""
_LONGEST_PIECE = 3
"""Most letters that one sign can stand for."""
_LEAST = 0.01
"""Probability below which a sign is not thought to stand for a piece."""

_EDGE = "|"

Pieces = Mapping[str, Mapping[str, float]]
"""Sign -> piece of romaji -> probability."""


class Aligned(NamedTuple):
    """A word, sign by sign."""

    katakana: str
    pieces: tuple[str, ...]
    """The letters that each sign stands for; together they are the romaji."""


def align_words(words: Sequence[Word]) -> list[Aligned]:
    """Return words with each sign's letters, as learned from the words themselves.

    Expectation maximization over all ways to cut the romaji into as many pieces as there are signs,
    some of them empty, as in statistical machine translation (Brown et al. 1993, "The mathematics
    of statistical machine translation") but in order. Words that cannot be cut so are left out.
    """
    pieces: Pieces = {}
    for _ in range(_ROUNDS):
        pieces = _improve(words[:_FEW], pieces)
    found = [_best_cut(word, pieces) for word in words]
    return [aligned for aligned in found if aligned is not None]


def _chance(pieces: Pieces, sign: str, piece: str) -> float:
    if not pieces:  # at first all cuts are alike, except that short pieces are likelier
        return 0.5 ** abs(len(piece) - 2)
    return pieces.get(sign, {}).get(piece, 0.0)


def _improve(words: Sequence[Word], pieces: Pieces) -> Pieces:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for word in words:
        for sign, piece, share in _shares(word, pieces):
            counts[sign][piece] += share  # type: ignore[assignment] # a Counter of shares
    better = {}
    for sign, found in counts.items():
        total = sum(found.values())
        better[sign] = {
            piece: count / total for piece, count in found.items() if count > _LEAST * total
        }
    return better


def _shares(word: Word, pieces: Pieces) -> list[tuple[str, str, float]]:
    """Return how probable each piece of each sign is, of all ways to cut the word."""
    edges = _edges(word, pieces)
    signs, letters = len(word.katakana), len(word.romaji)
    before = [[0.0] * (letters + 1) for _ in range(signs + 1)]
    after = [[0.0] * (letters + 1) for _ in range(signs + 1)]
    before[0][0] = after[signs][letters] = 1.0
    for i, start, end, chance in edges:
        before[i + 1][end] += before[i][start] * chance
    for i, start, end, chance in reversed(edges):
        after[i][start] += chance * after[i + 1][end]
    total = after[0][0] or 1.0
    return [
        (
            word.katakana[i],
            word.romaji[start:end],
            before[i][start] * chance * after[i + 1][end] / total,
        )
        for i, start, end, chance in edges
    ]


def _edges(word: Word, pieces: Pieces) -> list[tuple[int, int, int, float]]:
    """Return all pieces that a sign may stand for: sign, start, end and chance, sign by sign."""
    letters = len(word.romaji)
    found = [
        (i, start, end, _chance(pieces, sign, word.romaji[start:end]))
        for i, sign in enumerate(word.katakana)
        for start in range(letters + 1)
        for end in range(start, min(start + _LONGEST_PIECE, letters) + 1)
    ]
    return [edge for edge in found if edge[3]]


def _best_cut(word: Word, pieces: Pieces) -> Aligned | None:
    best: dict[int, tuple[float, tuple[str, ...]]] = {0: (1.0, ())}  # letters used -> best cut
    for sign in word.katakana:
        longer: dict[int, tuple[float, tuple[str, ...]]] = {}
        for used, (chance, cut) in best.items():
            for piece, share in pieces.get(sign, {}).items():
                end = used + len(piece)
                if (
                    word.romaji.startswith(piece, used)
                    and chance * share > longer.get(end, (0.0, ()))[0]
                ):
                    longer[end] = (chance * share, (*cut, piece))
        best = longer
    if len(word.romaji) not in best:
        return None
    return Aligned(word.katakana, best[len(word.romaji)][1])


class Reading(NamedTuple):
    """How a sign is most often read in a context."""

    share: float
    """How often it is read so; a little less if the context is rare."""
    piece: str


class ContextTable:
    """Reads a word sign by sign, each as it is most often read where it stands.

    A context is a sign with up to ``reach`` signs before and after it, the ends of the word
    included. Of all contexts of a sign that are known, the one decides in which the readings agree
    most: a decision list (Yarowsky 1994).
    """

    def __init__(self, words: Sequence[Aligned], reach: int) -> None:
        self.reach = reach
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for katakana, pieces in words:
            for place, piece in enumerate(pieces):
                for context in self._contexts(katakana, place):
                    counts[context][piece] += 1
        self.table = {}
        for context, found in counts.items():
            ((piece, most),) = found.most_common(1)
            self.table[context] = Reading(most / (found.total() + 1), piece)

    def _contexts(self, katakana: str, place: int) -> list[str]:
        edge = _EDGE * self.reach
        word, here = f"{edge}{katakana}{edge}", place + self.reach
        return [
            f"{word[here - before : here]}[{word[here]}]{word[here + 1 : here + 1 + after]}"
            for before in range(self.reach + 1)
            for after in range(self.reach + 1)
        ]

    def read(self, words: Sequence[Word]) -> list[str]:
        """Return the romaji of words; signs that the table lacks are left out."""
        return [self._read(word.katakana) for word in words]

    def _read(self, katakana: str) -> str:
        romaji = ""
        for place in range(len(katakana)):
            known = [self.table[x] for x in self._contexts(katakana, place) if x in self.table]
            romaji += max(known, default=Reading(0.0, "")).piece
        return romaji
