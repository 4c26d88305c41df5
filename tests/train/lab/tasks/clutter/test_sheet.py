"""Sheets of clutter: boxes, peaks and glimpses are drawn where they are, three times as large."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image

from asciiart.core.vision.boxes import Detections
from asciiart.io.pictures.arrays import Mask, Pixels
from asciiart.train.lab.tasks.clutter.scenes import Scenes
from asciiart.train.lab.tasks.clutter.sheet import box_sheet, heat_sheet, path_sheet

GAP = 4
GREEN, BLUE, RED = (40, 160, 70), (40, 80, 220), (220, 40, 40)
SCENES = Scenes(torch.zeros(1, 1, 40, 40), torch.tensor([[[5.0, 6, 15, 16]]]), torch.tensor([[2]]))


def drawn(page: Image.Image) -> Pixels:
    """Return the pixels (120, 120, 3) of the only picture on a sheet."""
    return np.asarray(page)[GAP : GAP + 120, GAP : GAP + 120]


def where(pixels: Pixels, color: tuple[int, int, int]) -> Mask:
    return np.asarray((pixels == color).all(-1))


def outline(left: int, top: int, right: int, bottom: int) -> Mask:
    """Return the pixels of a rectangle, right and bottom one past the last."""
    mask = np.zeros((120, 120), np.bool_)
    mask[top:bottom, left:right] = True
    mask[top + 1 : bottom - 1, left + 1 : right - 1] = False
    return mask


def test_heat_is_yellow_and_the_peak_is_crossed() -> None:
    heat = torch.full((1, 40, 40), -1.0)
    heat[0, 30:, 30:] = 2
    page = heat_sheet(SCENES, heat, torch.tensor([[20.0, 30]]), torch.tensor([2]))
    pixels = drawn(page)
    assert np.array_equal(where(pixels, GREEN), outline(15, 18, 45, 48))
    assert where(pixels, BLUE)[90, 60]
    assert where(pixels, BLUE).sum() < 50
    assert (pixels[100, 100] == (255, 204, 102)).all()  # six tenths of the way to orange
    assert (pixels[60, 100] == 255).all()


def test_captions_tell_the_right_letter_and_the_answer() -> None:
    pages = [
        np.asarray(heat_sheet(SCENES, torch.zeros(1, 40, 40), torch.zeros(1, 2), answer))
        for answer in (torch.tensor([2]), torch.tensor([3]))
    ]
    changed = np.argwhere((pages[0] != pages[1]).any(-1))
    assert changed[:, 0].min() >= GAP + 120


def test_only_sure_detections_are_drawn() -> None:
    boxes = torch.tensor([[20.0, 20, 30, 32], [1.0, 1, 9, 9]])
    found = [Detections(boxes, torch.tensor([0.7, 0.3]), torch.tensor([1, 1]))]
    sure, all_of_them, none = (
        where(drawn(box_sheet(SCENES, found, least)), BLUE) for least in (0.5, 0.3, 0.8)
    )
    first, second = outline(60, 60, 90, 96), outline(3, 3, 27, 27)
    assert not (sure & ~first).any()
    assert sure.sum() > 0.8 * first.sum()  # the letter hides a few
    assert (all_of_them & second).sum() > 0.8 * second.sum()
    assert not none.any()
    assert where(drawn(box_sheet(SCENES, found, 0.5)), RED).any()


def test_a_path_has_a_square_for_each_glimpse() -> None:
    glimpses = torch.tensor([[[20.0, 20], [30, 20], [30, 30]]])
    page = path_sheet(SCENES, glimpses, torch.tensor([2]), 8)
    pixels = drawn(page)
    for (x, y), color in zip(
        glimpses[0].int().tolist(), ((240, 150, 30), (220, 90, 60), (110, 30, 170)), strict=True
    ):
        found = where(pixels, color)
        top, left, bottom, right = 3 * (y - 4), 3 * (x - 4), 3 * (y + 4), 3 * (x + 4)
        assert found[top, left], (x, y)
        assert found[bottom - 1, right - 1], (x, y)
        assert not found[top, left - 1], (x, y)
        assert not found[bottom, right - 1], (x, y)
    assert where(pixels, (220, 90, 60))[60, 70]  # the line to the second glimpse
