"""Stages 4 and 5: an inked page -> the glyphs that draw it, in cells or along rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import faiss
import numpy as np
from numpy.typing import NDArray

from asciiart.art import Mode, place
from asciiart.encoder import Encoder, Ink
from asciiart.features import Score
from asciiart.grid import Cell
from asciiart.index import GlyphIndex, Neighbors
from asciiart.lattice import (
    Floats,
    Ids,
    Lattice,
    Shortening,
    make_lattice,
    shorten,
    stack_offsets,
)
from asciiart.patches import cut, inked_cells
from asciiart.rows import Step, score_rows, solve_rows

_Pixel = TypeVar("_Pixel", bound=np.generic)

RANK = 32
"""Numbers of a strip by which a row's paths are found."""
OFFSET_RANK = 48
"""Numbers of a strip by which offsets are compared."""
_ALL = slice(None)
_CHUNK = 2048
"""Windows that are searched at once: few enough to stay in the processor's cache."""
_BLANK_COST = np.float32(1e-3)
"""Of each space: of equally good rows the one with the fewest is taken."""


@dataclass(frozen=True)
class Side:
    """One mode's part of a match."""

    mode: Mode
    encoder: Encoder
    score: Score
    """What the encoder stands for."""
    weight: float
    """By which scores are multiplied."""
    index: GlyphIndex
    """Of the side's own code, weighed."""


@dataclass(frozen=True, eq=False)
class Kit:
    """What matching needs."""

    sides: tuple[Side, ...]
    """One, or tone and structure: each sees a page of its own."""
    cell: Cell
    index: GlyphIndex
    """Of the sides' codes side by side."""


@dataclass(frozen=True)
class RowRules:
    """What a row of glyphs of different widths has to keep to."""

    glyph_cost: float = 0.0
    """A glyph has to add so much to the score."""
    posting: bool = False
    """Whether, as boards ask for, no half-width space begins a row or follows another one."""
    proportional: bool = False
    """Whether columns are pixels, so that a row may end anywhere."""


class Offset(NamedTuple):
    """Where a page lies in its rows and columns."""

    down: int
    """Pixels, 0 to h - 1, below the first row's top."""
    right: int
    """Pixels, 0 to w - 1, right of the first column's left."""
    score: float
    """Of the best rows there, without what glyphs after the first in the index may add."""


def move(page: NDArray[_Pixel], offset: Offset, cell: Cell, scale: int = 1) -> NDArray[_Pixel]:
    """Return a page (s·R·h, s·C·w) moved on a page of one more row and column, if any is needed."""
    around = []
    for pixels, size in ((offset.down, cell.height), (offset.right, cell.width)):
        around.append((scale * pixels, scale * (size - pixels)) if pixels else (0, 0))
    return np.pad(page, around)


def match_page(
    pages: Sequence[Ink],
    kit: Kit,
    k: int,
    rules: RowRules,
    *,
    wanted: slice = _ALL,
    shortenings: Sequence[Shortening] | None = None,
) -> Neighbors:
    """Return the best glyphs for what each side sees (R·h, C·w), and the ``k`` best (R, C, k).

    -1 where no glyph begins; the k best are as wide as the first. Of a part of a page only the
    rows ``wanted`` are matched, by ``shortenings``, one for each side, of the whole page.
    """
    if list(kit.index.keys) == [1]:
        return match_cells(pages, kit, k, wanted)
    nearest = match_rows(pages, kit, k, rules, wanted=wanted, shortenings=shortenings)
    return nearest if rules.proportional else _fill_ends(nearest, kit.index)


