"""Bands cover every row once, and what is read in them is the same as the whole."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asciiart.page.bands import Resized, read_padded, split, to_levels


@given(
    st.integers(1, 90), st.integers(1, 90), st.integers(1, 50), st.sampled_from(["area", "cubic"])
)
def test_rows_of_a_resized_picture_are_opencvs(height, new_height, at_once, name):
    how = {"area": cv2.INTER_AREA, "cubic": cv2.INTER_CUBIC}[name]
    if name == "area" and new_height > height:
        how = cv2.INTER_LINEAR
    picture = np.random.default_rng(height).integers(0, 256, (height, 17)).astype(np.uint8)
    shape = (new_height, 17)
    resized = Resized(lambda top, bottom: picture[top:bottom], height, shape, how)
    parts = [resized.rows(b.top, b.bottom) for b in split(new_height, at_once)]
    expected = cv2.resize(picture, shape[::-1], interpolation=how)
    found = to_levels(np.concatenate(parts))
    assert np.abs(found.astype(int) - expected.reshape(shape)).max() <= 1
    np.testing.assert_array_equal(np.concatenate(parts), resized.rows(0, new_height))


@given(st.integers(1, 100), st.integers(1, 30), st.integers(0, 30), st.integers(1, 9))
def test_bands_cover_every_row_once(count, at_once, around, step):
    covered = [row for b in split(count, at_once, around, step) for row in range(b.top, b.bottom)]
    assert covered == list(range(count))
    for band in split(count, at_once, around, step):
        assert band.top % step == band.first % step == 0
        assert band.first == 0 or band.top - band.first >= around
        assert band.last == count or band.last - band.bottom >= around
        assert (
            list(range(count))[band.first : band.last][band.inner]
            == covered[band.top : band.bottom]
        )


@pytest.mark.parametrize(
    ("top", "bottom", "expected"),
    [(0, 3, [1, 2, 3]), (-2, 2, [0, 0, 1, 2]), (2, 5, [3, 0, 0]), (7, 9, [0, 0]), (-3, -1, [0, 0])],
)
def test_beyond_a_page_there_are_blanks(top, bottom, expected):
    rows = np.array([[1], [2], [3]])
    found = read_padded(lambda first, last: rows[first:last], 3, top, bottom)
    assert found.ravel().tolist() == expected
