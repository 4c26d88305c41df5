"""Words in fonts of known styles: they are drawn where they fit, and every style is as frequent."""

from __future__ import annotations

import numpy as np
import torch

from asciiart.glyphs.font import load_font
from asciiart.train.lab.tasks.styles.families import (
    StyledFonts,
)
from asciiart.train.lab.tasks.styles.words import (
    HEIGHT,
    WIDTH,
    WordSetter,
    draw_word,
    known_words,
    word_batches,
)

FONT = load_font("DejaVu Sans Mono")


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
