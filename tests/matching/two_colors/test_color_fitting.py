"""Masks are unit vectors; cells are fitted one by one, however many there are."""

from __future__ import annotations

import numpy as np
import pytest

from asciiart.color.palettes import palette
from asciiart.glyphs.font import Font
from asciiart.glyphs.grid import Cell, Grid
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.matching.two_colors import color_fitting
from asciiart.matching.two_colors.color_fitting import (
    concatenate_rows,
    fit_cells,
    glyph_masks,
    round_to_palette,
)

CHARACTERS = " ▀▄▌▐█▒"
CELL = Cell(height=32, width=16, aspect=2.0, unit=16)


def test_masks_are_unit_vectors_without_their_means(font: Font) -> None:
    masks = glyph_masks(font, CHARACTERS)
    assert "".join(CHARACTERS[i] for i in masks.ids) == " ▀▄▌▐█"  # shades are left out
    flat = masks.lengths < 1e-6
    assert [CHARACTERS[i] for i in masks.ids[flat]] == [" ", "█"]
    np.testing.assert_allclose(np.linalg.norm(masks.shapes[~flat], axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(masks.shapes.mean(axis=1), 0, atol=1e-6)
    np.testing.assert_allclose(masks.means, [0, 0.5, 0.5, 0.5, 0.5, 1], atol=0.01)


def test_masks_of_the_cache_cannot_be_written_into(font: Font) -> None:
    masks = glyph_masks(font, CHARACTERS)
    assert glyph_masks(font, CHARACTERS) is masks
    for array in masks:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_chunks_and_parts_do_not_change_the_cells(
    font: Font, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = np.random.default_rng(2).integers(0, 256, (12, 3, 128)).astype(np.uint8)
    masks, mode = glyph_masks(font, CHARACTERS), ColorMode.TRUECOLOR
    whole = fit_cells(cells, Grid(4, 3, CELL), masks, mode, 2)
    assert whole.glyph_ids.shape == (4, 3, 2)
    monkeypatch.setattr(color_fitting, "_CHUNK", 5)
    halves = [fit_cells(some, Grid(2, 3, CELL), masks, mode, 2) for some in (cells[:6], cells[6:])]
    both = concatenate_rows(halves, Grid(4, 3, CELL))
    np.testing.assert_array_equal(both.glyph_ids, whole.glyph_ids)
    np.testing.assert_array_equal(both.fill.ink, whole.fill.ink)
    np.testing.assert_array_equal(both.fill.clear, np.zeros((4, 3), bool))


def test_colors_are_whole_levels_or_of_the_palette() -> None:
    colors = np.array([[10.4, 99.6, 250.0]], np.float32)
    assert round_to_palette(colors, ColorMode.TRUECOLOR).tolist() == [[10, 100, 250]]
    nearest = tuple(round_to_palette(colors, ColorMode.ANSI16)[0].tolist())
    assert nearest in {tuple(color) for color in palette(ColorMode.ANSI16).tolist()}
