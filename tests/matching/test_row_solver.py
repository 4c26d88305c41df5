"""Rows are solved exactly: no path of steps scores higher than the one that is found."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asciiart.matching.row_solver import RowStep, score_rows, solve_rows


def walks(steps, row, columns):
    """Yield every path of a row as [(column, step), ...], the empty one included."""

    def on(column, path):
        yield path
        for number, step in enumerate(steps):
            if column + step.span > columns or step.scores[row, column] == -np.inf:
                continue
            if step.no_adjacent_spaces and (not path or steps[path[-1][1]].no_adjacent_spaces):
                continue
            yield from on(column + step.span, [*path, (column, number)])

    return on(0, [])


def total(steps, row, path):
    return sum(float(steps[number].scores[row, column]) for column, number in path)


def found_path(solved, row):
    return [(column, int(s)) for column, s in enumerate(solved[row]) if s >= 0]


@st.composite
def problems(draw):
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 7))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    steps = []
    for _ in range(draw(st.integers(1, 4))):
        # whole numbers, so that sums are exact and ties are many
        scores = random.integers(-4, 5, (rows, columns)).astype(np.float32)
        scores[random.random((rows, columns)) < 0.3] = -np.inf
        steps.append(RowStep(draw(st.integers(1, 4)), scores, draw(st.booleans())))
    return steps


@settings(deadline=None)
@given(problems())
def test_no_path_is_better(steps):
    rows, columns = steps[0].scores.shape
    solved, scores = solve_rows(steps), score_rows(steps)
    for row in range(rows):
        path = found_path(solved, row)
        every = list(walks(steps, row, columns))
        assert path in every
        assert total(steps, row, path) == scores[row]
        assert scores[row] == max(total(steps, row, other) for other in every)


def test_of_equal_ends_the_first_is_taken():
    nothing = RowStep(1, np.zeros((1, 5), np.float32))
    assert found_path(solve_rows([nothing]), 0) == []


def test_of_equal_steps_the_first_is_taken():
    one = np.ones((1, 4), np.float32)
    solved = solve_rows([RowStep(2, one), RowStep(2, one), RowStep(4, 2 * one)])
    assert found_path(solved, 0) == [(0, 0), (2, 0)]


@pytest.mark.parametrize("span", [1, 3])
def test_a_step_alone_neither_begins_nor_follows_its_like(span):
    gap = RowStep(span, np.full((1, 9), 1.0, np.float32), no_adjacent_spaces=True)
    ink = RowStep(2, np.full((1, 9), -0.25, np.float32))
    path = found_path(solve_rows([gap, ink]), 0)
    taken = [number for _, number in path]
    assert taken[0] == 1
    assert all(pair != (0, 0) for pair in pairwise(taken))
    assert 0 in taken


def test_rows_that_are_narrower_than_every_step_stay_empty():
    wide = [RowStep(5, np.ones((2, 3), np.float32))]
    assert (solve_rows(wide) == -1).all()
    assert score_rows(wide).tolist() == [0, 0]


def test_rows_do_not_know_of_each_other():
    random = np.random.default_rng(0)
    scores = random.normal(size=(2, 6, 30)).astype(np.float32)
    steps = [RowStep(3, scores[0]), RowStep(4, scores[1])]
    together = solve_rows(steps)
    for row in range(6):
        alone = solve_rows([RowStep(step.span, step.scores[row : row + 1]) for step in steps])
        np.testing.assert_array_equal(together[row : row + 1], alone)
