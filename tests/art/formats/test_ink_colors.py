"""Tests of ink_colors: hues of the picture that can be read on the page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_arts import MakeArt

from asciiart.art.art import Art
from asciiart.art.formats.ink_colors import ink_colors
from asciiart.color.palettes import LUMINANCE, PAPER, to_linear
from asciiart.options import Background, Mode

COLORS = [(r, g, b) for r in (0, 90, 255) for g in (0, 90, 255) for b in (0, 90, 255)]


def luminance(colors: object) -> np.ndarray:
    return to_linear(np.asarray(colors, float) / 255) @ LUMINANCE


@pytest.mark.parametrize("mode", ["tone", "structure"])
@pytest.mark.parametrize("background", ["dark", "light"])
def test_the_contrast_with_the_page_is_enough_to_read(
    make_art: MakeArt, mode: Mode, background: Background
) -> None:
    art = make_art(["x" * len(COLORS)], [COLORS], mode, background)
    ink, page = luminance(ink_colors(art)[0]), luminance(PAPER[background])
    light, dark = np.maximum(ink, page), np.minimum(ink, page)
    assert ((light + 0.05) / (dark + 0.05)).min() >= 4.45  # 4.5, rounded to levels of 255


def test_dark_and_bright_cells_of_one_hue_have_one_ink(make_art: MakeArt) -> None:
    """The glyphs already tell how bright they are."""
    art = make_art(["xy"], [[(200, 100, 0), (100, 50, 0)]])
    first, second = ink_colors(art)[0].astype(int)
    assert np.abs(first - second).max() <= 12
    assert first[0] == 255 > first[1] > first[2]


def test_structure_is_more_vivid(make_art: MakeArt) -> None:
    cells = [[(200, 150, 150)]]
    tone, structure = (
        ink_colors(make_art(["x"], cells, mode))[0, 0] for mode in ("tone", "structure")
    )
    assert structure[0] == tone[0] == 255
    assert structure[1] < tone[1]


def test_gray_stays_gray(make_art: MakeArt) -> None:
    for background in ("dark", "light"):
        inks = ink_colors(
            make_art(["xyz"], [[(0,) * 3, (90,) * 3, (255,) * 3]], "tone", background)
        )
        assert np.ptp(inks, axis=-1).max() == 0


def test_a_filled_art_has_its_own(filled_art: Art) -> None:
    assert filled_art.fill is not None
    assert ink_colors(filled_art) is filled_art.fill.ink


def test_large_arts_are_computed_in_parts(
    make_art: MakeArt, monkeypatch: pytest.MonkeyPatch
) -> None:
    art = make_art(["xyz"] * 9, [[(i, 2 * i, 3 * i) for i in (10, 40, 80)]] * 9)
    art = replace(art, colors=np.arange(81, dtype=np.uint8).reshape(9, 3, 3))
    whole = ink_colors(art)
    monkeypatch.setattr("asciiart.art.formats.ink_colors._AT_ONCE", 6)
    np.testing.assert_array_equal(ink_colors(art), whole)
