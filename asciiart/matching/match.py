"""Stages 4 and 5: an inked page -> the glyphs that draw it, in cells or along rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import faiss
import numpy as np
from numpy.typing import NDArray

from asciiart.glyphs.grid import Cell
from asciiart.matching.cell_codes import cell_codes, inked_cells
from asciiart.matching.encoder import Encoder, Ink
from asciiart.matching.even_cells import (
    GrayScale,
    InkExtent,
    InkRange,
    Levels,
    ink_extent,
    make_gray_scale,
    to_range,
)
from asciiart.matching.glyph_index import GlyphIndex, Neighbors
from asciiart.matching.row_solver import Step, score_rows, solve_rows
from asciiart.matching.row_windows import (
    Floats,
    Ids,
    LowRankMap,
    Mask,
    RowWindows,
    make_row_windows,
    reduce_rank,
    stack_offsets,
)
from asciiart.matching.scores import MatchScore
from asciiart.options import Mode
from asciiart.page.ink_page import white_ink

if TYPE_CHECKING:
    from asciiart.matching.glyph_index import Neighbors


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
class ModeMatcher:
    """One mode's part of a match."""

    mode: Mode
    encoder: Encoder
    score: MatchScore
    """What the encoder stands for."""
    weight: float
    """By which scores are multiplied."""
    index: GlyphIndex
    """Of the side's own code, weighed."""

    @property
    def endless(self) -> bool:
        """Whether a page goes on beyond its border: brightness does, and lines end."""
        return self.mode == "tone"


@dataclass(frozen=True, eq=False)
class Matcher:
    """What matching needs."""

    sides: tuple[ModeMatcher, ...]
    """One, or tone and structure: each sees a page of its own."""
    cell: Cell
    index: GlyphIndex
    """Of the sides' codes side by side."""

    @cached_property
    def gray_scale(self) -> GrayScale | None:
        """What even grays are drawn with; None if brightness counts for nothing."""
        tone = next((side for side in self.sides if side.mode == "tone"), None)
        if tone is None or not tone.weight or not self.index.density:
            return None
        cell_pixels = self.cell.height * self.cell.width
        white = white_ink(self.index.density, structure=1 - tone.weight)
        return make_gray_scale(tone.encoder, tone.index, self.index, cell_pixels, white)

    def ink_extent(self, pages: Sequence[Ink]) -> InkExtent | None:
        """Return how much ink cells hold of what the sides see (R·h, C·w), if even grays matter.

        That is, of what tone sees, where no other side sees anything.
        """
        if self.gray_scale is None:
            return None
        by_mode = {side.mode: page for side, page in zip(self.sides, pages, strict=True)}
        tone = by_mode.pop("tone")
        return ink_extent(tone, list(by_mode.values()), self.cell, self.gray_scale.white)

    def even_parts(self, pages: Sequence[Ink]) -> InkRange | None:
        """Return where whole pages (R·h, C·w) are an even gray, if that has its own glyphs."""
        extent = self.ink_extent(pages)
        return None if extent is None else to_range(extent, self.cell)

    def even_windows(self, pages: Sequence[Ink], spans: NDArray[np.int64]) -> Mask:
        """Return (R, C), True where a glyph of that many columns (R, C) covers an even gray."""
        found = np.zeros(spans.shape, bool)
        even = self.even_parts(pages)
        if even is not None:
            for span in self.index.keys:
                found |= (spans == span) & (even.levels(span) >= 0)
        return found


@dataclass(frozen=True)
class RowRules:
    """What a row of glyphs of different widths has to keep to."""

    glyph_cost: float = 0.0
    """A glyph has to add so much to the score."""
    posting: bool = False
    """Whether, as boards ask for, no half-width space begins a row or follows another one."""
    proportional: bool = False
    """Whether columns are pixels, so that a row may end anywhere."""


class PagePart(NamedTuple):
    """Which rows of pages are matched, and what is known of them from the whole page."""

    rows: slice
    """Which of the pages' rows; those beside them are only seen."""
    even: InkRange | None
    """Where these rows are an even gray; None if that does not matter."""
    shortenings: Sequence[LowRankMap] | None = None
    """The whole page's, one for each side, for rows of unequal glyphs."""


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
    matcher: Matcher,
    k: int,
    rules: RowRules,
    *,
    part: PagePart | None = None,
) -> Neighbors:
    """Return the best glyphs for what each side sees (R·h, C·w), and the ``k`` best (R, C, k).

    -1 where no glyph begins; the k best are as wide as the first. Of a ``part`` of a page only
    the rows that it names are matched.
    """
    if list(matcher.index.keys) == [1]:
        return match_cells(pages, matcher, k, part)
    nearest = match_rows(pages, matcher, k, rules, part)
    return nearest if rules.proportional else _fill_ends(nearest, matcher.index)


