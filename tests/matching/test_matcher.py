"""A matcher searches uneven windows and knows the glyphs of even grays."""

from __future__ import annotations

import numpy as np
import pytest

from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Mask
from asciiart.matching.glyph_index import Neighbors
from asciiart.matching.matcher import Matcher
from asciiart.pipeline import Artist


@pytest.fixture(scope="module")
def tone() -> Matcher:
    return Artist()._matchers.matcher({"tone": 1.0}, None)


@pytest.fixture(scope="module")
def both() -> Matcher:
    return Artist()._matchers.matcher({"tone": 0.5, "structure": 0.5}, None)


def page_of(matcher: Matcher, grays: list[float]) -> Ink:
    """Return one row of cells, each of an even ink."""
    cell = matcher.cell
    return np.repeat(np.array([grays], np.float32), cell.width, axis=1).repeat(cell.height, axis=0)


def test_brightness_goes_on_beyond_the_page_and_lines_end(both: Matcher) -> None:
    assert [(own.mode, own.endless) for own in both.mode_matchers] == [
        ("tone", True),
        ("structure", False),
    ]


def test_without_tone_there_are_no_even_grays() -> None:
    lines = Artist()._matchers.matcher({"structure": 1.0}, None)
    assert lines.gray_scale is None
    assert lines.even_parts([page_of(lines, [0.0, 0.2])]) is None


def test_even_windows_are_those_of_one_gray(tone: Matcher) -> None:
    page = page_of(tone, [0.1, 0.1, 0.2, 0.3])
    page[0, 3 * tone.cell.width] = 0.0  # the last cell is uneven
    found = tone.even_windows(tone.even_parts([page]), np.array([[1, 0, 1, 1]]))
    assert found.tolist() == [[True, False, True, False]]


def test_a_cell_in_which_another_mode_has_ink_is_not_even(both: Matcher) -> None:
    gray = page_of(both, [0.1, 0.1])
    lines = page_of(both, [0.0, 1.0])
    even = both.even_parts([gray, lines])
    assert even is not None
    assert (even.levels() >= 0).tolist() == [[True, False]]


def test_only_uneven_windows_are_searched(tone: Matcher) -> None:
    asked = []

    def search(uneven: Mask) -> Neighbors:
        asked.append(uneven.tolist())
        count = int(uneven.sum())
        return Neighbors(np.full((count, 2), 7, np.int32), np.full((count, 2), -9, np.float32))

    found = tone.nearest(np.array([-1, 0, -1]), search, 2)
    assert asked == [[True, False, True]]
    assert found.glyph_ids[[0, 2]].tolist() == [[7, 7]] * 2
    assert found.glyph_ids[1, 0] == 0  # black is the space
    assert found.scores[1, 0] > found.scores[0, 0]


def test_where_all_is_even_nothing_is_searched(tone: Matcher) -> None:
    def search(uneven: Mask) -> Neighbors:
        raise AssertionError(uneven)

    assert tone.nearest(np.array([0, 0]), search, 1).glyph_ids.tolist() == [[0], [0]]
