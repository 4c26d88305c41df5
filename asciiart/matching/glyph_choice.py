"""Stage 5: pages that lie in their cells or rows -> the glyphs that draw them best."""

from __future__ import annotations

from collections.abc import Sequence

from asciiart.art.targets import Target
from asciiart.glyphs.typesetting import Typeset
from asciiart.matching.glyph_index import Neighbors
from asciiart.matching.large_matching import LargeMatch, MovedPage
from asciiart.matching.match import match_page
from asciiart.matching.matcher import Matcher
from asciiart.matching.refinement.refiner import Refiner
from asciiart.matching.row_steps import RowRules
from asciiart.options import Mode, Options, Quality
from asciiart.page.bands import is_one_band

_GLYPH_COST: dict[Mode, float] = {"structure": 0.3, "tone": 0.0}
"""Minimum gain for setting a glyph in a row of a proportional font."""
_CANDIDATES: dict[Mode, dict[Quality, int]] = {
    "structure": {"fast": 1, "good": 8, "best": 16},
    "tone": {"fast": 1, "good": 32, "best": 64},
}
"""Number of glyphs among which refinement chooses in each cell."""


def rules_of_rows(options: Options, target: Target | None, typeset: Typeset | None) -> RowRules:
    """Return what rows of a proportional font must keep to; rows of cells have no rules."""
    if typeset is None:
        return RowRules()
    cost = sum(share * _GLYPH_COST[mode] for mode, share in options.shares.items())
    return RowRules(
        cost, no_adjacent_spaces=target is not None and target.no_adjacent_spaces, proportional=True
    )


def choose_glyphs(
    pages: Sequence[MovedPage],
    matcher: Matcher,
    rules: RowRules,
    options: Options,
    refiner: Refiner | None,
) -> Neighbors:
    """Return the best glyphs of each cell, (R, C, ``options.neighbors``), best first.

    ``pages`` are what each side of the matcher sees. Without a ``refiner`` each cell, or row of a
    proportional font, is matched by itself.
    """
    kept = options.neighbors
    k = max(kept, *(_CANDIDATES[mode][options.quality] for mode in options.shares))
    if not is_one_band(pages[0].page.shape):
        match = LargeMatch(pages, matcher, k, rules)
        return match.first(kept) if refiner is None else refiner.refine_large(match, kept)
    height = pages[0].shape[0]
    nearest = match_page([page.ink_rows(0, height) for page in pages], matcher, k, rules)
    return (nearest if refiner is None else refiner.refine(nearest, pages)).first(kept)
