"""Figures and a sheet of a captioner's answers, with the attention for each word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from asciiart.core.sequences.decoding import PAD
from asciiart.train.lab.sheet import sheet
from asciiart.train.lab.tasks.names.glyph_names import SIZE, Vocabulary, to_ink, words_of

_ROWS = 4
"""Rows of the sheet for each kind of answer."""


class Answers(NamedTuple):
    """A network's answers for pictures."""

    symbols: Tensor
    """Symbols (G, T) of the answers."""
    maps: Tensor
    """Attention maps (G, T, h, w) of each word."""


@dataclass(frozen=True)
class Examination:
    """Pictures, their names and the network's answers."""

    pictures: Tensor
    """Pictures (G, 1, S, S), bytes."""
    characters: Sequence[str]
    """The G characters."""
    names: Tensor
    """Symbols (G, T) of their names."""
    said: Answers

    @property
    def right(self) -> Tensor:
        """Whether every word was right, the end included, (G,)."""
        return (self.said.symbols == self.names).all(1)

    def exact(self) -> float:
        """Return the share of completely right names, 0 if there are none."""
        return float(self.right.float().mean()) if len(self.right) else 0.0

    def words_right(self) -> float:
        """Return the share of the names' words, ends included, that were answered in place."""
        real = self.names != PAD
        return float((self.said.symbols == self.names)[real].sum() / max(1, int(real.sum())))


class ShownGlyph(NamedTuple):
    """A picture on the sheet."""

    picture: Tensor
    """Colors (3, S, S), 0 to 1."""
    caption: str


def answer_sheet(vocabulary: Vocabulary, seen: Examination, unseen: Examination) -> Image.Image:
    """Return a sheet with a row for each of some pictures: the picture, then the maps of its words.

    Accented letters in fonts never seen come first, then some never seen in any font, then
    mistakes.
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
    """Return some indices at which ``wanted`` (G,) is True, far from each other."""
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
    """Return a picture (3, S, S) of ink (1, S, S), tinted orange by attention (h, w)."""
    size = ink.shape[1:]
    wide = functional.interpolate(looked[None, None], size, mode="bilinear")[0]  # (1, S, S)
    share = wide / wide.max().clamp(min=1e-9)
    light = torch.tensor([0.0, 0.45, 0.9]).view(3, 1, 1)  # what orange lacks
    return (1 - share * light) * (1 - 0.7 * ink)
