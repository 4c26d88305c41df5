"""Tone's ink: even steps, white above all, and local contrast without rims."""

from itertools import pairwise

import numpy as np
import pytest

from asciiart.glyphs.grid import Cell, Grid, fit_grid
from asciiart.options import Background, Options
from asciiart.page.tone_ink import (
    WHITE_INK_SHARE,
    ink_of_brightness,
    inked_share,
    shown_density,
    tone_ink,
    white_ink,
    with_pure_ink,
)

STEPS = np.linspace(0, 1, 256, dtype=np.float32)


def grid_of(page, unit=8):
    cell = Cell(height=2 * unit, width=unit, aspect=2.0, unit=unit)
    height, width = page.shape
    return fit_grid(height, width, cell, columns=width // unit)


def ink_of(page, unit=8, density=1.0, **wishes):
    grid = grid_of(page, unit)
    assert isinstance(grid, Grid)
    assert grid.page_shape == page.shape
    return tone_ink(page, grid, Options(**wishes), density)


def test_ink_grows_from_none_to_white_and_is_the_same_on_both_pages():
    inks = ink_of_brightness(STEPS, "dark")
    assert (inks[0], inks[-1]) == (0, pytest.approx(WHITE_INK_SHARE))
    assert (np.diff(inks) > 0).all()
    np.testing.assert_allclose(ink_of_brightness(1 - STEPS, "light"), inks, atol=1e-5)


def test_first_steps_add_less_ink_than_later_ones_and_the_last_add_most():
    first, middle, last = (np.diff(ink_of_brightness(STEPS, "dark"))[i] for i in (0, 128, 254))
    assert first < middle < last


@pytest.mark.parametrize("white", [0.3, 1.5])
def test_the_share_of_an_ink_is_the_brightness_that_it_stands_for(white):
    inks = ink_of_brightness(STEPS, "dark") * np.float32(white / WHITE_INK_SHARE)
    np.testing.assert_allclose(inked_share(inks, white), STEPS, atol=1e-3)
    assert inked_share(np.full(1, 2 * white, np.float32), white) == 1


def test_even_inks_are_shown_by_evenly_dense_glyphs_up_to_the_densest():
    inks = ink_of_brightness(STEPS, "dark") * np.float32(0.3)
    shown = shown_density(inks, white_ink(0.3, structure=0))
    assert shown[0] == 0
    assert shown[-1] == pytest.approx(0.3)
    np.testing.assert_allclose(shown[80:200], 0.3 * STEPS[80:200] ** 1.25, atol=1e-2)
    assert (shown[1:60] < 0.3 * STEPS[1:60] ** 1.25).all()  # shadows are black


def test_nearly_pure_levels_stay_short_of_full_ink():
    table = np.concatenate([np.zeros(10), np.ones(246)]).astype(np.float32)
    ends: list[tuple[Background, int, int]] = [("dark", 255, 254), ("light", 0, 1)]
    for background, full, nearly in ends:
        inks = ink_of_brightness(with_pure_ink(table, background), background)
        assert inks[full] == pytest.approx(WHITE_INK_SHARE)
        assert inks[nearly] < WHITE_INK_SHARE - 0.01


def test_the_more_outlines_count_the_less_ink_is_white():
    inks = [white_ink(0.4, structure=share) for share in (0, 0.5, 1)]
    assert inks == pytest.approx([0.4 * WHITE_INK_SHARE, 0.3 * WHITE_INK_SHARE, 0])


def test_detail_is_the_gain_of_small_differences():
    page = np.full((64, 128), 0.5, np.float32)
    page[:, 60:68] += 0.04
    spread = [float(np.ptp(ink_of(page, detail=detail)[32])) for detail in (0, 0.5, 1)]
    assert spread[0] == pytest.approx(0.04, abs=1e-5)
    assert all(more > 1.2 * less for less, more in pairwise(spread))


@pytest.mark.parametrize("background", ["dark", "light"])
def test_there_is_no_rim_along_an_edge(background):
    page = np.full((96, 160), 0.2, np.float32)
    page[:, 80:] = 1.0
    ink = ink_of(page, detail=1, background=background)[48]
    assert ink.min() > 0.2 - 0.08  # a tenth of the step
    assert ink.max() < 1.0 + 0.08


@pytest.mark.parametrize("pure", [0, np.float32(WHITE_INK_SHARE)])
def test_whole_cells_of_pure_white_and_black_stay_so(pure):
    page = np.random.default_rng(0).uniform(0.4, 0.8, (64, 128)).astype(np.float32)
    page[16:48, 32:64] = pure
    ink = ink_of(page, detail=1, density=0.5)
    assert (ink[16:48, 32:64] == 0.5 * pure).all()


@pytest.mark.parametrize("unit", [3, 5, 8, 12, 16])
def test_rows_far_away_do_not_matter(unit):
    page = np.random.default_rng(1).uniform(0, 1, (64 * unit, 10 * unit)).astype(np.float32)
    part = page[16 * unit : 48 * unit]
    whole = ink_of(page, unit)[28 * unit : 36 * unit]
    np.testing.assert_allclose(ink_of(part, unit)[12 * unit : 20 * unit], whole, atol=1e-5)
