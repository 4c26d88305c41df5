"""Cells that are clear in part become silhouettes; others keep their colors."""

from __future__ import annotations

import numpy as np

from asciiart.glyphs.font import Font
from asciiart.glyphs.grid import Cell, Grid
from asciiart.io.pictures.arrays import Pixels
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.matching.two_colors.color_fitting import fit_cells, glyph_masks
from asciiart.matching.two_colors.page_pixels import cut_cells
from asciiart.matching.two_colors.silhouettes import (
    cut_out_silhouettes,
    find_cover,
    without_holes,
)

GRID = Grid(1, 4, Cell(height=32, width=16, aspect=2.0, unit=16))
CHARACTERS = " ▀▄▌▐█"


def alpha_of_four() -> Pixels:
    """Return cells that are opaque, clear at the right, half clear, and clear in a corner."""
    alpha = np.full((16, 32), 255, np.uint8)
    alpha[:, 12:16] = 0
    alpha[:, 16:24] = 128
    alpha[:3, 28:] = 0
    return alpha


def test_a_large_clear_part_is_cut_out_and_half_clear_cells_are_blended() -> None:
    cover = find_cover(alpha_of_four(), GRID)
    assert cover.is_cut_out.tolist() == [False, True, False, False]
    assert cover.is_blended.tolist() == [False, False, True, False]
    np.testing.assert_allclose(cover.greatest[:, 0], [1, 1, 128 / 255, 1])
    assert cover.alpha.shape == (4, 128)


def test_half_clear_cells_with_a_clear_part_are_cut_out() -> None:
    alpha = np.full((16, 8), 255, np.uint8)
    alpha[:, :4], alpha[:, 7] = 128, 0
    cover = find_cover(alpha, Grid(1, 1, GRID.cell))
    assert (cover.is_cut_out.tolist(), cover.is_blended.tolist()) == ([True], [False])


def test_holes_are_filled_with_the_mean_of_their_cell() -> None:
    alpha = alpha_of_four()
    picture = np.full((16, 32, 3), 200, np.uint8)
    seen = np.rint(picture * (alpha[..., None] / 255)).astype(np.uint8)  # on a black page
    before = seen.copy()
    whole = without_holes(seen, find_cover(alpha, GRID), GRID, page=0)
    np.testing.assert_array_equal(seen, before)
    np.testing.assert_allclose(whole[:, :16], 200, atol=1)
    np.testing.assert_allclose(whole[:, 24:], 200, atol=1)
    np.testing.assert_array_equal(whole[:, 16:24], seen[:, 16:24])  # blended with the page


def test_a_wholly_clear_cell_has_the_pages_color() -> None:
    grid, alpha = Grid(1, 1, GRID.cell), np.zeros((16, 8), np.uint8)
    seen = np.full((16, 8, 3), 255, np.uint8)
    assert (without_holes(seen, find_cover(alpha, grid), grid, page=255) == 255).all()


def test_only_cells_that_are_cut_out_change(font: Font) -> None:
    alpha = alpha_of_four()
    masks, mode = glyph_masks(font, CHARACTERS), ColorMode.TRUECOLOR
    pixels = np.random.default_rng(1).integers(90, 170, (16, 32, 3)).astype(np.uint8)
    cells = cut_cells(pixels, GRID)
    filled = fit_cells(cells, GRID, masks, mode, 3)
    before = filled.glyph_ids.copy(), filled.fill.paper.copy()
    cover = find_cover(alpha, GRID)
    cut = cut_out_silhouettes(filled, cells, cover, masks, mode=mode, page=7)
    np.testing.assert_array_equal(filled.glyph_ids, before[0])
    np.testing.assert_array_equal(filled.fill.paper, before[1])
    assert cut.fill.clear.tolist() == [[False, True, False, False]]
    assert CHARACTERS[cut.glyph_ids[0, 1, 0]] == "▌"
    assert cut.fill.paper[0, 1].tolist() == [7, 7, 7]
    left = pixels[:, 8:12].reshape(-1, 3).mean(axis=0)
    np.testing.assert_allclose(cut.fill.ink[0, 1], left, atol=1.5)
    others = [0, 2, 3]
    np.testing.assert_array_equal(cut.fill.ink[0, others], filled.fill.ink[0, others])
    np.testing.assert_array_equal(cut.glyph_ids[0, others], filled.glyph_ids[0, others])
