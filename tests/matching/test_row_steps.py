"""Steps hold the score of each width's best glyph, wherever a window with ink begins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from asciiart.matching.glyph_index import GlyphIndex
from asciiart.matching.row_solver import RowStep
from asciiart.matching.row_steps import (
    BLANK_COST,
    ReducedGlyphs,
    blank_steps,
    cut_windows,
    glyph_steps,
    reduce_glyphs,
    with_glyph_cost,
)
from asciiart.matching.row_windows import LowRankMap, RowWindows

RANDOM = np.random.default_rng(3)
INDEX = GlyphIndex(
    characters=" a\u3000b",
    spans=np.array([1, 1, 2, 2]),
    keys={
        1: RANDOM.normal(size=(2, 4)).astype(np.float32),
        2: RANDOM.normal(size=(2, 7)).astype(np.float32),
    },
    inks=np.array([0, 3, 0, 5], np.float32),
    density=0.4,
    column_code_size=3,
)


@pytest.fixture
def windows() -> RowWindows:
    """Return one row of five columns, whose third one is blank."""
    strips = np.random.default_rng(4).normal(size=(1, 1, 6, 3)).astype(np.float32)
    inked = np.cumsum([[0, 1, 1, 0, 1, 1]], axis=1)
    return RowWindows(strips, inked, 1)


def test_the_best_glyph_of_each_width_is_scored_from_every_column(windows: RowWindows) -> None:
    keys = RANDOM.normal(size=(5, 7)).astype(np.float32)
    (step,) = glyph_steps([windows], [ReducedGlyphs(2, keys)])
    assert step.span == 2
    codes = [windows.strips[0, 0, left : left + 2].ravel() for left in range(4)]
    expected = [max(keys[:, :-1] @ code + keys[:, -1]) for code in codes]
    np.testing.assert_allclose(step.scores[0, :4], expected, rtol=1e-5)
    assert step.scores[0, 4] == -np.inf  # two columns would leave the row


def test_a_window_without_ink_has_no_score(windows: RowWindows) -> None:
    (step,) = glyph_steps([windows], [ReducedGlyphs(1, np.ones((1, 4), np.float32))])
    assert (step.scores > -np.inf).tolist() == [[True, True, False, True, True]]


def test_windows_of_two_modes_are_side_by_side(windows: RowWindows) -> None:
    other = replace(windows, strips=-windows.strips)
    row, column = np.array([0, 0]), np.array([1, 3])
    both = cut_windows([windows, other], row, column, 1)
    np.testing.assert_array_equal(both[:, :3], windows.strips[0, 0, column])
    np.testing.assert_array_equal(both[:, 3:], -both[:, :3])


def test_glyphs_without_ink_are_left_out_and_biases_add_up() -> None:
    same = LowRankMap(np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32))
    glyphs = list(reduce_glyphs([(INDEX, same), (INDEX.scaled(2), same)]))
    assert [one.span for one in glyphs] == [1, 2]
    for one in glyphs:
        own = INDEX.keys[one.span][1]
        np.testing.assert_allclose(one.keys, [[*own[:-1], *(2 * own[:-1]), 3 * own[-1]]])


def test_every_glyph_costs_the_same() -> None:
    (step,) = with_glyph_cost([RowStep(2, np.array([[1, -np.inf]], np.float32))], 0.25)
    assert (step.span, step.scores.tolist()) == (2, [[0.75, -np.inf]])


@pytest.mark.parametrize("no_adjacent_spaces", [False, True])
def test_only_the_half_width_space_is_restricted(no_adjacent_spaces: bool) -> None:
    half, full = blank_steps((2, 4), INDEX, no_adjacent_spaces=no_adjacent_spaces)
    assert (half.span, full.span) == (1, 2)
    assert (half.scores == -BLANK_COST).all()
    assert half.scores.shape == (2, 4)
    assert (half.no_adjacent_spaces, full.no_adjacent_spaces) == (no_adjacent_spaces, False)
