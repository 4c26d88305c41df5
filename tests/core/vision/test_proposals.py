"""Region proposals find objects, in pictures of any size."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from asciiart.core.vision.boxes import box_iou
from asciiart.core.vision.proposals import _objectness, propose_regions, sliding_windows


def scene(seed: int) -> tuple[Tensor, Tensor]:
    """Three hollow boxes, each crossed by a line, on 80 x 80 pixels with dots."""
    random = torch.Generator().manual_seed(seed)
    picture = (torch.rand(1, 80, 80, generator=random) > 0.99).float()
    boxes = []
    for corner in ((2, 3), (44, 6), (20, 44)):
        jitter = torch.randint(0, 8, (2,), generator=random)
        wide, tall = torch.randint(10, 24, (2,), generator=random).tolist()
        left, top = (torch.tensor(corner) + jitter).tolist()
        picture[0, top : top + tall, left : left + wide] = 0.8
        picture[0, top + 3 : top + tall - 3, left + 3 : left + wide - 3] = 0
        picture[0, top + tall // 2, :] = 1
        boxes.append([left, top, left + wide, top + tall])
    return picture, torch.tensor(boxes, dtype=torch.float32)


@pytest.mark.parametrize("dark", [False, True])
def test_proposals_find_crossed_objects_in_either_polarity(dark: bool) -> None:
    pictures, boxes = (torch.stack(part) for part in zip(*map(scene, range(8)), strict=True))
    found = propose_regions(1 - pictures if dark else pictures)
    assert found.shape == (8, 150, 4)
    recalled = box_iou(boxes, found).amax(2) >= 0.5
    assert float(recalled.float().mean()) >= 0.95
    assert (found[..., 2:] > found[..., :2]).all()
    assert found.min() >= 0
    assert found.max() <= 80


def test_small_and_empty_pictures_have_proposals_too() -> None:
    assert propose_regions(torch.zeros(2, 1, 40, 30), 20).isfinite().all()
    assert propose_regions(torch.zeros(1, 1, 6, 8), 3).tolist() == [[[0, 0, 8, 6]] * 3]


@pytest.mark.parametrize("size", [(64, 96), (11, 40), (40, 11)])
def test_windows_stay_in_the_picture(size: tuple[int, int]) -> None:
    windows = sliding_windows(*size)
    assert windows.min() >= 0
    assert (windows[:, 2:] <= torch.tensor([size[1], size[0]])).all()
    assert (windows[:, 2:] > windows[:, :2]).all()


def test_a_window_that_cuts_through_ink_is_worth_less() -> None:
    """Fault: proposals without the penalty.

    A window on the left half of a bar holds as much ink for its size as one around a bar of half
    the length, but it cuts through the bar.
    """
    ink = torch.zeros(1, 40, 80)
    ink[0, 10:20, 10:30] = 1  # a bar, and one of half its length
    ink[0, 10:20, 50:60] = 1
    cut, whole = torch.tensor([10.0, 10, 20, 20]), torch.tensor([50.0, 10, 60, 20])
    worth = _objectness(ink, torch.stack([cut, whole]))[0]
    around = 40
    margin = 2 * 10  # the ink of the longer bar within two pixels to the right of the cut
    assert float(worth[1]) == pytest.approx(100 / around**1.5)
    assert float(worth[0]) == pytest.approx(100 / around**1.5 - 0.4 * margin / around)


def test_windows_have_three_shapes_at_every_height() -> None:
    shapes = [(box[2] - box[0], box[3] - box[1]) for box in sliding_windows(13, 20).tolist()]
    assert sorted(set(shapes)) == [(5, 10), (6, 12), (8, 10), (10, 12), (12, 10), (15, 12)]
