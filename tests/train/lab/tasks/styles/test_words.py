"""Words in fonts of known styles: they are drawn where they fit, and every style is as frequent."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from asciiart.errors import FontError
from asciiart.glyphs.font import load_font
from asciiart.train.lab.tasks.styles.families import (
    HELD_OUT,
    KINDS,
    STYLES,
    TRAINING,
    VALIDATION,
    StyledFonts,
    find_families,
    named_style,
)
from asciiart.train.lab.tasks.styles.measures import measure_style, run_lengths
from asciiart.train.lab.tasks.styles.words import (
    HEIGHT,
    WIDTH,
    WordSetter,
    draw_word,
    known_words,
    word_batches,
)

FONT = load_font("DejaVu Sans Mono")


def test_no_family_is_in_two_groups() -> None:
    names = [
        name for group in (TRAINING, VALIDATION, HELD_OUT) for kind in KINDS for name in group[kind]
    ]
    assert len(names) == len(set(names))


def test_styles_are_in_order_of_kind_weight_slope() -> None:
    assert STYLES[:4] == ("sans", "sans italic", "sans bold", "sans bold italic")
    assert STYLES[8] == "mono"
    assert len(set(STYLES)) == 12


def test_missing_families_are_named() -> None:
    with pytest.raises(FontError, match="No Such Family"):
        find_families({"sans": ("No Such Family",)})


def test_a_font_tells_its_style() -> None:
    assert STYLES[named_style(FONT)] == "mono"


def test_words_are_words() -> None:
    words = known_words()
    assert len(words) > 1000
    assert "Letter" in words
    assert all(word.isalpha() and 4 <= len(word) <= 9 for word in words)


def test_a_capital_has_the_height_asked_for() -> None:
    for height in (9, 13):
        rows = np.flatnonzero(draw_word(FONT, "H", height).max(1) > 0.5)
        assert abs(len(rows) - height) <= 1
    assert draw_word(FONT, "Wwwwwwwwwwwwwww", 14)[:, -3:].any()


def test_every_style_is_as_frequent_and_the_seed_decides() -> None:
    setter = WordSetter(StyledFonts((FONT, FONT, FONT), (1, 1, 5)), ("Letter", "Sign"), each=4)
    pictures, styles = setter(600, 0)
    assert pictures.shape == (600, 1, HEIGHT, WIDTH)
    assert abs(float((styles == 5).float().mean()) - 0.5) < 0.06
    assert torch.equal(setter(600, 0)[0], pictures)
    batches = word_batches(setter, 4, 0)
    assert not torch.equal(batches(0)[0], batches(1)[0])


def test_runs_are_counted_by_length() -> None:
    rows = torch.tensor([[1, 1, 0, 1, 0, 0, 1, 1], [0, 0, 0, 0, 0, 0, 0, 1]]).float()
    shares = run_lengths(rows[None])  # two runs of 2, two of 1
    assert shares[0, :3].tolist() == [0.5, 0.5, 0]
    long = run_lengths(torch.ones(1, 1, 40))
    assert long[0].tolist() == [0] * 11 + [1]


def test_measures_do_not_change_with_the_strength_of_ink() -> None:
    word = torch.from_numpy(draw_word(FONT, "Letter", 12))[None, None]
    assert torch.allclose(measure_style(word), measure_style(0.5 * word), atol=1e-3)
    assert not torch.allclose(measure_style(word), measure_style(word.flip(3)), atol=1e-2)
