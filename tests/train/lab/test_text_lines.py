"""Lines of words: ink in strips, which depend on seed, fonts and words."""

from __future__ import annotations

import torch

from asciiart.glyphs.font import load_font
from asciiart.train.lab.text_lines import HEIGHT, WIDTH, text_lines, words_of_names

FONTS = [load_font("DejaVu Sans Mono"), load_font("Spleen 8x16")]


def test_lines_are_ink_and_depend_on_the_seed() -> None:
    lines = text_lines(FONTS, ("letter", "sign"), 6, 1)
    assert lines.shape == (6, 1, HEIGHT, WIDTH)
    assert lines.min() == 0
    assert lines.max() == 1
    assert (lines.mean((1, 2, 3)) > 0.02).all()
    assert torch.equal(text_lines(FONTS, ("letter", "sign"), 6, 1), lines)
    assert not torch.equal(text_lines(FONTS, ("letter", "sign"), 6, 2), lines)
    assert not torch.equal(text_lines(FONTS, ("vowel",), 6, 1), lines)


def test_one_font_after_the_other() -> None:
    both = text_lines(FONTS, ("sign",), 2, 1)
    assert torch.equal(text_lines(FONTS[:1], ("sign",), 1, 1), both[:1])
    assert not torch.equal(text_lines(FONTS[:1], ("sign",), 2, 1)[1], both[1])


def test_held_out_words_are_no_others() -> None:
    training, held_out = words_of_names()
    validation = words_of_names(validate=True).held_out
    assert len(training) > 1000
    assert len(held_out) > 100
    parts = (set(training), set(held_out), set(validation))
    assert sum(map(len, parts)) == len(set.union(*parts))
    assert all(word.islower() and 2 <= len(word) <= 10 for word in training)
