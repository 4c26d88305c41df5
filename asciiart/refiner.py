"""Stage 5, quality: pages and the nearest glyphs -> the glyphs that draw them best together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from asciiart.features import StructureScore
from asciiart.glyphs import Font
from asciiart.index import Neighbors, draw_glyphs
from asciiart.match import Kit, Offset, Side, move
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
from asciiart.strokes import ROW_HEIGHT, TOLERANCE
from asciiart.typeset import Typeset


class Refiner:
    """Makes pages of one kit better; what it needs of the glyphs is found once."""

    def __init__(self, kit: Kit, font: Font, typeset: Typeset | None) -> None:
        """Take what drew the pages."""
        self._kit, self._font, self._typeset = kit, font, typeset
        self._enlarge = kit.sides[-1].encoder.enlarge

    def refine(self, nearest: Neighbors, pages: Sequence[Page], offset: Offset) -> Neighbors:
        """Return the neighbors (R, C, k) of moved pages with the glyphs that serve them best first.

        In a proportional font a glyph's place takes only glyphs as wide.
        """
        index, cell = self._kit.index, self._kit.cell
        narrowest = min(index.keys) * cell.width * ROW_HEIGHT / cell.height
        apart = 2 if narrowest >= 2 * TOLERANCE else 3
        phases = find_phases(nearest, index, apart, spaces=self._typeset is None)
        terms = [
            self._term(side, page, offset, phases)
            for side, page in zip(self._kit.sides, pages, strict=True)
        ]
        return refine(nearest, index, phases, terms)

    def _term(self, side: Side, page: Page, offset: Offset, phases: Phases) -> Term:
        cell, score, weight = self._kit.cell, side.score, side.weight
        if not isinstance(score, StructureScore):
            ink = move(page.ink, offset, cell)
            return ToneTerm(ink, self._inks, cell, phases, weight=weight)
        scale = self._enlarge
        moved = (move(bits, offset, cell, scale) for bits in page_strokes(page, scale))
        size = scale * cell.height, scale * cell.width
        bits = StrokeBits(*moved)
        return StrokeTerm(bits, self._strokes, size, phases, score=score, weight=weight)

    @cached_property
    def _strokes(self) -> Mapping[int, GlyphStrokes]:
        drawn = self._draw(self._enlarge)
        return {span: find_glyph_strokes(inks) for span, inks in drawn.items()}

    @cached_property
    def _inks(self) -> Mapping[int, NDArray[np.float32]]:
        return self._draw(1)

    def _draw(self, scale: int) -> dict[int, NDArray[np.float32]]:
        index = self._kit.index
        return draw_glyphs(
            self._font, index.characters, index.spans, self._kit.cell, self._typeset, scale=scale
        )
