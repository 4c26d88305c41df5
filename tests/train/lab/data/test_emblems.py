"""Emblems: letters in frames that do not touch them."""

from __future__ import annotations

import torch

from asciiart.glyphs.font import load_font
from asciiart.train.lab.data.emblems import FRAMES, SIZE, draw_emblems

FONT = load_font("DejaVu Sans Mono")


def test_every_letter_has_every_frame() -> None:
    emblems = draw_emblems(FONT, "AB")
    assert emblems.shape == (2 * len(FRAMES), SIZE * SIZE)
    assert set(emblems.unique().tolist()) == {0.0, 1.0}
    assert len(emblems.unique(dim=0)) == len(emblems)


def test_letter_and_frame_add_up() -> None:
    """No pixel belongs to both, so that an emblem is the sum of what it is made of."""
    first, second = draw_emblems(FONT, "AB").view(2, len(FRAMES), -1)
    frames = first - first[0]  # the first frame is none
    assert torch.equal(second - second[0], frames)
    assert (frames >= 0).all()
    assert (frames[1:].sum(1) > 50).all()