def match_cells(
    pages: Sequence[Ink], matcher: Matcher, k: int, part: PagePart | None = None
) -> Neighbors:
    """Return the ``k`` nearest glyphs of each cell (R, C, k) of pages (R·h, C·w).

    All glyphs are one cell wide. Blank cells are not searched: theirs is the space. Nor are rows
    beside the ``part``'s.
    """
    part = part or PagePart(_ALL, matcher.even_parts(pages))
    wanted = part.rows
    rows, columns = (n // size for n, size in zip(pages[0].shape, matcher.cell.size, strict=True))
    inked = np.logical_or.reduce([inked_cells(page, rows, columns) for page in pages])
    where = np.zeros_like(inked)
    where[wanted] = inked[wanted]
    levels = np.full(where.shape, -1)
    if part.even is not None:
        levels[wanted] = part.even.levels()
    # Where one side's page is blank, another's may hold ink, and blank paper has a code, too.
    both = len(matcher.sides) > 1

    def search(uneven: Mask) -> Neighbors:
        cells = where.copy()
        cells[where] = uneven
        maps = (
            side.encoder.encode(page, everywhere=both, endless=side.endless)
            for side, page in zip(matcher.sides, pages, strict=True)
        )
        codes = [cell_codes(code_map, rows, columns, cells) for code_map in maps]
        return matcher.index.search(np.hstack(codes), k)

    return scatter_neighbors(_nearest(levels[where], search, matcher, k), where[wanted])


def _nearest(
    levels: Levels, search: Callable[[Mask], Neighbors], matcher: Matcher, k: int, span: int = 1
) -> Neighbors:
    """Return the ``k`` best glyphs (N, k) of windows with the ``levels`` (N,), -1 for uneven ones.

    ``search`` finds those of the uneven ones, which it is told (N,).
    """
    uneven = levels < 0
    if uneven.all() or matcher.gray_scale is None:
        return search(uneven)
    gray = matcher.gray_scale.nearest(levels[~uneven], matcher.index.ids_of(span), k)
    if not uneven.any():
        return gray
    return _interleaved(uneven, search(uneven), gray)


def _interleaved(where: Mask, first: Neighbors, second: Neighbors) -> Neighbors:
    """Return neighbors (N, k) of which those ``where`` (N,) are the first ones, in order."""
    joined = []
    for own, other in zip(first, second, strict=True):
        both = np.empty((len(where), own.shape[1]), own.dtype)
        both[where], both[~where] = own, other
        joined.append(both)
    return Neighbors(*joined)


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


def choose_offset(page: Ink, side: ModeMatcher, cell: Cell, rules: RowRules) -> Offset:
    """Return how a page (R·h, C·w) should lie in its rows and columns.

    By the scores of the best rows, whose glyphs are set here with the steps of the code, by which
    the page is moved too. Where columns are pixels, or less than a step, it stays at the left.
    """
    scores = score_offsets(page, side, cell, rules)
    return best_offset(scores, side)


def best_offset(scores: Floats | None, side: ModeMatcher) -> Offset:
    """Return the offset of the best scores (P, h/sy, R + 1) that `score_offsets` gives."""
    if scores is None:
        return Offset(0, 0, 0.0)
    step_down, step = side.encoder.spec.step
    whole = scores.sum(axis=2)
    scatter_neighbors, height = np.unravel_index(int(whole.argmax()), whole.shape)
    return Offset(int(height) * step_down, int(scatter_neighbors) * step, float(whole.max()))


def pad_for_offsets(page: Ink, side: ModeMatcher, cell: Cell) -> Ink:
    """Return a page with room for its columns' offsets."""
    step = side.encoder.spec.step[1]
    places = max(1, cell.width // step)
    left, right = (places - 1) * step, places * step if places > 1 else 0
    return np.pad(page, ((0, 0), (left, right)))


def score_offsets(
    page: Ink,
    side: ModeMatcher,
    cell: Cell,
    rules: RowRules,
    *,
    wanted: slice = _ALL,
    shortening: LowRankMap | None = None,
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
        for found in _priced(_glyph_steps([lattice], glyphs), rules.glyph_cost)
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
    matcher: Matcher,
    k: int,
    rules: RowRules,
    part: PagePart | None = None,
) -> Neighbors:
    """Return the glyphs of the best rows, and the next best as wide as each (R, C, k).

    -1 where no glyph begins. Of each width the best glyph from every column on is found, and of
    the paths through those the best.
    """
    part = part or PagePart(_ALL, matcher.even_parts(pages))
    lattices = [
        make_row_windows(page, side.encoder, matcher.cell, endless=side.endless).rows(part.rows)
        for side, page in zip(matcher.sides, pages, strict=True)
    ]
    given = [None] * len(lattices) if part.shortenings is None else part.shortenings
    short = [
        reduce_rank(lattice, side.index.strip_moments, RANK, shortening)
        for side, lattice, shortening in zip(matcher.sides, lattices, given, strict=True)
    ]
    shortened = [(side.index, s.shortening) for side, s in zip(matcher.sides, short, strict=True)]
    even = part.even
    glyph_steps = _glyph_steps([s.lattice for s in short], list(_shortened(shortened)))
    steps = [
        *_priced([_with_grays(step, matcher, even) for step in glyph_steps], rules.glyph_cost),
        *_blank_steps(lattices[0], matcher.index, rules.posting),
    ]
    return _look_closer(solve_rows(steps), steps, _Windows(lattices, matcher, even), k)


def _with_grays(step: Step, matcher: Matcher, even: InkRange | None) -> Step:
    """Return a step with what the best glyph that has ink scores where the page is even."""
    if even is None or matcher.gray_scale is None:
        return step
    ids = matcher.index.ids_of(step.span)
    best = matcher.gray_scale.scores[:, ids[matcher.index.inks[ids] > 0]].max(axis=1)
    levels = even.levels(step.span)
    gray = (levels >= 0) & (step.scores > -np.inf)
    return step._replace(scores=np.where(gray, best[levels], step.scores))


def _shortened(sides: Sequence[tuple[GlyphIndex, LowRankMap]]) -> Iterator[_Glyphs]:
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


def _priced(steps: Iterable[Step], cost: float) -> Iterator[Step]:
    """Yield steps that score less by what a glyph costs."""
    return (step._replace(scores=step.scores - np.float32(cost)) for step in steps)


def _glyph_steps(lattices: Sequence[RowWindows], glyphs: Sequence[_Glyphs]) -> Iterator[Step]:
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
        scores[where] = best[:, 0]
        yield Step(span, scores)


def _cut(lattices: Sequence[RowWindows], row: Ids, column: Ids, span: int) -> Floats:
    """Return the windows (N, D') of all sides, as the index has their codes side by side."""
    return np.hstack([lattice.cut(row, column, span) for lattice in lattices])


def _blank_steps(lattice: RowWindows, index: GlyphIndex, posting: bool) -> Iterator[Step]:
    """Yield the spaces, which may stand anywhere."""
    for number in index.blanks.tolist():
        alone = posting and index.characters[number] == " "
        scores = np.full(lattice.shape, -_BLANK_COST)
        yield Step(int(index.spans[number]), scores, alone)


class _Windows(NamedTuple):
    """What the rows of a page may be cut into."""

    lattices: Sequence[RowWindows]
    """Of each side."""
    matcher: Matcher
    """What they are matched with."""
    even: InkRange | None
    """Where they are even grays."""

    def nearest(self, where: Mask, span: int, k: int) -> Neighbors:
        """Return the ``k`` best glyphs (N, k) for the windows that begin ``where`` (R, C)."""
        row, column = np.nonzero(where)
        levels = np.full(len(row), -1) if self.even is None else self.even.levels(span)[where]

        def search(uneven: Mask) -> Neighbors:
            windows = _cut(self.lattices, row[uneven], column[uneven], span)
            return self.matcher.index.search(windows, k, span)

        return _nearest(levels, search, self.matcher, k, span)


def _look_closer(
    path: NDArray[np.int32],
    steps: Sequence[Step],
    windows: _Windows,
    k: int,
) -> Neighbors:
    """Return the ``k`` best glyphs with ink for the windows of a path, by their whole codes."""
    index = windows.matcher.index
    glyph_ids = np.full((*path.shape, k), -1, np.int32)
    scores = np.zeros((*path.shape, k), np.float32)
    blanks = iter(index.blanks.tolist())
    for number, step in enumerate(steps):
        where = path == number
        if number >= len(steps) - len(index.blanks):
            glyph_ids[where, 0] = next(blanks)
            continue
        if where.any():
            nearest = windows.nearest(where, step.span, k + len(index.blanks))
            kept = min(k, nearest.glyph_ids.shape[1])
            with_ink = np.isin(nearest.glyph_ids, index.blanks).argmin(axis=1)
            rank = np.arange(nearest.glyph_ids.shape[1])
            order = np.argsort(rank != with_ink[:, None], axis=1, kind="stable")[:, :kept]
            glyph_ids[where, :kept] = np.take_along_axis(nearest.glyph_ids, order, axis=1)
            scores[where, :kept] = np.take_along_axis(nearest.scores, order, axis=1)
    return Neighbors(glyph_ids, scores)


def scatter_neighbors(nearest: Neighbors, where: NDArray[np.bool_]) -> Neighbors:
    """Return the neighbors (R, C, k) of all cells from those (N, k) of the cells ``where`` (R, C).

    A cell that was not searched is blank paper: a space, without alternatives.
    """
    k = nearest.glyph_ids.shape[1]
    glyph_ids = np.full((*where.shape, k), -1, np.int32)
    glyph_ids[..., 0] = 0
    scores = np.zeros((*where.shape, k), np.float32)
    glyph_ids[where] = nearest.glyph_ids
    scores[where] = nearest.scores
    return type(nearest)(glyph_ids, scores)
