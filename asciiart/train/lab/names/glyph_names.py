"""Characters that their pictures tell apart, drawn in many fonts, with the words of their names."""

from __future__ import annotations

import unicodedata
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from asciiart.core.sequences.decoding import END, PAD
from asciiart.glyphs.font import Font
from asciiart.train.lab.fonts import draw_letters

SIZE = 40
"""Pixels of a picture's side."""
_CAPITAL, _BASELINE = 0.5, 0.725
"""Shares of the side, of a capital H and above the baseline: room for accents on both sides."""
_BLOCKS = (
    *(range(0x21, 0x7F), range(0xA1, 0x180), range(0x384, 0x3D0), range(0x400, 0x460)),
    *(range(0x2010, 0x2050), range(0x20A0, 0x20B0), range(0x2190, 0x219A), range(0x2200, 0x2270)),
)
"""Latin with accents, Greek, Cyrillic, punctuation, currencies, arrows, mathematics."""
CANDIDATES = "".join(
    chr(code) for block in _BLOCKS for code in block if unicodedata.name(chr(code), "")
)
"""All characters that are thought of."""
_MISSING = "\uffff"
"""Never a character: a font draws for it what it draws for all that it lacks."""
_COMMON_SHARE = 0.5
"""Of the fonts; a character has to be in so many."""
_SAME = 0.02
"""Two pictures are the same if they differ by less than this share of their ink, both squared."""
_UNSEEN_SHARE, _FEWEST_OTHERS = 8, 3
"""One accented letter in so many is never shown; so many others must have each of its words."""


class Glyphs(NamedTuple):
    """Pictures of characters with what they show."""

    pictures: Tensor
    """(G, 1, S, S), ink 0 to 255; bytes, as there are many."""
    labels: Tensor
    """(G,), places in the string of characters."""
    fonts: Tensor
    """(G,), places in the sequence of fonts."""


class Split(NamedTuple):
    """Characters to learn from and others to judge by."""

    seen: str
    """To learn from."""
    unseen: str
    """Accented letters that are never shown, though every word of their names is."""


def glyphs_of(fonts: Sequence[Font], characters: str) -> Glyphs:
    """Return every one of ``characters`` in every font that draws something of its own for it.

    `Font.has` would be slow here: it draws large where a font has no table of characters.
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
    return Glyphs(
        torch.from_numpy(np.concatenate(pictures))[:, None],
        torch.from_numpy(np.concatenate(labels)),
        torch.from_numpy(np.concatenate(owners)),
    )


def to_ink(pictures: Tensor) -> Tensor:
    """Return pictures of bytes (B, 1, S, S) as ink, 0 to 1."""
    return pictures.float() / 255


def only(glyphs: Glyphs, characters: str, wanted: str) -> Glyphs:
    """Return the glyphs of ``wanted``, some of ``characters``, with labels of their own."""
    places = torch.tensor([wanted.find(character) for character in characters])  # -1: unwanted
    labels = places[glyphs.labels]
    kept = labels >= 0
    return Glyphs(glyphs.pictures[kept], labels[kept], glyphs.fonts[kept])


def distinct_characters(glyphs: Glyphs, characters: str) -> str:
    """Return those of ``characters`` that most fonts have and draw unlike all earlier ones.

    No picture tells Latin A from Greek ALPHA; of such characters the first is kept.
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


def split_characters(characters: str) -> Split:
    """Keep back some accented letters each word of whose names at least three others have.

    The name itself decides, by its checksum.
    """
    counts = Counter(word for character in characters for word in words_of(character))
    unseen = ""
    for character in characters:
        words = words_of(character)
        chosen = not zlib.crc32(" ".join(words).encode()) % _UNSEEN_SHARE
        if "WITH" in words and chosen and min(counts[word] for word in words) > _FEWEST_OTHERS:
            unseen += character
            counts.subtract(words)
    return Split("".join(c for c in characters if c not in unseen), unseen)


class Vocabulary:
    """Words as symbols, after the special ones of `core.decoding`."""

    def __init__(self, characters: str) -> None:
        self.words = ["", "", "", *sorted({word for c in characters for word in words_of(c)})]
        self._places = {word: place for place, word in enumerate(self.words) if word}

    def encode(self, characters: str) -> Tensor:
        """Return the names of characters as symbols (G, T), END last, then PAD."""
        names = [[*(self._places[word] for word in words_of(c)), END] for c in characters]
        longest = max(map(len, names), default=1)
        rows = [name + [PAD] * (longest - len(name)) for name in names]
        return torch.tensor(rows, dtype=torch.long).view(len(names), longest)

    def decode(self, symbols: Tensor) -> tuple[str, ...]:
        """Return the words of symbols (T,), which END need not end."""
        return tuple(self.words[symbol] for symbol in symbols.tolist() if symbol > END)
