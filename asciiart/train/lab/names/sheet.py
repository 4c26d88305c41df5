"""What was said of pictures: how much of it is right, and where the words were looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from asciiart.core.sequences.decoding import PAD
from asciiart.train.lab.names.glyph_names import SIZE, Vocabulary, to_ink, words_of
from asciiart.train.lab.sheet import sheet

_ROWS = 4
"""Of the sheet, of each kind."""


class Answers(NamedTuple):
    """What a network said of pictures."""

    symbols: Tensor
    """(G, T)."""
    maps: Tensor
    """(G, T, h, w), where it looked for each word."""


@dataclass(frozen=True)
class Examination:
    """Pictures, their names and what was said of them."""

    pictures: Tensor
    """(G, 1, S, S), bytes."""
    characters: Sequence[str]
    """G."""
    names: Tensor
    """(G, T)."""
    said: Answers

    @property
    def right(self) -> Tensor:
        """Where every word was right, the end included: (G,)."""
        return (self.said.symbols == self.names).all(1)

    def exact(self) -> float:
        """Return the share of the names that were right; 0 of none."""
        return float(self.right.float().mean()) if len(self.right) else 0.0

    def words_right(self) -> float:
        """Return the share of the names' words, ends included, that were said at their places."""
        real = self.names != PAD
        return float((self.said.symbols == self.names)[real].sum() / max(1, int(real.sum())))


class ShownGlyph(NamedTuple):
    """A picture of the sheet."""

    picture: Tensor
    """(3, S, S)."""
    caption: str


def answer_sheet(vocabulary: Vocabulary, seen: Examination, unseen: Examination) -> Image.Image:
    """Return a row for each of some pictures: the picture, then where each word was looked for.

    Accented letters in fonts never seen, then some never seen in any font, then mistakes.
    """
    accented = torch.tensor(["WITH" in words_of(c) for c in seen.characters])
    shown = [
        *((seen, i) for i in _spread(accented)),
        *((unseen, i) for i in _spread(torch.ones_like(unseen.right))),
        *((seen, i) for i in _spread(~seen.right)),
    ]
    rows = [_row(vocabulary, examination, i) for examination, i in shown]
    columns = max(map(len, rows))
    blank = ShownGlyph(torch.ones(3, SIZE, SIZE), "")
    tiles = [tile for row in rows for tile in [*row, *[blank] * (columns - len(row))]]
    return sheet(
        [tile.picture for tile in tiles],
        [tile.caption for tile in tiles],
        columns=columns,
        enlarge=3,
    )


def _spread(wanted: Tensor) -> list[int]:
    """Return some of the places where ``wanted`` (G,) is True, far from each other."""
    places = wanted.nonzero()[:, 0].tolist()
    return [places[(2 * i + 1) * len(places) // (2 * _ROWS)] for i in range(_ROWS) if places]


def _row(vocabulary: Vocabulary, examination: Examination, place: int) -> list[ShownGlyph]:
    ink = to_ink(examination.pictures[place])  # (1, S, S)
    mark = "right" if examination.right[place] else "wrong"
    symbols, maps = examination.said.symbols[place], examination.said.maps[place]
    words = vocabulary.decode(symbols)
    return [
        ShownGlyph(ink.new_ones(3, 1, 1) * (1 - ink), f"{examination.characters[place]} {mark}"),
        *(ShownGlyph(_tinted(ink, seen), word) for word, seen in zip(words, maps, strict=False)),
    ]


def _tinted(ink: Tensor, looked: Tensor) -> Tensor:
    """Return a picture (3, S, S) of ink (1, S, S), orange where it was looked at, (h, w)."""
    size = ink.shape[1:]
    wide = functional.interpolate(looked[None, None], size, mode="bilinear")[0]  # (1, S, S)
    share = wide / wide.max().clamp(min=1e-9)
    light = torch.tensor([0.0, 0.45, 0.9]).view(3, 1, 1)  # what orange lacks
    return (1 - share * light) * (1 - 0.7 * ink)
