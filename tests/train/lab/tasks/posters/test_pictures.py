"""Posters: their letters lie in their boxes and stand out."""

from __future__ import annotations

import numpy as np
import torch

from asciiart.core.vision.boxes import box_iou
from asciiart.glyphs.font import load_font
from asciiart.train.lab.tasks.posters import pictures
from asciiart.train.lab.tasks.posters.pictures import LETTERS, SIZE, draw_posters

FONTS = (load_font("DejaVu Sans Mono"),)


def test_posters_have_letters_that_do_not_touch() -> None:
    posters = draw_posters(FONTS, 20, np.random.default_rng(0))
    assert posters.pictures.shape == (20, 3, SIZE, SIZE)
    assert 0 <= posters.pictures.min() < posters.pictures.max() <= 1
    counts = {len(boxes) for boxes in posters.boxes}
    assert counts == set(range(LETTERS[0], LETTERS[1] + 1))
    heights = torch.cat([boxes[:, 3] - boxes[:, 1] for boxes in posters.boxes])
    assert heights.min() < 20
    assert heights.max() > 60
    for boxes in posters.boxes:
        assert box_iou(boxes, boxes).triu(1).max() == 0
        assert boxes.min() >= 0
        assert boxes.max() <= SIZE


def test_a_box_is_tight_around_what_stands_out() -> None:
    random = np.random.default_rng(3)
    for _ in range(20):
        ink = pictures._letter(FONTS, random)
        edges = (ink[0], ink[-1], ink[:, 0], ink[:, -1])
        assert all(edge.max() > 0.5 for edge in edges)
        paper = random.uniform(0, 1, 3)
        fill = pictures._fill(ink.shape, paper, random)
        assert np.abs(fill - paper).max(-1).min() >= pictures._CONTRAST


def test_the_random_numbers_decide() -> None:
    first, again, other = (
        draw_posters(FONTS, 2, np.random.default_rng(seed)).pictures for seed in (0, 0, 1)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
