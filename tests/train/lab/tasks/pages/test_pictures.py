"""Pages of text: their words, their ink, and the mask of the text."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from asciiart.glyphs.font import load_font
from asciiart.train.lab.tasks.pages.pictures import (
    SIZE,
    draw_page,
    draw_pages,
    draw_text,
    spread,
    words_of_names,
)

FONTS = (load_font("DejaVu Sans Mono"),)


def test_held_out_words_are_never_learned() -> None:
    words = words_of_names()
    assert not set(words.training) & set(words.held_out)
    assert len(words.training) > 5 * len(words.held_out) > 1000
    assert {len(word) for word in words.held_out} == set(range(2, 11))


def test_pages_have_text_and_its_truth() -> None:
    drawn = draw_pages(FONTS, ("word",), 4, np.random.default_rng(0))
    assert drawn.pictures.shape == (4, 3, SIZE, SIZE)
    assert drawn.truth.shape == (4, SIZE, SIZE)
    assert 0 <= drawn.pictures.min() < drawn.pictures.max() <= 1
    shares = drawn.truth.float().mean((1, 2))
    assert ((shares > 0.1) & (shares < 0.6)).all()


def test_without_words_there_is_no_text() -> None:
    drawn = draw_pages(FONTS, (" ",), 2, np.random.default_rng(0))
    assert drawn.truth.sum() == 0
    assert drawn.pictures.std() > 0.02


@pytest.mark.parametrize("seed", range(8))
def test_text_stands_out_where_it_is(seed: int) -> None:
    ink = draw_text(FONTS, ("word",), np.random.default_rng(seed))
    with_text, without = (
        draw_page(shown, np.random.default_rng(seed)) for shown in (ink, np.zeros_like(ink))
    )
    change = np.abs(with_text - without).mean(-1)
    assert change[ink == 0].max() == 0  # shade, strokes and noise are the same
    assert change[ink == 1].mean() > 0.15


def test_masks_are_spread_by_the_margin() -> None:
    mask = torch.zeros(2, 12, 12, dtype=torch.long)
    mask[0, 6, 2] = 1
    wide = spread(mask)
    assert wide[0, 3:10, 0:6].all()
    assert wide.sum() == 7 * 6  # the left edge cuts one column off
