"""Tests of color_runs: neighbors of one color, and values where characters begin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asciiart.art.art import Art
from asciiart.art.formats.color_layers import color_layers
from asciiart.art.formats.color_runs import (
    Run,
    by_character,
    color_runs,
    has_wide,
    row_runs,
    starts,
)
from asciiart.glyphs.charsets import is_blank
from asciiart.io.terminal.color_mode import ColorMode


@pytest.mark.parametrize(
    ("row", "colors", "papers", "runs"),
    [
        ("abc", [1, 1, 2], None, [Run("ab", 1), Run("c", 2)]),
        ("a b", [1, 9, 1], None, [Run("a b", 1)]),
        ("a b", [1, 9, 2], None, [Run("a ", 1), Run("b", 2)]),
        ("  a", [7, 7, 1], None, [Run("  ", None), Run("a", 1)]),
        ("   ", [1, 2, 3], None, [Run("   ", None)]),
        ("a\u2800b", [1, 9, 1], None, [Run("a\u2800b", 1)]),
        ("ab", [1, 1], [5, 6], [Run("a", 1, 5), Run("b", 1, 6)]),
        ("a ", [1, 1], [5, 6], [Run("a", 1, 5), Run(" ", None, 6)]),
    ],
)
def test_runs(row: str, colors: list[int], papers: list[int] | None, runs: list[Run]) -> None:
    assert list(color_runs(row, colors, papers)) == runs


@given(st.lists(st.tuples(st.sampled_from("ab "), st.integers(0, 2), st.integers(0, 1))))
def test_every_character_is_in_a_run_of_its_colors(cells: list[tuple[str, int, int]]) -> None:
    text = "".join(cell[0] for cell in cells)
    runs = list(color_runs(text, [c[1] for c in cells], [c[2] for c in cells]))
    assert "".join(run.text for run in runs) == text
    shown = [(c, run.color, run.paper) for run in runs for c in run.text]
    for (character, ink, paper), (_, color, under) in zip(cells, shown, strict=True):
        assert under == paper
        assert is_blank(character) or color == ink


def test_rows_of_an_art(small_art: Art) -> None:
    layers = color_layers(small_art, ColorMode.TRUECOLOR)
    assert layers is not None
    rows = [list(runs) for runs in row_runs(small_art, layers)]
    assert ["".join(run.text for run in row) for row in rows] == list(small_art.rows)
    assert rows[2] == [Run("      ", None)]


def test_full_width_characters_have_one_value_each(wide_art: Art, small_art: Art) -> None:
    assert list(starts(wide_art)) == [[0, 1, 3, 4], [0, 1, 2, 3, 4]]
    assert [len(row) for row in by_character(wide_art, wide_art.colors)] == [4, 5]
    assert has_wide(wide_art)
    assert not has_wide(small_art)
