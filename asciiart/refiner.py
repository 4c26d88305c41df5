"""Stage 5, quality: what refining pages with one font and mode needs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from asciiart.features import Score, StructureScore, ToneScore
from asciiart.glyphs import Font
from asciiart.index import Neighbors, draw_glyphs
from asciiart.match import Kit, Offset, move
from asciiart.preprocess import Page
from asciiart.refine import Phases, Term, find_phases, refine
from asciiart.refine_strokes import (
    GlyphStrokes,
    StrokeBits,
    StrokeTerm,
    find_glyph_strokes,
    page_strokes,
)
from asciiart.refine_tone import ToneTerm
from asciiart.strokes import TOLERANCE
from asciiart.typeset import Typeset


class Refiner:
    """Makes pages of one kit better; what it needs of the glyphs is found once."""

    def __init__(self, kit: Kit, font: Font, typeset: Typeset | None, score: Score) -> None:
        """Take what drew the pages, and the score by which it was chosen."""
        self._kit, self._font, self._typeset, self._score = kit, font, typeset, score

    def refine(self, nearest: Neighbors, page: Page, offset: Offset) -> Neighbors:
        """Return the neighbors (R, C, k) of a moved page with the glyphs that serve it best first.

        In a proportional font a glyph's place takes only glyphs as wide.
        """
        narrowest = min(self._kit.index.keys) * self._kit.cell.width * self._kit.encoder.enlarge
        apart = 2 if narrowest >= 2 * TOLERANCE else 3
        phases = find_phases(nearest, self._kit.index, apart, spaces=self._typeset is None)
        return refine(nearest, self._kit.index, phases, [self._term(page, offset, phases)])

    def _term(self, page: Page, offset: Offset, phases: Phases) -> Term:
        cell = self._kit.cell
        if isinstance(self._score, StructureScore):
            scale = self._kit.encoder.enlarge
            moved = (move(bits, offset, cell, scale) for bits in page_strokes(page, scale))
            size = scale * cell.height, scale * cell.width
            return StrokeTerm(StrokeBits(*moved), self._strokes, size, phases, self._score)
        assert isinstance(self._score, ToneScore)
        return ToneTerm(move(page.ink, offset, cell), self._inks, cell, phases, self._score)

    @cached_property
    def _strokes(self) -> Mapping[int, GlyphStrokes]:
        drawn = self._draw(self._kit.encoder.enlarge)
        return {span: find_glyph_strokes(inks) for span, inks in drawn.items()}

    @cached_property
    def _inks(self) -> Mapping[int, NDArray[np.float32]]:
        return self._draw(1)

    def _draw(self, scale: int) -> dict[int, NDArray[np.float32]]:
        index = self._kit.index
        return draw_glyphs(
            self._font, index.characters, index.spans, self._kit.cell, self._typeset, scale=scale
        )
