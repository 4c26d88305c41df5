"""The matchers of a font, a character set and a model: made on first use, then kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

from asciiart.glyphs.font import Font
from asciiart.glyphs.grid import Cell
from asciiart.glyphs.typesetting import Typeset
from asciiart.io.files.user_folders import cache_folder
from asciiart.matching.encoder import CodeSpec, Encoder
from asciiart.matching.glyph_index import GlyphIndex
from asciiart.matching.index_cache import cached_index
from asciiart.matching.matcher import Matcher, ModeMatcher
from asciiart.matching.model import Model
from asciiart.matching.refinement.refiner import Refiner
from asciiart.matching.scores import StructureScore
from asciiart.options import Mode

_INK_COST = {"structure": 0.15, "tone": 0.0025}
"""Cost per pixel of ink at an ink penalty of 1."""
_MIXED_WEIGHT = 0.0
"""Weight of a glyph's stroke length in a blend, where tone already fixes the amount of ink."""
_ROW_WEIGHT = 0.87
"""Weight of a glyph's stroke length in proportional rows, which reach a higher F than cells."""


class Matchers:
    """The matchers of one font, its characters and a model, each made when first asked for."""

    def __init__(
        self, font: Font, characters: str, model: Model, *, ink_penalty: float, strict: bool
    ) -> None:
        """Take what all matchers have in common.

        ``ink_penalty``, 0 to 1, favors characters with little ink; with ``strict`` the font must
        have every character.
        """
        self._font, self._characters, self._model = font, characters, model
        self._ink_penalty, self._strict = ink_penalty, strict
        self._matchers: dict[tuple[tuple[tuple[Mode, float], ...], Typeset | None], Matcher] = {}
        self._refiners: dict[Matcher, Refiner] = {}

    def matcher(self, shares: dict[Mode, float], typeset: Typeset | None) -> Matcher:
        """Return the matcher for a blend of modes; ``shares`` gives the share of each, 0 to 1.

        Raises
        ------
        FontError
            If the font has none of the characters or, with ``strict``, not all of them.
        ModelError
            If the model lacks a mode or is damaged.
        """
        key = (tuple(shares.items()), typeset)
        if key not in self._matchers:
            encoders = {mode: self._model.load_encoder(mode) for mode in shares}
            cell = self._cell([encoder.spec for encoder in encoders.values()], typeset)
            mode_matchers = tuple(
                self._mode_matcher(mode, encoder, shares[mode], cell, typeset)
                for mode, encoder in encoders.items()
            )
            index = reduce(GlyphIndex.concatenated, (own.index for own in mode_matchers))
            self._matchers[key] = Matcher(mode_matchers, cell, index)
        return self._matchers[key]

    def refiner(self, matcher: Matcher, typeset: Typeset | None) -> Refiner:
        """Return the refiner of pages that were matched with one of these matchers."""
        if matcher not in self._refiners:
            self._refiners[matcher] = Refiner(matcher, self._font, typeset)
        return self._refiners[matcher]

    def _cell(self, specs: Sequence[CodeSpec], typeset: Typeset | None) -> Cell:
        """Return a cell whose sides are multiples of the strides of all codes."""
        down, right = map(max, zip(*(spec.stride for spec in specs), strict=True))
        return typeset.cell(down) if typeset else self._font.cell(specs[0].cell_height, right)

    def _mode_matcher(
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
        if self._ink_penalty:
            index = index.with_ink_penalty(self._ink_penalty * _INK_COST[mode])
        scaled = index if share == 1 else index.scaled(share)
        return ModeMatcher(mode, encoder, score, share, scaled)


def _index_folder() -> Path | None:
    folder = cache_folder()
    return None if folder is None else folder / "index"
