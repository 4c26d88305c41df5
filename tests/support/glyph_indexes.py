"""Indexes of glyphs, and an encoder of glyphs that is known by heart."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from asciiart.glyphs.grid import Cell
from asciiart.matching.encoder import CodeSpec, GlyphCodes
from asciiart.matching.glyph_index import GlyphIndex
from asciiart.matching.scores import StructureScore

SCORE = StructureScore()
CELL = Cell(height=16, width=8, aspect=2.0, unit=8)


def make_index(characters: str) -> GlyphIndex:
    """Return half-width glyphs, the more ink the later they come."""
    count = len(characters)
    return GlyphIndex(
        characters=characters,
        spans=np.ones(count, np.int64),
        keys={1: np.ones((count, 2), np.float32)},
        inks=np.arange(count, dtype=np.float32),
        density=1.0,
        column_code_size=1,
    )


def index_of(keys, characters=" ab@"):
    """Return an index of glyphs that are all one column wide."""
    return GlyphIndex(
        characters,
        spans=np.ones(len(keys), np.int64),
        keys={1: keys},
        inks=np.arange(len(keys), dtype=np.float32),
        density=0.375,
        column_code_size=4,
    )


@dataclass
class HalfEncoder:
    """Gives each glyph its ink in the cell's upper and lower half, and a bias of 1/4 of all."""

    spec = CodeSpec(cell_height=16, stride=(8, 8), size=1, receptive_margin=0)
    supersampling = 1
    calls: list[int] = field(default_factory=list)

    def encode_glyphs(self, inks, score):
        assert score is SCORE
        inks = np.pad(inks, ((0, 0), (0, 0), (0, -inks.shape[2] % 8)))
        self.calls.append(len(inks))
        glyphs, height, width = inks.shape
        parts = inks.reshape(glyphs, 2, height // 2, width // 8, 8).sum(axis=(2, 4))
        return GlyphCodes(parts[..., None], -parts.sum(axis=(1, 2)) / 4)
