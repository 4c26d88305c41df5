"""Characters with distinct pictures, drawn in many fonts, and the words of their names."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from asciiart.core.sequences.decoding import END, PAD
from asciiart.glyphs.font import Font
from asciiart.train.lab.data.drawn_letters import draw_letters
from asciiart.train.lab.data.word_parts import split_words

SIZE = 32
"""Side of a picture in pixels."""
_CAPITAL, _BASELINE = 0.5, 0.725
"""Height of a capital H and of the baseline as shares of the side, with room for accents."""
_BLOCKS = (
    *(range(0x41, 0x7B), range(0xC0, 0x180), range(0x218, 0x21C), range(0x1E00, 0x1F00)),
    *(range(0x386, 0x3CF), range(0x400, 0x460)),
)
"""Latin, Greek and Cyrillic, with and without accents."""
CANDIDATES = "".join(chr(code) for block in _BLOCKS for code in block if chr(code).isalpha())
"""All letters that are considered."""
_MISSING = "\uffff"
"""A noncharacter, for which a font draws its glyph for missing characters."""
_COMMON_SHARE = 0.5
"""Share of the fonts that must have a character."""
_SAME = 0.02
"""Largest difference between two pictures that count as the same, as a share of their ink, both
squared."""
_FEWEST_OTHERS = 3
"""Number of other characters that must have each word of a character never shown."""


class LabeledGlyphs(NamedTuple):
    """Pictures of characters with their labels."""

    pictures: Tensor
    """Ink (G, 1, S, S), 0 to 255, as bytes to save memory."""
    labels: Tensor
    """Indices (G,) in the string of characters."""
    fonts: Tensor
    """Indices (G,) in the sequence of fonts."""


class Split(NamedTuple):
    """Characters to train on and others to test on."""

    seen: str
    """Characters to train on."""
    unseen: str
    """Accented letters to test on: never shown, although every word of their names is."""


def glyphs_of(fonts: Sequence[Font], characters: str) -> LabeledGlyphs:
    """Return each of ``characters`` in every font that has a glyph of its own for it.

    `Font.has` would be slow here: it draws large glyphs if a font has no character map.
    """
    pictures, labels, owners = [], [], []
    for number, font in enumerate(fonts):
        drawn = draw_letters(
            font, characters + _MISSING, SIZE, capital=_CAPITAL, baseline=_BASELINE
        )
        inks = np.rint(drawn * 255).astype(np.uint8)  # (G + 1, S, S)
        had = (inks[:-1] != inks[-1]).any((1, 2)) & inks[:-1].any((1, 2))  # (G,)
        pictures.append(inks[:-1][had])
        labels.append(np.flatnonzero(had))
        owners.append(np.full(had.sum(), number))
    return LabeledGlyphs(
        torch.from_numpy(np.concatenate(pictures))[:, None],
        torch.from_numpy(np.concatenate(labels)),
        torch.from_numpy(np.concatenate(owners)),
    )


def to_ink(pictures: Tensor) -> Tensor:
    """Return pictures of bytes (B, 1, S, S) as ink, 0 to 1."""
    return pictures.float() / 255


def only(glyphs: LabeledGlyphs, characters: str, wanted: str) -> LabeledGlyphs:
    """Return the glyphs of the ``wanted`` ones of ``characters``, with labels among these."""
    places = torch.tensor([wanted.find(character) for character in characters])  # -1: unwanted
    labels = places[glyphs.labels]
    kept = labels >= 0
    return LabeledGlyphs(glyphs.pictures[kept], labels[kept], glyphs.fonts[kept])


def distinct_characters(glyphs: LabeledGlyphs, characters: str) -> str:
    """Return the ``characters`` that most fonts have and draw differently from all earlier ones.

    Pictures do not tell Latin A from Greek ALPHA; of such characters the first is kept.
    """
    count = len(characters)
    shared = torch.zeros(count, count)  # fonts that have both
    same = torch.zeros(count, count)  # fonts that draw them alike
    fonts = int(glyphs.fonts.max()) + 1
    for font in range(fonts):
        mine = glyphs.fonts == font
        labels = glyphs.labels[mine]
        flat = glyphs.pictures[mine].flatten(1).float()  # (G, S·S)
        ink = flat.square().sum(1)
        sums = ink[:, None] + ink  # (G, G)
        alike = (sums - 2 * flat @ flat.T < _SAME * sums / 2).float()
        shared[labels[:, None], labels] += 1
        same[labels[:, None], labels] += alike
    kept: list[int] = []
    for i in range(count):
        common = shared[i, i] >= _COMMON_SHARE * fonts
        if common and not (same[i, kept] > shared[i, kept] / 2).any():
            kept.append(i)
    return "".join(characters[i] for i in kept)


def words_of(character: str) -> tuple[str, ...]:
    """Return the words of a character's name."""
    return tuple(unicodedata.name(character).split())


def split_characters(characters: str, *, validate: bool = False) -> Split:
    """Hold out some accented letters of whose names at least three others have each word.

    A name's checksum decides (see `split_words`); as many letters are for validation, and never
    shown, either.
    """
    names = {unicodedata.name(each): each for each in characters}
    parts = [split_words(names, validate=each).held_out for each in (False, True)]
    counts = Counter(word for each in characters for word in words_of(each))
    hidden: tuple[list[str], list[str]] = ([], [])  # held out, for validation
    for name, character in names.items():
        fits = "WITH" in name.split() and min(counts[x] for x in name.split()) > _FEWEST_OTHERS
        for part, group in zip(parts, hidden, strict=True):
            if fits and name in part:
                group.append(character)
                counts.subtract(name.split())
    seen = "".join(c for c in characters if c not in hidden[0] + hidden[1])
    return Split(seen, "".join(hidden[validate]))


class Vocabulary:
    """Words as symbols, after the special ones of `core.sequences.decoding`."""

    @classmethod
    def of_names(cls, characters: str) -> Vocabulary:
        """Return the words of the characters' names."""
        return cls(word for character in characters for word in words_of(character))

    def __init__(self, words: Iterable[str]) -> None:
        self.words = ["", "", "", *sorted(set(words))]
        self._places = {word: place for place, word in enumerate(self.words) if word}

    def encode(self, characters: str) -> Tensor:
        """Return the names of characters as symbols (G, T), END last, then PAD."""
        names = [[*(self._places[word] for word in words_of(c)), END] for c in characters]
        longest = max(map(len, names), default=1)
        rows = [name + [PAD] * (longest - len(name)) for name in names]
        return torch.tensor(rows, dtype=torch.long).view(len(names), longest)

    def decode(self, symbols: Tensor) -> tuple[str, ...]:
        """Return the words of symbols (T,), with or without END."""
        return tuple(self.words[symbol] for symbol in symbols.tolist() if symbol > END)