def match_cells(pages: Sequence[Ink], kit: Kit, k: int, wanted: slice = _ALL) -> Neighbors:
    """Return the ``k`` nearest glyphs of each cell (R, C, k) of pages (R·h, C·w).

    All glyphs are one cell wide. Blank cells are not searched: theirs is the space. Nor are rows
    that are not ``wanted``.
    """
    rows, columns = (n // size for n, size in zip(pages[0].shape, kit.cell.size, strict=True))
    inked = np.logical_or.reduce([inked_cells(page, rows, columns) for page in pages])
    where = np.zeros_like(inked)
    where[wanted] = inked[wanted]
    # Where one side's page is blank, another's may hold ink, and blank paper has a code, too.
    both = len(kit.sides) > 1
    codes = [
        cut(side.encoder.encode(page, everywhere=both), rows, columns, where)
        for side, page in zip(kit.sides, pages, strict=True)
    ]
    return place(kit.index.search(np.hstack(codes), k), where[wanted])


def _fill_ends(nearest: Neighbors, index: GlyphIndex) -> Neighbors:
    """Return rows of half-width cells with the space in every cell that no glyph covers."""
    spans = index.spans_at(nearest.glyph_ids[..., 0])
    row, column = np.nonzero(spans)
    ends = np.zeros((len(spans), spans.shape[1] + 1), np.int64)
    np.add.at(ends, (row, column), 1)
    np.add.at(ends, (row, column + spans[row, column]), -1)
    covered = np.cumsum(ends, axis=1)[:, :-1] > 0
    glyph_ids = nearest.glyph_ids.copy()
    glyph_ids[~covered, 0] = 0
    return nearest._replace(glyph_ids=glyph_ids)


class _Glyphs(NamedTuple):
    """Glyphs of one width that have ink, by keys of short strips."""

    span: int
    keys: Floats
    """(G', n·r + 1)."""


def choose_offset(page: Ink, side: Side, cell: Cell, rules: RowRules) -> Offset:
    """Return how a page (R·h, C·w) should lie in its rows and columns.

    By the scores of the best rows, whose glyphs are set here with the steps of the code, by which
    the page is moved too. Where columns are pixels, or less than a step, it stays at the left.
    """
    scores = score_offsets(page, side, cell, rules)
    return best_offset(scores, side)


def best_offset(scores: Floats | None, side: Side) -> Offset:
    """Return the offset of the best scores (P, h/sy, R + 1) that `score_offsets` gives."""
    if scores is None:
        return Offset(0, 0, 0.0)
    step_down, step = side.encoder.spec.step
    whole = scores.sum(axis=2)
    place, height = np.unravel_index(int(whole.argmax()), whole.shape)
    return Offset(int(height) * step_down, int(place) * step, float(whole.max()))


def pad_for_offsets(page: Ink, side: Side, cell: Cell) -> Ink:
    """Return a page with room for its columns' offsets."""
    step = side.encoder.spec.step[1]
    places = max(1, cell.width // step)
    left, right = (places - 1) * step, places * step if places > 1 else 0
    return np.pad(page, ((0, 0), (left, right)))


def score_offsets(
    page: Ink,
    side: Side,
    cell: Cell,
    rules: RowRules,
    *,
    wanted: slice = _ALL,
    shortening: Shortening | None = None,
) -> Floats | None:
    """Return what each row scores at each offset (P, h/sy, R + 1); None if no glyph has ink.

    Of the R + 1 rows of a page (R·h, C·w) those that are ``wanted``; see `choose_offset`.
    ``shortening`` is that of a page of which this is a part.
    """
    step_down, step = side.encoder.spec.step
    places = max(1, cell.width // step)
    padded = pad_for_offsets(page, side, cell)
    moments = side.index.strip_moments
    lattice, shortening = stack_offsets(
        padded, side.encoder, cell, moments, OFFSET_RANK, wanted=wanted, shortening=shortening
    )
    by_width: dict[int, list[Floats]] = {}
    for span, keys in _shortened([(side.index, shortening)]):
        by_width.setdefault(-(-span * cell.width // step), []).append(keys)
    glyphs = [_Glyphs(width, np.concatenate(keys)) for width, keys in by_width.items()]
    steps = [
        Step(found.span // places, _by_place(found.scores, places))
        for found in _glyph_steps([lattice], glyphs, rules.glyph_cost)
    ]
    if not steps:  # no character has ink
        return None
    blanks = Step(1, np.full(steps[0].scores.shape, -_BLANK_COST))
    heights = cell.height // step_down
    return score_rows([*steps, blanks]).reshape(places, heights, -1)


def _by_place(scores: Floats, places: int) -> Floats:
    """Return the scores (P·R, C') of every P-th column, from P - 1 on, then from P - 2 on, ..."""
    columns = scores.shape[1] // places
    parts = [
        scores[:, first : first + places * columns : places][:, :columns]
        for first in range(places - 1, -1, -1)
    ]
    return np.concatenate(parts)


def match_rows(
    pages: Sequence[Ink],
    kit: Kit,
    k: int,
    rules: RowRules,
    *,
    wanted: slice = _ALL,
    shortenings: Sequence[Shortening] | None = None,
) -> Neighbors:
    """Return the glyphs of the best rows, and the next best as wide as each (R, C, k).

    -1 where no glyph begins. Of each width the best glyph from every column on is found, and of
    the paths through those the best. See `match_page` for ``wanted`` and ``shortenings``.
    """
    lattices = [
        make_lattice(page, side.encoder, kit.cell).rows(wanted)
        for side, page in zip(kit.sides, pages, strict=True)
    ]
    given = [None] * len(lattices) if shortenings is None else shortenings
    short = [
        shorten(lattice, side.index.strip_moments, RANK, shortening)
        for side, lattice, shortening in zip(kit.sides, lattices, given, strict=True)
    ]
    shortened = [(side.index, s.shortening) for side, s in zip(kit.sides, short, strict=True)]
    steps = [
        *_glyph_steps([s.lattice for s in short], list(_shortened(shortened)), rules.glyph_cost),
        *_blank_steps(lattices[0], kit.index, rules.posting),
    ]
    return _look_closer(solve_rows(steps), steps, lattices, kit.index, k)


def _shortened(sides: Sequence[tuple[GlyphIndex, Shortening]]) -> Iterator[_Glyphs]:
    """Yield the glyphs of each span by keys of all sides."""
    whole = sides[0][0]
    for span in whole.keys:
        with_ink = whole.inks[whole.ids_of(span)] > 0
        if with_ink.any():
            keys = [
                (index.strips_of(span)[with_ink] @ shortening.glyph).reshape(with_ink.sum(), -1)
                for index, shortening in sides
            ]
            biases = np.add.reduce([index.keys[span][with_ink, -1:] for index, _ in sides])
            yield _Glyphs(span, np.hstack([*keys, biases]))


def _glyph_steps(
    lattices: Sequence[Lattice], glyphs: Sequence[_Glyphs], cost: float
) -> Iterator[Step]:
    """Yield, for each width, what its best glyph scores from every column on that has ink."""
    for span, keys in glyphs:
        where = np.logical_or.reduce([lattice.where(span) for lattice in lattices])
        scores = np.full(where.shape, -np.inf, np.float32)
        row, column = np.nonzero(where)
        best = np.empty((len(row), 1), np.float32)
        queries = np.ones((_CHUNK, keys.shape[1]), np.float32)
        for start in range(0, len(row), _CHUNK):
            some = slice(start, start + _CHUNK)
            own = queries[: len(row[some])]
            own[:, :-1] = _cut(lattices, row[some], column[some], span)
            best[some], _ = faiss.knn(own, keys, 1, metric=faiss.METRIC_INNER_PRODUCT)
        scores[where] = best[:, 0] - np.float32(cost)
        yield Step(span, scores)


def _cut(lattices: Sequence[Lattice], row: Ids, column: Ids, span: int) -> Floats:
    """Return the windows (N, D') of all sides, as the index has their codes side by side."""
    return np.hstack([lattice.cut(row, column, span) for lattice in lattices])


def _blank_steps(lattice: Lattice, index: GlyphIndex, posting: bool) -> Iterator[Step]:
    """Yield the spaces, which may stand anywhere."""
    for number in index.blanks.tolist():
        alone = posting and index.characters[number] == " "
        scores = np.full(lattice.shape, -_BLANK_COST)
        yield Step(int(index.spans[number]), scores, alone)


def _look_closer(
    path: NDArray[np.int32],
    steps: Sequence[Step],
    lattices: Sequence[Lattice],
    index: GlyphIndex,
    k: int,
) -> Neighbors:
    """Return the ``k`` best glyphs with ink for the windows of a path, by their whole codes."""
    glyph_ids = np.full((*path.shape, k), -1, np.int32)
    scores = np.zeros((*path.shape, k), np.float32)
    blanks = iter(index.blanks.tolist())
    for number, step in enumerate(steps):
        where = path == number
        if number >= len(steps) - len(index.blanks):
            glyph_ids[where, 0] = next(blanks)
            continue
        if where.any():
            row, column = np.nonzero(where)
            windows = _cut(lattices, row, column, step.span)
            nearest = index.search(windows, k + len(index.blanks), step.span)
            kept = min(k, nearest.glyph_ids.shape[1])
            with_ink = np.isin(nearest.glyph_ids, index.blanks).argmin(axis=1)
            rank = np.arange(nearest.glyph_ids.shape[1])
            order = np.argsort(rank != with_ink[:, None], axis=1, kind="stable")[:, :kept]
            glyph_ids[where, :kept] = np.take_along_axis(nearest.glyph_ids, order, axis=1)
            scores[where, :kept] = np.take_along_axis(nearest.scores, order, axis=1)
    return Neighbors(glyph_ids, scores)
