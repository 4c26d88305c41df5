"""Texts of words: the names of a few characters, and whether a separator joins two numbers."""

from __future__ import annotations

import itertools
import random
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from asciiart.train.lab.data.word_parts import split_words
from asciiart.train.lab.tasks.direction.rules import joins

_KINDS: Mapping[str, tuple[tuple[str, ...], int]] = {
    "number": (("EN", "AN"), 42),
    "separator": (("ES", "CS"), 25),
    "sign": (("ET", "ON"), 8),
    "letter": (("L", "R", "AL"), 25),
}
"""Kind of character -> its bidirectional classes, and its percentage."""
_PLAIN = 0.4
"""Share of the numbers and separators that are those of ASCII."""
_TRAPS = 0.5
"""Share of the letters that are digits, such as DEVANAGARI DIGIT ONE: they run as letters."""
_MOST_WORDS = 6
"""Words of a name, at most."""
_FEW = 120
"""Characters of a kind, at most; the first by code."""
_LENGTHS = (5, 6, 7, 8, 9)
"""Characters of a text."""


class Text(NamedTuple):
    """The names of some characters, one after the other."""

    words: tuple[str, ...]
    joined: bool
    """Whether a separator joins two numbers (rule W4 of UAX #9)."""


class Texts(NamedTuple):
    """Texts in three parts."""

    training: tuple[Text, ...]
    validation: tuple[Text, ...]
    """Texts by which the baselines are tuned."""
    held_out: tuple[Text, ...]
    """Texts to test on, the validation's while choices are made."""


class _Pools(NamedTuple):
    plain: Mapping[str, str]
    """Kind -> its characters of ASCII."""
    all: Mapping[str, str]
    """Kind -> all its characters."""
    traps: str


@cache
def _pools() -> _Pools:
    found: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    traps: list[str] = []
    for sign in map(chr, range(sys.maxunicode + 1)):
        name, run = unicodedata.name(sign, ""), unicodedata.bidirectional(sign)
        if not name or len(name.split()) > _MOST_WORDS or any(map(str.isdigit, name)):
            continue
        for kind, (runs, _) in _KINDS.items():
            if run in runs:
                (traps if kind == "letter" and " DIGIT " in name else found[kind]).append(sign)
    spread = {kind: signs[:: max(1, len(signs) // _FEW)] for kind, signs in found.items()}
    return _Pools(
        {kind: "".join(sign for sign in signs if sign.isascii()) for kind, signs in found.items()},
        {kind: "".join(signs) for kind, signs in spread.items()},
        "".join(traps[:: max(1, len(traps) // _FEW)]),
    )


def _make_sign(generator: random.Random) -> str:
    (kind,) = generator.choices(list(_KINDS), [share for _, share in _KINDS.values()])
    pools = _pools()
    if kind == "letter" and generator.random() < _TRAPS:
        return generator.choice(pools.traps)
    if kind in ("number", "separator") and generator.random() < _PLAIN:
        return generator.choice(pools.plain[kind])
    return generator.choice(pools.all[kind])


def is_joined(signs: str) -> bool:
    """Return whether a separator joins two numbers in a text."""
    kinds = [unicodedata.bidirectional(sign) for sign in signs]
    return any(itertools.starmap(joins, zip(kinds, kinds[1:], kinds[2:], strict=False)))


def words_of(signs: str) -> tuple[str, ...]:
    """Return the names of a text's characters, word by word."""
    return tuple(" ".join(unicodedata.name(sign) for sign in signs).split())


def make_texts(training: int, asked: int, seed: int, *, validate: bool = False) -> Texts:
    """Return the given numbers of different texts, half of them joined.

    A text's checksum decides what it is for.
    """
    generator = random.Random(seed)
    groups: dict[bool, dict[str, None]] = {True: {}, False: {}}
    wanted = 3 * training // 4 + 10 * asked
    while min(map(len, groups.values())) < wanted:
        signs = "".join(_make_sign(generator) for _ in range(generator.choice(_LENGTHS)))
        groups[is_joined(signs)][signs] = None
    made = [sign for pair in zip(*groups.values(), strict=False) for sign in pair]
    learned, held_out = split_words(made, validate=validate)
    tuning = split_words(made, validate=True).held_out
    parts = learned[:training], tuning[:asked], held_out[:asked]
    return Texts(*(tuple(Text(words_of(x), is_joined(x)) for x in part) for part in parts))


@cache
def vocabulary() -> tuple[str, ...]:
    """Return the words of all names that texts may have; token 0 is padding and 1 another word."""
    pools = _pools()
    signs = "".join((*pools.all.values(), *pools.plain.values(), pools.traps))
    return ("", "?", *sorted(set(words_of(signs))))


def to_tokens(texts: Sequence[Sequence[str]]) -> Tensor:
    """Return texts as tokens (N, T), 0 after the words."""
    places = {word: place for place, word in enumerate(vocabulary())}
    rows = [torch.tensor([places.get(word, 1) for word in words]) for words in texts]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True)


@cache
def word_vectors(size: int) -> Tensor:
    """Return vectors (V, E) of the vocabulary's words, learned from all names without any label.

    The principal components of the positive pointwise mutual information of words in the same name
    (Bullinaria and Levy 2007), of length 1; padding has zeros.
    """
    places = {word: place for place, word in enumerate(vocabulary())}
    counts = np.ones((len(places), len(places))) / 10
    for sign in map(chr, range(sys.maxunicode + 1)):
        name = unicodedata.name(sign, "").split()
        here = [places[word] for word in name if word in places]
        for first, second in itertools.permutations(here, 2):
            counts[first, second] += 1
    shares = counts / counts.sum()
    expected = shares.sum(0) * shares.sum(1)[:, None]
    information = np.log(shares / expected).clip(min=0)
    left, strengths, _ = np.linalg.svd(information)
    vectors = left[:, :size] * np.sqrt(strengths[:size])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).clip(min=1e-9)
    vectors[0] = 0
    return torch.from_numpy(vectors).float()
