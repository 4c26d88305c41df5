"""Pixels are resized to cells, and only palettes are stretched or dithered."""

from __future__ import annotations

import numpy as np
import pytest

from asciiart.color.palettes import palette
from asciiart.glyphs.grid import Cell, Grid
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.matching.dot_patterns import find_dot_patterns
from asciiart.matching.two_colors.page_pixels import (
    adapt_colors,
    cut_cells,
    join_cells,
    to_page_size,
)
from asciiart.options import Options

GRID = Grid(2, 3, Cell(height=32, width=16, aspect=2.0, unit=16))
HALVES = find_dot_patterns(" ▀▄█")


def test_cells_are_cut_in_reading_order_and_joined_again() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (32, 24, 3)).astype(np.uint8)
    cells = cut_cells(pixels, GRID)
    assert cells.shape == (6, 3, 128)
    np.testing.assert_array_equal(cells[4, 1], pixels[16:, 8:16, 1].ravel())
    np.testing.assert_array_equal(join_cells(cells, GRID), pixels)


def test_gray_pixels_have_one_channel() -> None:
    assert cut_cells(np.zeros((32, 24), np.uint8), GRID).shape == (6, 1, 128)


@pytest.mark.parametrize("squares", [False, True])
def test_pixels_that_are_no_smaller_than_dots_stay_squares(squares: bool) -> None:
    pixels = np.zeros((4, 3, 3), np.uint8)
    pixels[1, 1] = 200
    page = to_page_size(pixels, GRID, HALVES, squares=squares)
    assert page.shape == (32, 24, 3)
    sharp = np.zeros((32, 24), np.uint8)
    sharp[8:16, 8:16] = 200
    assert np.array_equal(page[..., 0], sharp) is squares


@pytest.mark.parametrize("mode", [ColorMode.ANSI16, ColorMode.TRUECOLOR])
def test_only_16_colors_are_stretched_to_black_and_white(mode: ColorMode) -> None:
    pixels = np.tile(np.linspace(60, 180, 24).astype(np.uint8)[:, None], (32, 1, 3))
    adapted = adapt_colors(pixels, GRID, None, mode, Options(dither="none"), levels=None)
    stretched = int(adapted.max()) - int(adapted.min()) > 240
    assert stretched is (mode is ColorMode.ANSI16)


def test_a_picture_that_is_nearly_flat_is_not_stretched() -> None:
    pixels = np.tile(np.linspace(100, 140, 24).astype(np.uint8)[:, None], (32, 1, 3))
    options = Options(dither="none")
    adapted = adapt_colors(pixels, GRID, None, ColorMode.ANSI16, options, levels=None)
    np.testing.assert_array_equal(adapted, pixels)


def test_contrast_is_scaled_about_the_middle_gray() -> None:
    pixels = np.full((32, 24, 3), 100, np.uint8)
    options = Options(contrast=2.0)
    adapted = adapt_colors(pixels, GRID, None, ColorMode.TRUECOLOR, options, levels=None)
    assert np.unique(adapted).tolist() == [72]  # 127.5 + 2 · (100 - 127.5), rounded to even


def test_a_dithered_dot_has_one_color_of_the_palette() -> None:
    pixels = np.full((32, 24, 3), (150, 110, 130), np.uint8)
    options = Options(dither="ordered")
    adapted = adapt_colors(pixels, GRID, HALVES, ColorMode.ANSI256, options, levels=None)
    np.testing.assert_allclose(adapted.mean(axis=(0, 1)), (150, 110, 130), atol=25)
    dots = adapted.reshape(4, 8, 3, 8, 3)
    assert (dots == dots[:, :1, :, :1]).all()
    known = {tuple(color) for color in palette(ColorMode.ANSI256).tolist()}
    assert {tuple(color) for color in adapted.reshape(-1, 3).tolist()} <= known
