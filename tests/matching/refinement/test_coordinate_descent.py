"""Refining changes only what cells may have, phase after phase, until nothing betters the page."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asciiart.matching.glyph_index import GlyphIndex, Neighbors
from asciiart.matching.refinement.coordinate_descent import independent_sets, promote, refine


def make_index(spans=(1, 1, 1, 1), inks=(0, 1, 2, 3)):
    spans = np.array(spans, np.int64)
    keys = {int(n): np.ones((np.count_nonzero(spans == n), 2), np.float32) for n in set(spans)}
    names = " abcdefgh"[: len(spans)]
    return GlyphIndex(names, spans, keys, np.array(inks, np.float32), 1.0, 1)


def neighbors_of(glyph_ids):
    ids = np.array(glyph_ids, np.int32)
    return Neighbors(ids, -np.cumsum(np.ones(ids.shape, np.float32), axis=2))


class Wish:
    """Gains that are told beforehand for each cell and glyph; what was put is remembered."""

    def __init__(self, wishes, phases):
        self.wishes, self.phases = wishes, phases
        self.page = np.full(wishes.shape[:2], -1)

    def put(self, phase, glyphs):
        for cells, own in zip(self.phases[phase], glyphs, strict=True):
            self.page[cells.row, cells.column] = own

    def gains(self, phase):
        return [
            np.take_along_axis(self.wishes[cells.row, cells.column], cells.candidates, axis=1)
            for cells in self.phases[phase]
        ]


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 4), st.integers(0, 1000))
def test_each_cell_gets_the_candidate_that_gains_most(rows, columns, k, seed):
    random = np.random.default_rng(seed)
    index = make_index()
    ids = np.argsort(random.random((rows, columns, 4)), axis=2)[..., :k]
    nearest = neighbors_of(ids)
    phases = independent_sets(nearest, index, 2, spaces=True)
    first, second = (Wish(random.random((rows, columns, 4)), phases) for _ in range(2))
    found = refine(nearest, index, phases, [first, second]).glyph_ids[..., 0]
    gains = first.wishes + second.wishes
    allowed = np.zeros((rows, columns, 4), bool)
    np.put_along_axis(allowed, ids, values=True, axis=2)
    allowed[..., 0] = True
    expected = np.where(allowed, gains, -1).argmax(axis=2)
    moved = first.page >= 0
    np.testing.assert_array_equal(found[moved], expected[moved])
    np.testing.assert_array_equal(first.page, second.page)
    assert (ids[~moved, 0] == 0).all()


@pytest.mark.parametrize("apart", [2, 3])
def test_glyphs_of_a_phase_have_others_between_them(apart):
    nearest = neighbors_of(np.tile(np.array([1, 2]), (5, 7, 1)))
    phases = independent_sets(nearest, make_index(), apart, spaces=False)
    assert sum(len(cells.row) for phase in phases for cells in phase) == 35
    for (cells,) in phases:
        for i, j in np.ndindex(len(cells.row), len(cells.row)):
            down, right = abs(cells.row[i] - cells.row[j]), abs(cells.column[i] - cells.column[j])
            assert (i == j) or down >= 2 or (down == 0 and right >= apart)


def test_cells_that_meet_at_a_corner_may_change_at_the_same_time():
    nearest = neighbors_of(np.tile(np.array([1, 2]), (5, 7, 1)))
    phases = independent_sets(nearest, make_index(), 2, spaces=False, diagonals=False)
    assert [len(cells.row) for (cells,) in phases] == [18, 17]
    for (cells,) in phases:
        assert len(set((cells.row + cells.column) % 2)) == 1


def test_held_glyphs_are_put_but_not_changed():
    nearest = neighbors_of([[[1, 2], [1, 2], [0, 2]]])
    held = np.array([[True, False, True]])
    phases = independent_sets(nearest, make_index(), 2, spaces=False, held=held)
    wish = Wish(np.tile(np.arange(4.0), (1, 3, 1)), phases)
    found = refine(nearest, make_index(), phases, [wish])
    assert found.glyph_ids[..., 0].tolist() == [[1, 2, 0]]
    assert wish.page.tolist() == [[1, 2, -1]]


def test_a_single_sweep_may_leave_something_to_gain():
    class Attracted(Wish):
        """Each cell gains by the glyph of the cell to its right."""

        def gains(self, phase):
            beside = np.append(self.page[:, 1:], [[2]], axis=1)
            return [
                (cells.candidates == beside[cells.row, cells.column][:, None]).astype(float)
                for cells in self.phases[phase]
            ]

    nearest = neighbors_of(np.tile(np.array([1, 2]), (1, 6, 1)))
    pages = []
    for sweeps in (1, 4):
        phases = independent_sets(nearest, make_index(), 2, spaces=False)
        term = Attracted(np.zeros((1, 6, 4)), phases)
        refine(nearest, make_index(), phases, [term], sweeps=sweeps)
        pages.append(term.page.tolist())
    assert pages == [[[1, 1, 1, 1, 1, 2]], [[2, 2, 2, 2, 2, 2]]]


def test_glyphs_of_a_row_are_counted_whatever_their_width():
    index = make_index(spans=(1, 1, 2, 2))
    ids = np.full((1, 6, 2), -1)
    ids[0, [0, 2, 3, 5]] = [[2, 3], [1, -1], [3, 2], [1, 1]]
    phases = independent_sets(neighbors_of(ids), index, 2, spaces=False)
    there = [[(c.span, c.column.tolist(), c.candidates.tolist()) for c in p] for p in phases]
    assert there == [[(2, [0, 3], [[0, 1], [1, 0]])], [], [], [], [(1, [2, 5], [[1], [1]])]]


def test_only_glyphs_one_column_wide_may_become_spaces():
    index = make_index(spans=(1, 1, 2, 2))
    ids = np.full((1, 3, 1), -1)
    ids[0, [0, 1], 0] = [1, 3]
    phases = independent_sets(neighbors_of(ids), index, 2, spaces=True)
    candidates = {cells.span: cells.candidates.tolist() for phase in phases for cells in phase}
    assert candidates == {1: [[1, 0]], 2: [[1]]}


def test_without_spaces_none_is_chosen():
    index = make_index(inks=(0, 1, 0, 3))
    nearest = neighbors_of([[[1, 0, 2]]])
    *rest, (cells,) = independent_sets(nearest, index, 2, spaces=False)
    assert not any(rest)
    assert cells.candidates.tolist() == [[1]]


def test_blank_paper_is_left_alone():
    nearest = neighbors_of([[[0, -1], [0, 0]]])
    assert not any(independent_sets(nearest, make_index(), 2, spaces=True))


def test_the_chosen_are_put_first_and_the_others_stay_in_order():
    ids = np.array([[[3, 5, 7], [2, 4, 6]]], np.int32)
    nearest = Neighbors(ids, np.array([[[9, 8, 7], [6, 5, 4]]], np.float32))
    found = promote(nearest, np.array([[7, 0]]))
    assert found.glyph_ids.tolist() == [[[7, 3, 5], [0, 2, 4]]]
    assert found.scores.tolist() == [[[7, 9, 8], [0, 6, 5]]]
