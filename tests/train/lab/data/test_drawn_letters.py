"""Letters of fonts look as they should, and say what they are."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from asciiart.errors import FontError
from asciiart.glyphs.font import load_font
from asciiart.train.lab.data.drawn_letters import LETTERS, draw_letters, letters_of

DEJAVU, SPLEEN = "DejaVu Sans Mono", "Spleen 8x16"


def rows_with_ink(font: str, character: str, size: int = 32) -> tuple[int, int]:
    rows = np.flatnonzero(draw_letters(load_font(font), character, size)[0].max(axis=1) > 0.5)
    return int(rows[0]), int(rows[-1])


@pytest.mark.parametrize("font", [DEJAVU, SPLEEN])
def test_case_can_be_told_by_size(font: str) -> None:
    small, capital = rows_with_ink(font, "o"), rows_with_ink(font, "O")
    assert small[0] > capital[0] + 2
    assert abs(small[1] - capital[1]) <= 1


def test_capitals_of_all_fonts_are_of_one_height() -> None:
    heights = [np.subtract(*rows_with_ink(font, "H")[::-1]) for font in (DEJAVU, SPLEEN)]
    assert abs(int(heights[0]) - int(heights[1])) <= 3


def test_letters_say_what_they_are() -> None:
    fonts = [load_font(DEJAVU), load_font(SPLEEN)]
    letters = letters_of(fonts, LETTERS, 24)
    assert letters.pictures.shape == (2 * 62, 1, 24, 24)
    assert letters.labels.tolist() == [*range(62), *range(62)]
    assert letters.fonts.tolist() == [0] * 62 + [1] * 62
    expected = draw_letters(fonts[1], "g", 24)[0]
    place = 62 + LETTERS.index("g")
    assert torch.equal(letters.pictures[place, 0], torch.from_numpy(expected))
    assert float(letters.pictures.amax((1, 2, 3)).min()) > 0.3


def test_characters_that_a_font_lacks_are_left_out() -> None:
    letters = letters_of([load_font(SPLEEN), load_font(DEJAVU)], "A😀永B", 16)
    assert letters.labels.tolist() == [0, 3, 0, 3]


def test_fonts_without_any_of_the_characters_are_refused() -> None:
    with pytest.raises(FontError, match=r"Spleen.*: no letters"):
        letters_of([load_font(SPLEEN)], "😀", 16)
