"""Rows that are matched some at a time get the glyphs that the whole page would get."""

from __future__ import annotations

import numpy as np
import pytest

from asciiart.glyphs.grid import Cell
from asciiart.matching import large_matching
from asciiart.matching.glyph_index import Neighbors
from asciiart.matching.large_matching import LargeMatch, MovedPage, concatenate_rows, survey
from asciiart.matching.match import match_page
from asciiart.matching.offsets import Offset, move
from asciiart.matching.row_steps import RowRules
from asciiart.page.ink_page import WholePage
from asciiart.pipeline import Artist

CELL = Cell(height=16, width=8, aspect=2.0, unit=8)


def random_page(rows: int, columns: int) -> WholePage:
    numbers = np.random.default_rng(rows)
    ink = (numbers.random((16 * rows, 8 * columns)) < 0.05).astype(np.float32)
    return WholePage(ink, numbers.random((32 * rows, 16 * columns)) < 0.05)


@pytest.mark.parametrize("offset", [Offset(d, r, 0.0) for d, r in ((0, 0), (3, 0), (0, 5), (9, 2))])
def test_a_moved_page_reads_as_if_it_were_moved_as_a_whole(offset: Offset) -> None:
    page = random_page(3, 5)
    moved = MovedPage(page, offset, CELL)
    expected = move(page.ink, offset, CELL)
    assert moved.shape == expected.shape
    np.testing.assert_array_equal(moved.ink_rows(0, len(expected)), expected)
    np.testing.assert_array_equal(moved.ink_rows(7, 21), expected[7:21])
    assert page.lines is not None
    lines = moved.line_rows(0, 2 * len(expected), 2)
    np.testing.assert_array_equal(lines, move(page.lines, offset, CELL, scale=2))
    assert moved.line_rows(0, 8, 3) is None


def test_a_survey_tells_the_ink_and_the_rows_that_have_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_matching, "BAND_PIXELS", 2 * 16 * 8 * 5)
    page = random_page(4, 5)
    page.ink[16:32] = 0
    found = survey(page, CELL)
    assert found.ink == page.ink.sum()
    assert found.inked.tolist() == [0, 2, 3]
    assert found.sample() == [0, 2, 3]


def test_a_sample_is_spread_evenly_over_the_inked_rows() -> None:
    sample = survey(WholePage(np.ones((16 * 240, 8), np.float32), None), CELL).sample()
    assert (sample[0], sample[-1], len(sample)) == (0, 239, 24)
    assert set(np.diff(sample)) <= {10, 11}


def test_of_a_blank_page_nothing_is_sampled() -> None:
    assert survey(WholePage(np.zeros((64, 8), np.float32), None), CELL).sample() == []


@pytest.mark.parametrize("mode", ["tone", "structure"])
def test_rows_match_as_in_the_whole_page(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    matcher = Artist()._matchers.matcher({mode: 1.0}, None)  # type: ignore[dict-item]
    page, rules = random_page(7, 12), RowRules()
    whole = match_page([page.ink], matcher, 3, rules)
    monkeypatch.setattr(large_matching, "BAND_PIXELS", 2 * 16 * 8 * 12)
    match = LargeMatch([MovedPage(page, Offset(0, 0, 0.0), CELL)], matcher, 3, rules)
    assert match.shape == (7, 12)
    np.testing.assert_array_equal(match.first(3).glyph_ids, whole.glyph_ids)
    np.testing.assert_array_equal(match.rows(2, 5).glyph_ids, whole.glyph_ids[2:5])
    np.testing.assert_array_equal(match.first(1).glyph_ids, whole.glyph_ids[..., :1])


def test_parts_are_put_together_in_their_order() -> None:
    parts = [
        Neighbors(np.full((n, 2, 1), n, np.int32), np.full((n, 2, 1), -n, np.float32))
        for n in (1, 2)
    ]
    both = concatenate_rows(parts)
    assert both.glyph_ids[:, 0, 0].tolist() == [1, 2, 2]
    assert both.scores[:, 0, 0].tolist() == [-1, -2, -2]
