"""Pixels that stay squares."""

from __future__ import annotations

import numpy as np
import pytest

from asciiart.glyphs.grid import Cell
from asciiart.io.pictures.image import load_image
from asciiart.matching.pixel_squares import keep_squares
from asciiart.options import Options

CELL = Cell(height=16, width=8, aspect=2.0, unit=8)


@pytest.fixture
def picture():
    pixels = np.random.default_rng(1).integers(0, 256, (4, 6, 3), np.uint8)
    return load_image(pixels)


@pytest.mark.parametrize("resample", ["auto", "smooth"])
def test_other_pictures_are_left_as_they_are(picture, resample):
    options = Options(columns=40, resample=resample)
    assert keep_squares(picture, 40, CELL, options) == (picture, options)


def test_each_pixel_becomes_a_square_of_its_color(picture):
    options = Options(columns=40, resample="nearest")
    squares, laid_out = keep_squares(picture, 40, CELL, options)
    times = squares.rgb.shape[0] // 4
    assert times > 1
    expected = picture.rgb.repeat(times, axis=0).repeat(times, axis=1)
    np.testing.assert_array_equal(squares.rgb, expected)
    assert laid_out == options


def test_the_scale_is_that_of_the_picture_as_it_was(picture):
    options = Options(magnify=12, resample="nearest")
    squares, laid_out = keep_squares(picture, None, CELL, options)
    assert laid_out.magnify == pytest.approx(12 * 4 / squares.rgb.shape[0])
