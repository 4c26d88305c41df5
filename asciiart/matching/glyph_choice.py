"""Stage 5: pages that lie in their cells or rows -> the glyphs that draw them best."""

from __future__ import annotations

from collections.abc import Sequence

from asciiart.art.targets import Target
from asciiart.glyphs.typesetting import Typeset
from asciiart.matching.glyph_index import Neighbors
from asciiart.matching.large_matching import LargeMatch, MovedPage
from asciiart.matching.match import match_page
from asciiart.matching.matcher import Matcher, PagePart
from asciiart.matching.refinement.coordinate_descent import THOROUGH, Effort
from asciiart.matching.refinement.refiner import Refiner
from asciiart.matching.row_steps import RowRules
from asciiart.options import Mode, Options, Quality
from asciiart.page.bands import is_one_band

_GLYPH_COST: dict[Mode, float] = {"structure": 0.3, "tone": 0.0}
"""Minimum gain for setting a glyph in a row of a proportional font."""
_CANDIDATES: dict[Mode, dict[Quality, int]] = {
    "structure": {"fast": 1, "good": 8, "best": 16},
    "tone": {"fast": 16, "good": 32, "best": 64},
}
"""Number of glyphs among which refinement chooses in each cell."""


def refines(options: Options, typeset: Typeset | None, ink_penalty: float) -> bool:
    """Tell whether glyphs are chosen that draw the page well together.

    Tone in cells gains so much by a single sweep that it takes it in any quality, but not with an
    ``ink_penalty``, of which a sweep knows nothing.
    """
    tone_in_cells = set(options.shares) == {"tone"} and typeset is None
    return options.quality != "fast" or (tone_in_cells and ink_penalty == 0)


def _effort(options: Options) -> Effort:
    """Return how thoroughly a page is refined."""
    candidates = max(_CANDIDATES[mode][options.quality] for mode in options.shares)
    if options.quality == "fast":
        return Effort(candidates, sweeps=1, diagonals=False)
    return THOROUGH._replace(candidates=candidates)


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
    kept, effort = options.neighbors, _effort(options)
    k = kept if refiner is None else max(kept, effort.candidates)
    if not is_one_band(pages[0].page.shape):
        match = LargeMatch(pages, matcher, k, rules)
        return match.first(kept) if refiner is None else refiner.refine_large(match, kept, effort)
    height = pages[0].shape[0]
    inks = [page.ink_rows(0, height) for page in pages]
    whole = PagePart(slice(None), matcher.even_parts(inks))
    nearest = match_page(inks, matcher, k, rules, part=whole)
    if refiner is not None:
        nearest = refiner.refine(nearest, pages, whole.even, effort)
    return nearest.first(kept)
