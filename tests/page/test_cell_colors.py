"""Colors are the means of what lies under cells and glyphs; clear parts show the page."""

from __future__ import annotations

import numpy as np
import pytest

from asciiart.glyphs.grid import Cell, Grid
from asciiart.io.pictures.image import Picture, load_image
from asciiart.options import Background
from asciiart.page.cell_colors import (
    PAGE_GRAY,
    brightness_on_page,
    cell_colors,
    glyph_colors,
    line_colors,
    on_page,
    page_gray,
)

CELL = Cell(height=16, width=8, aspect=2.0, unit=8)


def transparent(value: int, alpha: int) -> Picture:
    """Return a gray picture of one opacity."""
    rgb = np.full((4, 4, 3), value, np.uint8)
    return Picture(rgb, np.full((4, 4), alpha, np.uint8), "picture")


def test_colors_are_the_mean_of_the_picture_under_each_cell() -> None:
    rgb = np.zeros((32, 32, 3), np.uint8)
    rgb[:16, :8] = (200, 100, 50)
    rgb[:16, 8:16:2] = 90
    colors = cell_colors(load_image(rgb), Grid(2, 4, CELL), "dark")
    assert (colors.shape, colors.dtype) == ((2, 4, 3), np.uint8)
    assert colors[0, 0].tolist() == [200, 100, 50]
    assert colors[0, 1].tolist() == [45, 45, 45]
    assert colors[1:].max() == 0


def test_glyphs_of_one_column_keep_their_cells_colors() -> None:
    colors = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    spans = np.ones((2, 4), np.int64)
    np.testing.assert_array_equal(glyph_colors(colors, spans, 0.0, 0.0), colors)


def test_a_wide_glyph_has_the_mean_color_of_its_columns() -> None:
    colors = np.array([[[0] * 3, [100] * 3, [30] * 3, [60] * 3]], np.uint8)
    found = glyph_colors(colors, np.array([[2, 0, 2, 0]]), 0.0, 0.0)
    assert found[0, 0].tolist() == [50] * 3
    assert found[0, 2].tolist() == [45] * 3


def test_a_glyph_that_reaches_beyond_the_row_has_the_mean_of_what_is_there() -> None:
    colors = np.array([[[0] * 3, [100] * 3]], np.uint8)
    assert glyph_colors(colors, np.array([[1, 2]]), 0.0, 0.0)[0, 1].tolist() == [100] * 3


def test_a_moved_picture_mixes_the_colors_of_the_cells_that_a_glyph_meets() -> None:
    colors = np.array([[[0] * 3], [[200] * 3]], np.uint8)
    found = glyph_colors(colors, np.ones((3, 1), np.int64), 0.25, 0.0)
    assert found[:, 0, 0].tolist() == [0, 150, 200]


@pytest.mark.parametrize("background", ["dark", "light"])
def test_clear_parts_have_the_pages_color(background: Background) -> None:
    rgba = np.zeros((16, 16, 4), np.uint8)
    rgba[:, :8] = (10, 200, 30, 255)
    colors = cell_colors(load_image(rgba), Grid(1, 2, CELL), background)
    assert colors[0, 0].tolist() == [10, 200, 30]
    assert colors[0, 1].tolist() == [PAGE_GRAY[background]] * 3


@pytest.mark.parametrize("background", ["dark", "light"])
def test_a_transparent_picture_that_its_page_hides_is_put_on_the_other(
    background: Background,
) -> None:
    own = PAGE_GRAY[background]
    assert page_gray(transparent(own, 128), background) == 255 - own
    assert page_gray(transparent(128, 128), background) == own
    assert page_gray(transparent(own, 0), background) == own  # nothing to be seen on either


def test_an_opaque_picture_stays_on_its_page() -> None:
    black = load_image(np.zeros((4, 4, 3), np.uint8))
    assert page_gray(black, "dark") == 0
    np.testing.assert_array_equal(on_page(black, "dark"), black.rgb)


def test_brightness_is_from_0_to_1_on_the_page() -> None:
    gray = brightness_on_page(transparent(255, 51), "dark")
    assert gray.dtype == np.float32
    np.testing.assert_allclose(gray, 0.2, rtol=1e-6)


def test_lines_show_on_their_page_in_their_own_hues() -> None:
    colors = np.array([[[0, 0, 0], [40, 20, 0], [250, 240, 0], [255, 255, 255]]], np.uint8)
    on_dark = line_colors(colors, "dark")[0].tolist()
    assert on_dark == [[170, 170, 170], [170, 85, 0], [250, 240, 0], [255, 255, 255]]
    on_light = line_colors(colors, "light")[0]
    assert on_light[:2].tolist() == [[0, 0, 0], [40, 20, 0]]
    assert np.allclose(on_light[2:] @ (0.299, 0.587, 0.114), 110, atol=1)
    assert on_light[2, 0] > on_light[2, 1] > on_light[2, 2] == 0
