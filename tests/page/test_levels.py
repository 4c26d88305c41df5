"""Which gray levels become black and white."""

import numpy as np
import pytest

from asciiart.page.levels import AS_THEY_ARE, LevelRange, Levels, measure_levels


def test_nearly_all_of_a_picture_lies_between_its_levels():
    gray = np.full((10, 100), 100, np.uint8)
    gray[:, 50:], gray[0, 0], gray[0, 1] = 150, 0, 255
    levels = measure_levels(gray)
    assert levels.of("tone") == LevelRange(100, 150)
    assert levels.all == LevelRange(0, 255)


@pytest.mark.parametrize("level", [0, 77, 255])
def test_a_flat_picture_is_left_as_it_is(level):
    levels = measure_levels(np.full((8, 8), level, np.uint8))
    np.testing.assert_allclose(levels.of("tone").table(), np.arange(256) / 255, rtol=1e-6)


def test_few_pixels_on_a_flat_picture_are_seen():
    gray = np.full((20, 20), 100, np.uint8)
    gray[0, 0] = 180
    assert measure_levels(gray).of("tone") == LevelRange(100, 180)


def test_what_lies_beyond_the_range_is_black_or_white():
    table = LevelRange(100, 150).table()
    assert table[[0, 100, 125, 150, 255]].tolist() == [0, 0, 0.5, 1, 1]
    assert AS_THEY_ARE.of("structure").table()[51] == pytest.approx(0.2)


@pytest.mark.parametrize("range_", [(0, 255), (50, 210), (100, 103)])
def test_only_a_faint_picture_is_spread_for_contours(range_):
    table = LevelRange(*range_).table_of_faint()
    np.testing.assert_allclose(table, np.arange(256) / 255, rtol=1e-6)


@pytest.mark.parametrize("low", [0, 20, 120, 215])
def test_a_faint_picture_is_spread_to_six_tenths_of_all_levels(low):
    table = LevelRange(low, low + 40).table_of_faint()
    assert table[low + 40] - table[low] == pytest.approx(0.6, abs=1e-5)
    assert (table.min(), table.max()) >= (0, 0)
    assert (np.diff(table) >= 0).all()
    assert table[low] >= 0
    assert table[low + 40] <= 1


def test_levels_are_widened_to_include_another():
    levels = Levels(LevelRange(20, 90), LevelRange(15, 95), LevelRange(10, 100))
    assert levels.including(0) == Levels(LevelRange(0, 90), LevelRange(0, 95), LevelRange(0, 100))
    assert levels.including(97) == Levels(
        LevelRange(20, 97), LevelRange(15, 97), LevelRange(10, 100)
    )
