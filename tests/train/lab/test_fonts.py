"""Fonts of the lab: two groups without a common family, and letters that look as they should."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from asciiart.errors import FontError
from asciiart.glyphs.font import load_font
from asciiart.train.lab import font_groups as module
from asciiart.train.lab.drawn_letters import LETTERS, draw_letters, letters_of
from asciiart.train.lab.font_groups import HELD_OUT_FONTS, TRAINING_FONTS, find_lab_fonts

DEJAVU, SPLEEN = "DejaVu Sans Mono", "Spleen 8x16"


def rows_with_ink(font: str, character: str, size: int = 32) -> tuple[int, int]:
    rows = np.flatnonzero(draw_letters(load_font(font), character, size)[0].max(axis=1) > 0.5)
    return int(rows[0]), int(rows[-1])


def test_no_family_is_in_both_groups() -> None:
    styles = ("Bold", "Italic", "Light", "Medium", "Regular", "Narrow", "Mono", "Sans", "Serif")

    def families(names: tuple[str, ...]) -> set[str]:
        words = (
            [word for word in name.replace("-", " ").split() if word not in styles]
            for name in names
        )
        return {" ".join(word) for word in words}

    assert not families(TRAINING_FONTS) & families(HELD_OUT_FONTS)


def test_named_fonts_are_taken_and_missing_ones_refused() -> None:
    found = find_lab_fonts((DEJAVU,), (SPLEEN,))
    assert [font.name for font in found.training] == [load_font(DEJAVU).name]
    assert [font.name for font in found.held_out] == [load_font(SPLEEN).name]
    with pytest.raises(FontError, match="no such font"):
        find_lab_fonts(("No Such Font At All",), (SPLEEN,))


def test_too_few_installed_fonts_are_said_with_the_packages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "TRAINING_FONTS", ("No Such Font At All", DEJAVU))
    with pytest.raises(FontError, match=r"only 1 to learn from.*fonts-liberation"):
        find_lab_fonts((), (SPLEEN,))
    assert len(find_lab_fonts((DEJAVU,), (SPLEEN,)).training) == 1


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
