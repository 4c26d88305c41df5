"""What the pieces of a page are matched with: the glyphs, as each mode's network sees them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

from asciiart.glyphs.font import Font
from asciiart.glyphs.grid import Cell
from asciiart.glyphs.typesetting import Typeset
from asciiart.io.files.user_folders import cache_folder
from asciiart.matching.encoder import CodeSpec, Encoder
from asciiart.matching.glyph_index import GlyphIndex, cached_index
from asciiart.matching.match import Matcher, ModeMatcher
from asciiart.matching.model import Model
from asciiart.matching.refinement.refiner import Refiner
from asciiart.matching.scores import StructureScore
from asciiart.options import Mode

_INK_COST = {"structure": 0.15, "tone": 0.0025}
"""What a pixel of ink costs more where ``simple`` is 1."""
_MIXED_WEIGHT = 0.0
"""Of a glyph's length where tone, too, says how much ink there is to be."""
_ROW_WEIGHT = 0.87
"""Of a glyph's length in rows of a proportional font, which reach a higher F than cells."""


class Matchers:
    """The matchers of one font, its characters and a model, each made when first asked for."""

    def __init__(
        self, font: Font, characters: str, model: Model, *, simple: float, strict: bool
    ) -> None:
        """Take what all have in common.

        ``simple``, 0 to 1, prefers characters of little ink; with ``strict`` the font must have
        every character.
        """
        self._font, self._characters, self._model = font, characters, model
        self._simple, self._strict = simple, strict
        self._matchers: dict[tuple[tuple[tuple[Mode, float], ...], Typeset | None], Matcher] = {}
        self._refiners: dict[Matcher, Refiner] = {}

    def matcher(self, shares: dict[Mode, float], typeset: Typeset | None) -> Matcher:
        """Return the matcher for modes that count so much.

        Raises
        ------
        FontError
            If the font lacks the characters.
        ModelError
            If the model is damaged.
        """
        key = (tuple(shares.items()), typeset)
        if key not in self._matchers:
            encoders = {mode: self._model.load_encoder(mode) for mode in shares}
            cell = self._cell([encoder.spec for encoder in encoders.values()], typeset)
            sides = tuple(
                self._side(mode, encoder, shares[mode], cell, typeset)
                for mode, encoder in encoders.items()
            )
            index = reduce(GlyphIndex.joined, (side.index for side in sides))
            self._matchers[key] = Matcher(sides, cell, index)
        return self._matchers[key]

    def refiner(self, matcher: Matcher, typeset: Typeset | None) -> Refiner:
        """Return what improves whole pages that were matched with one of these."""
        if matcher not in self._refiners:
            self._refiners[matcher] = Refiner(matcher, self._font, typeset)
        return self._refiners[matcher]

    def _cell(self, specs: Sequence[CodeSpec], typeset: Typeset | None) -> Cell:
        """Return a cell of whole steps of all codes."""
        down, right = (max(steps) for steps in zip(*(spec.step for spec in specs), strict=True))
        return typeset.cell(down) if typeset else self._font.cell(specs[0].cell_height, right)

    def _side(
        self, mode: Mode, encoder: Encoder, share: float, cell: Cell, typeset: Typeset | None
    ) -> ModeMatcher:
        score = self._model.score(mode)
        if isinstance(score, StructureScore):
            score = score if typeset is None else StructureScore(_ROW_WEIGHT)
            score = score if share == 1 else StructureScore(_MIXED_WEIGHT)
        index = cached_index(
            self._font,
            self._characters,
            encoder,
            score,
            cell=cell,
            typeset=typeset,
            folder=_index_folder(),
            model_digest=self._model.digest(mode),
            strict=self._strict,
        )
        if self._simple:
            index = index.preferring_little_ink(self._simple * _INK_COST[mode])
        return ModeMatcher(
            mode, encoder, score, share, index if share == 1 else index.weighing(share)
        )


def _index_folder() -> Path | None:
    folder = cache_folder()
    return None if folder is None else folder / "index"
