"""Sheets of pictures: ink is black, colors stay, each picture has its place."""

from __future__ import annotations

import numpy as np
import torch

from asciiart.train.lab.sheet import sheet, to_pixels


def test_ink_is_black_and_colors_stay() -> None:
    ink = torch.tensor([[[0.0, 1.0, 2.0]]])
    assert to_pixels(ink).tolist() == [[[255] * 3, [0] * 3, [0] * 3]]
    color = torch.tensor([1.0, 0.0, 0.5])[:, None, None]
    assert to_pixels(color).tolist() == [[[255, 0, 128]]]


def test_pictures_stand_in_rows() -> None:
    dark, light = torch.ones(1, 5, 7), torch.zeros(1, 5, 7)
    page = np.asarray(sheet([dark, light, light], columns=2, enlarge=3))
    assert page.shape == (2 * (15 + 4) + 4, 2 * (21 + 4) + 4, 3)
    assert (page[4:19, 4:25] == 0).all()
    assert (page[4:19, 29:50] == 255).all()
    assert (page[23:38, 4:25] == 255).all()
    assert (page[23:38, 29:50] != 255).any()


def test_captions_are_written_below() -> None:
    blank = torch.zeros(1, 20, 20)
    bare = np.asarray(sheet([blank, blank], ["", ""], columns=2))
    named = np.asarray(sheet([blank, blank], ["", "Q"], columns=2))
    changed = np.argwhere((bare != named).any(axis=2))
    assert len(changed)
    assert changed[:, 0].min() >= 44
    assert changed[:, 1].min() >= 48
