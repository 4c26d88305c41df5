"""Color modes, palettes and the color of the ink."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_arts import MakeArt

from asciiart.art.formats.ink_colors import ink_colors
from asciiart.color.palettes import (
    PAPER,
    PaletteMode,
    nearest_palette,
    palette,
    to_light,
    to_oklab,
)
from asciiart.io.terminal.color_mode import ColorMode

NONE, ANSI16, ANSI256, TRUECOLOR = ColorMode
PALETTE_MODES: list[PaletteMode] = [ColorMode.ANSI16, ColorMode.ANSI256]
CHANNEL = st.integers(0, 255)
COLOR = st.tuples(CHANNEL, CHANNEL, CHANNEL)


def test_palette_of_16() -> None:
    assert palette(ColorMode.ANSI16).shape == (16, 3)
    assert palette(ColorMode.ANSI16)[[0, 1, 4, 7, 8, 12, 15]].tolist() == [
        [0, 0, 0],
        [205, 0, 0],
        [0, 0, 238],
        [229, 229, 229],
        [127, 127, 127],
        [92, 92, 255],
        [255, 255, 255],
    ]


def test_palette_of_256() -> None:
    assert palette(ColorMode.ANSI256).shape == (256, 3)
    assert palette(ColorMode.ANSI256)[[1, 16, 17, 22, 52, 110, 231, 232, 255]].tolist() == [
        [205, 0, 0],
        [0, 0, 0],
        [0, 0, 95],
        [0, 95, 0],
        [95, 0, 0],
        [135, 175, 215],
        [255, 255, 255],
        [8, 8, 8],
        [238, 238, 238],
    ]


@pytest.mark.parametrize(
    ("color", "lab"),
    [
        # CSS Color 4, https://www.w3.org/TR/css-color-4/, sample values of oklab().
        ((255, 255, 255), (1, 0, 0)),
        ((255, 0, 0), (0.62796, 0.22486, 0.12585)),
        ((0, 128, 0), (0.51975, -0.1403, 0.10768)),
        ((0, 0, 255), (0.45201, -0.03246, -0.31153)),
    ],
)
def test_oklab(color: tuple[int, int, int], lab: tuple[float, float, float]) -> None:
    assert to_oklab(np.array(color, np.uint8)) == pytest.approx(lab, abs=1e-4)


@pytest.mark.parametrize("mode", PALETTE_MODES)
@given(colors=st.lists(COLOR, min_size=1, max_size=5))
def test_nearest_is_nearest(mode: PaletteMode, colors: list[tuple[int, int, int]]) -> None:
    first = {ANSI16: 0, ANSI256: 16}[mode]
    for color, index in zip(colors, nearest_palette(np.array(colors, np.uint8), mode), strict=True):
        differences = to_oklab(palette(mode)) - to_oklab(np.array(color, np.uint8))
        distances = np.linalg.norm(differences * [1, 1.5, 1.5], axis=1)
        assert index >= first
        assert distances[index] == pytest.approx(distances[first:].min(), abs=1e-7)


def test_a_light_gray_stays_gray_among_16() -> None:
    gray = np.array([178, 176, 181], np.uint8)
    assert nearest_palette(gray, ANSI16) == 7  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", PALETTE_MODES)
def test_palette_is_nearest_to_itself(mode: PaletteMode) -> None:
    first = {ANSI16: 0, ANSI256: 16}[mode]
    numbers = np.arange(first, len(palette(mode)))
    np.testing.assert_array_equal(nearest_palette(palette(mode)[first:], mode), numbers)


def test_nearest_keeps_the_shape() -> None:
    colors = np.array([[[255, 0, 0], [0, 0, 0], [250, 250, 250]]], np.uint8)
    assert nearest_palette(colors, ColorMode.ANSI256).tolist() == [[196, 16, 231]]
    assert nearest_palette(colors, ColorMode.ANSI256).dtype == np.uint8


def test_nearest_of_more_than_a_chunk() -> None:
    colors = np.tile(np.array([[255, 0, 0], [0, 0, 0]], np.uint8), (35_000, 1))
    numbers = nearest_palette(colors, ColorMode.ANSI16)
    assert numbers[::2].tolist() == [9] * 35_000
    assert numbers[1::2].tolist() == [0] * 35_000


@pytest.mark.parametrize(
    ("mode", "background", "color", "ink"),
    [
        ("tone", "dark", (0, 0, 0), [255, 255, 255]),
        ("tone", "dark", (90, 90, 90), [255, 255, 255]),
        ("tone", "dark", (100, 40, 20), [255, 113, 66]),
        ("structure", "dark", (100, 40, 20), [255, 99, 47]),
        ("tone", "light", (255, 255, 255), [0, 0, 0]),
        ("tone", "light", (90, 90, 90), [0, 0, 0]),
        ("tone", "light", (255, 215, 195), [210, 69, 0]),
        ("structure", "light", (155, 215, 195), [0, 135, 89]),
    ],
)
def test_ink_colors(
    make_art: MakeArt, mode: str, background: str, color: tuple[int, int, int], ink: list[int]
) -> None:
    art = make_art(["x"], [[color]], mode, background)
    assert ink_colors(art).tolist() == [[ink]]


def luminance(color: tuple[int, int, int]) -> float:
    """Return relative luminance as WCAG 2.1 defines it."""
    levels = [channel / 255 for channel in color]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in levels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("mode", ["tone", "structure"])
@pytest.mark.parametrize("background", ["dark", "light"])
@given(color=COLOR)
def test_ink_is_readable(
    make_art: MakeArt, mode: str, background: str, color: tuple[int, int, int]
) -> None:
    [[ink]] = ink_colors(make_art(["x"], [[color]], mode, background)).tolist()
    darker, lighter = sorted([luminance(PAPER[background]), luminance(ink)])  # type: ignore[index]
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


@pytest.mark.parametrize(("level", "light"), [(0, 0.0), (10, 0.00304), (188, 0.5029), (255, 1.0)])
def test_light(level: int, light: float) -> None:
    """Values of IEC 61966-2-1, below and above where its curve begins."""
    assert to_light(np.full(3, level, np.uint8)) == pytest.approx([light] * 3, abs=5e-5)
