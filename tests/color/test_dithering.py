"""Few colors, mixed."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asciiart.color.dithering import dither_bits, dither_palette, matrix
from asciiart.color.palettes import PaletteMode, nearest_palette, palette, to_light
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.options import Dither

PALETTE_MODES: list[PaletteMode] = [ColorMode.ANSI16, ColorMode.ANSI256]
MIXING = [dither for dither in get_args(Dither) if dither != "none"]
CHANNEL = st.integers(0, 255)
COLOR = st.tuples(CHANNEL, CHANNEL, CHANNEL)


@pytest.mark.parametrize("dither", ["ordered", "noise"])
def test_each_threshold_of_a_matrix_is_there_once(dither: Literal["ordered", "noise"]) -> None:
    thresholds = matrix(dither)
    steps = np.arange(thresholds.size) + 0.5
    np.testing.assert_allclose(np.sort(thresholds, axis=None), steps / thresholds.size)


def test_bayer() -> None:
    # The 2 x 2 matrix of the paper, each a quarter of the range apart.
    assert (matrix("ordered")[:2, :2] * 4).astype(int).tolist() == [[0, 2], [3, 1]]
    assert matrix("ordered").shape == (8, 8)


def test_blue_noise_is_blue() -> None:
    dots = (matrix("noise") < 0.25).astype(float)
    spectrum = np.abs(np.fft.fft2(dots - dots.mean())) ** 2
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(32), np.fft.fftfreq(32)))
    assert spectrum[frequency < 0.15].mean() < 0.05 * spectrum[frequency > 0.3].mean()


@pytest.mark.parametrize("dither", MIXING)
@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.5, 0.8, 1.0])
def test_as_many_bits_as_asked_for(dither: Dither, share: float) -> None:
    inked = dither_bits(np.full((64, 64), share, np.float32), dither)
    assert inked.mean() == pytest.approx(share, abs=0.012)


def test_undithered_bits_have_a_threshold() -> None:
    ink = np.array([[0.0, 0.49, 0.51, 1.0]], np.float32)
    assert dither_bits(ink, "none").tolist() == [[False, False, True, True]]


def test_errors_go_where_floyd_and_steinberg_take_them() -> None:
    # 0.4 is left blank; then 0.4 + 7/16 * 0.4 is inked, and so on, worked out by hand.
    ink = np.array([[0.4, 0.4, 0.4], [0.4, 0.4, 0.4]], np.float32)
    assert dither_bits(ink, "diffusion").tolist() == [[False, True, False], [False, True, False]]


def diffuse_one_by_one(ink: list[list[float]]) -> list[list[bool]]:
    """Floyd and Steinberg's algorithm as it is printed."""
    height, width = len(ink), len(ink[0])
    wanted = [row.copy() for row in ink]
    for y in range(height):
        for x in range(width):
            asked = min(max(wanted[y][x], 0), 1)
            error = asked - (asked >= 0.5)
            wanted[y][x] = float(asked >= 0.5)
            for down, right, share in ((0, 1, 7), (1, -1, 3), (1, 0, 5), (1, 1, 1)):
                if y + down < height and 0 <= x + right < width:
                    wanted[y + down][x + right] += share / 16 * error
    return [[value > 0 for value in row] for row in wanted]


@given(data=st.data())
def test_lines_at_once_are_as_pixels_one_by_one(data: st.DataObject) -> None:
    height, width = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 6))
    row = st.lists(st.integers(0, 16).map(lambda n: n / 16), min_size=width, max_size=width)
    ink = data.draw(st.lists(row, min_size=height, max_size=height))
    inked = dither_bits(np.array(ink, np.float32), "diffusion")
    assert inked.tolist() == diffuse_one_by_one(ink)


@pytest.mark.parametrize("mode", PALETTE_MODES)
def test_undithered_is_nearest(mode: PaletteMode) -> None:
    colors = np.random.default_rng(0).integers(0, 256, (5, 7, 3)).astype(np.uint8)
    np.testing.assert_array_equal(
        dither_palette(colors, mode, "none"), nearest_palette(colors, mode)
    )


@pytest.mark.parametrize("mode", PALETTE_MODES)
@pytest.mark.parametrize("dither", get_args(Dither))
@given(data=st.data())
def test_colors_of_the_palette_stay(mode: PaletteMode, dither: Dither, data: st.DataObject) -> None:
    number = data.draw(st.integers(16 if mode is ColorMode.ANSI256 else 0, len(palette(mode)) - 1))
    area = np.broadcast_to(palette(mode)[number], (3, 4, 3))
    assert (palette(mode)[dither_palette(area, mode, dither)] == area).all()


@pytest.mark.parametrize("dither", MIXING)
@pytest.mark.parametrize("color", [(133, 133, 133), (180, 140, 120), (60, 90, 120)])
def test_the_mean_light_is_the_wanted_one(dither: Dither, color: tuple[int, int, int]) -> None:
    area = np.full((32, 32, 3), color, np.uint8)
    shown = {
        each: to_light(palette(ColorMode.ANSI256)[dither_palette(area, ColorMode.ANSI256, each)])
        for each in (dither, "none")
    }
    errors = {name: np.abs(s.mean(axis=(0, 1)) - to_light(area[0, 0])) for name, s in shown.items()}
    assert errors[dither].max() < 0.01
    assert errors[dither].max() < errors["none"].max() / 2
