"""Stage 5, quality: the k best glyphs of every cell -> those that draw the page best together.

Codes judge a cell alone, but on the page glyphs meet. Terms that see the whole page (`stroke_term`,
`tone_term`) therefore tell what it gains by each glyph. Glyphs are changed one after the other
until no change improves the page (iterated conditional modes, Besag 1986); those of a phase do not
meet, so they change at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from asciiart.io.pictures.arrays import Mask
from asciiart.matching.arrays import Floats, Ids
from asciiart.matching.glyph_index import GlyphIndex, Neighbors


class Effort(NamedTuple):
    """How thoroughly the glyphs of a page are chosen."""

    candidates: int = 64
    """Most glyphs, the nearest, among which each is chosen."""
    sweeps: int = 4
    """Most sweeps over the page; after two there are hardly any changes."""
    diagonals: bool = True
    """Whether cells that meet at a corner change one after the other, not at the same time."""


THOROUGH = Effort()
"""The effort that leaves hardly anything to gain."""


class PhaseCells(NamedTuple):
    """N cells of one phase whose glyphs are equally wide.

    A glyph is given by its position among those of the index that are as wide.
    """

    row: Ids
    """(N,), the row of each cell."""
    column: Ids
    """(N,), the first column that each glyph covers."""
    span: int
    """Columns that the glyphs cover."""
    candidates: Ids
    """(N, k), the glyphs to choose from, the initial one first."""


Phases = Sequence[Sequence[PhaseCells]]
"""The cells of each phase, grouped by the width of their glyphs."""


class Term(Protocol):
    """A term of the page's score, which keeps track of the glyphs that are set on it."""

    def put(self, phase: int, glyphs: Sequence[Ids]) -> None:
        """Set glyphs (N,) into the cells of each width of a phase."""

    def gains(self, phase: int) -> list[Floats]:
        """Return the page's gain by each candidate (N, k), up to a constant of each cell."""


def count_glyphs(nearest: Neighbors, apart: int) -> Ids:
    """Return how many glyphs begin before each cell (R, C) of its row, modulo ``apart``."""
    begins = nearest.glyph_ids[..., 0] >= 0
    return np.asarray((np.cumsum(begins, axis=1) - begins) % apart)


def independent_sets(
    nearest: Neighbors,
    index: GlyphIndex,
    apart: int,
    *,
    spaces: bool,
    counts: Ids | None = None,
    held: Mask | None = None,
    diagonals: bool = True,
) -> Phases:
    """Return the cells with ink or a choice of glyphs, in phases within which no two glyphs meet.

    Glyphs of a row do not meet if ``apart`` - 1 others lie between them; glyphs of different rows
    do not meet if one row lies between them or, without ``diagonals``, unless one lies below the
    other. With ``spaces`` every glyph one column wide may also become a space. ``counts`` (R, C) is
    the result of `count_glyphs`, needed if ``nearest`` (R, C, k) is a part of a page. Glyphs that
    are ``held`` (R, C) stay. Those without a choice make a last phase, with one candidate each.
    """
    first = nearest.glyph_ids[..., 0]
    row, column = np.nonzero(first >= 0)
    order = (count_glyphs(nearest, apart) if counts is None else counts)[row, column]
    candidates = _candidates(nearest.glyph_ids[row, column].astype(np.int64), index, spaces)
    if held is not None:
        candidates = np.where(held[row, column, np.newaxis], candidates[:, :1], candidates)
    choice = (candidates != candidates[:, :1]).any(axis=1)
    settled = ~choice & (index.inks[candidates[:, 0]] > 0)
    spans = index.spans[candidates[:, 0]]
    number = np.empty(len(index.spans), np.int64)
    for span in index.keys:
        number[index.ids_of(span)] = np.arange(np.count_nonzero(index.spans == span))
    if diagonals or apart > 2:
        count, phase = 2 * apart, row % 2 * apart + order
    else:
        count, phase = 2, (row + order) % 2
    sets = [(choice & (phase == one), candidates) for one in range(count)]
    if settled.any():
        sets.append((settled, candidates[:, :1]))
    return [
        [
            PhaseCells(row[some], column[some], span, number[own[some]])
            for span in index.keys
            if len(some := np.flatnonzero(here & (spans == span)))
        ]
        for here, own in sets
    ]


def _candidates(glyph_ids: Ids, index: GlyphIndex, spaces: bool) -> Ids:
    """Return the candidates of cells (N, k), with the first glyph in place of missing ones."""
    first = glyph_ids[:, :1]
    if spaces:
        with_space = np.pad(glyph_ids, ((0, 0), (0, 1)))
        with_space[index.spans[first[:, 0]] > 1, -1] = -1
        return np.where(with_space < 0, first, with_space)
    blank = np.isin(glyph_ids, index.blanks)
    return np.where((glyph_ids < 0) | blank, first, glyph_ids)


def refine(
    nearest: Neighbors,
    index: GlyphIndex,
    phases: Phases,
    terms: Sequence[Term],
    *,
    sweeps: int = THOROUGH.sweeps,
) -> Neighbors:
    """Return the neighbors (R, C, k) with the glyph first that improves the page most."""
    chosen = [[cells.candidates[:, 0] for cells in phase] for phase in phases]
    for term in terms:
        for number, glyphs in enumerate(chosen):
            term.put(number, glyphs)
    for _ in range(sweeps):
        changed = False
        for number, phase in enumerate(phases):
            if all(cells.candidates.shape[1] == 1 for cells in phase):
                continue  # nothing to choose
            gains = [sum(parts) for parts in zip(*(t.gains(number) for t in terms), strict=True)]
            best = [_best_of(*both) for both in zip(phase, gains, strict=True)]
            if all(map(np.array_equal, best, chosen[number])):
                continue
            chosen[number] = best
            changed = True
            for term in terms:
                term.put(number, best)
        if not changed:
            break
    return promote(nearest, _page_of(nearest, index, phases, chosen))


def _page_of(
    nearest: Neighbors, index: GlyphIndex, phases: Phases, chosen: Sequence[Sequence[Ids]]
) -> Ids:
    """Return the glyph in each cell (R, C)."""
    glyph_ids = nearest.glyph_ids[..., 0].astype(np.int64)
    for phase, glyphs in zip(phases, chosen, strict=True):
        for cells, own in zip(phase, glyphs, strict=True):
            glyph_ids[cells.row, cells.column] = index.ids_of(cells.span)[own]
    return glyph_ids


def _best_of(cells: PhaseCells, gains: Floats) -> Ids:
    """Return the candidate (N,) with the greatest gain (N, k) of each cell."""
    best = gains.argmax(axis=1)[:, None]
    return np.asarray(np.take_along_axis(cells.candidates, best, axis=1)[:, 0])


def promote(nearest: Neighbors, chosen: Ids) -> Neighbors:
    """Return neighbors (R, C, k) with the ``chosen`` ones (R, C) first, the others in their order.

    A chosen glyph that is not among the neighbors replaces the last one, with a score of 0.
    """
    glyph_ids, scores = nearest.glyph_ids.copy(), nearest.scores.copy()
    same = glyph_ids == chosen[..., None]
    absent = ~same.any(axis=2)
    glyph_ids[absent, -1] = chosen[absent]
    scores[absent, -1] = 0
    rank = np.where(glyph_ids == chosen[..., None], -1, np.arange(glyph_ids.shape[2]))
    order = np.argsort(rank, axis=2, kind="stable")
    return Neighbors(
        np.take_along_axis(glyph_ids, order, axis=2), np.take_along_axis(scores, order, axis=2)
    )
