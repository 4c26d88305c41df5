"""NMS and RoIAlign against a greedy loop, slices, NumPy and torchvision."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor
from vision_reference import HAS_OPERATORS, torchvision

from asciiart.core.vision import operators
from asciiart.core.vision.boxes import box_iou
from asciiart.core.vision.operators import (
    compiled_operators,
    nms,
    reference_nms,
    reference_roi_align,
    roi_align,
)


def random_boxes(count: int, seed: int) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    corners = torch.randint(0, 30, (count, 2), generator=random)
    sizes = torch.randint(1, 20, (count, 2), generator=random)
    return torch.cat([corners, corners + sizes], 1).float()


def scores_with_ties(count: int, seed: int) -> Tensor:
    return torch.rand(count, generator=torch.Generator().manual_seed(seed)).mul(20).round()


def test_iou_is_torchvisions() -> None:
    first, second = random_boxes(9, 0), random_boxes(7, 1)
    expected = torchvision.ops.box_iou(first, second)
    torch.testing.assert_close(box_iou(first, second), expected)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("iou_threshold", [0.1, 0.3, 0.6])
def test_suppression_is_what_the_greedy_loop_gives(seed: int, iou_threshold: float) -> None:
    boxes, scores = random_boxes(60, seed), scores_with_ties(60, seed)
    kept: list[int] = []
    for index in scores.argsort(descending=True, stable=True).tolist():
        if not any(bool(box_iou(boxes[[index]], boxes[[k]]) > iou_threshold) for k in kept):
            kept.append(index)
    assert reference_nms(boxes, scores, iou_threshold).tolist() == kept
    assert nms(boxes, scores, iou_threshold).tolist() == kept
    assert 1 < len(kept) < 60


def test_suppression_of_nothing_is_nothing() -> None:
    assert reference_nms(torch.zeros(0, 4), torch.zeros(0)).shape == (0,)


def test_a_region_of_whole_pixels_is_a_cut_for_each_picture_and_region() -> None:
    maps = torch.rand(2, 3, 12, 16, generator=torch.Generator().manual_seed(0))
    boxes = torch.tensor([[[2.0, 4, 14, 16], [0, 0, 12, 12]], [[20, 12, 32, 24], [4, 2, 16, 14]]])
    found = reference_roi_align(maps, boxes, 6, 0.5)
    for picture in range(2):
        for region in range(2):
            left, top, right, bottom = (boxes[picture, region] / 2).int().tolist()
            expected = maps[picture, :, top:bottom, left:right]
            torch.testing.assert_close(found[picture, region], expected)


def test_a_region_is_bilinear_at_the_centers_and_passes_the_gradient() -> None:
    y, x = torch.meshgrid(torch.arange(10.0), torch.arange(14.0), indexing="ij")
    maps = (3 * x + 7 * y)[None, None].requires_grad_()
    found = reference_roi_align(maps, torch.tensor([[[2.5, 1.0, 9.5, 8.2]]]), 4)
    across = 2.5 + 7.0 * (torch.arange(4) + 0.5) / 4 - 0.5  # pixel n has its center at n + 0.5
    down = 1.0 + 7.2 * (torch.arange(4) + 0.5) / 4 - 0.5
    torch.testing.assert_close(found[0, 0, 0], 3 * across + 7 * down[:, None])
    found.sum().backward()
    assert maps.grad is not None
    assert float(maps.grad.sum()) == pytest.approx(16, rel=1e-5)  # weights of each place add to 1


def wild_boxes() -> Tensor:
    """Boxes of two pictures of 24 x 18, within, across the edges and beyond them."""
    random = torch.Generator().manual_seed(2)
    corners = 34 * torch.rand(2, 8, 2, generator=random) - 8
    return torch.cat([corners, corners + 1 + 15 * torch.rand(2, 8, 2, generator=random)], 2)


def numbered(boxes: Tensor) -> Tensor:
    """Return torchvision's form of boxes (B, R, 4): (B R, 5), with the picture's number."""
    number = torch.arange(len(boxes)).repeat_interleave(boxes.shape[1])[:, None]
    return torch.cat([number, boxes.flatten(0, 1)], 1)


@pytest.mark.parametrize("sampling_ratio", [1, 2, 3])
def test_regions_are_torchvisions(sampling_ratio: int) -> None:
    """Its RoIAlign in Python, which gives what its compiled one gives within the maps."""
    maps = torch.rand(2, 3, 9, 12, generator=torch.Generator().manual_seed(0))
    extent = torch.tensor([24.0, 18])
    boxes = wild_boxes().clamp_min(0).minimum(extent.repeat(2))
    python = torchvision.ops.roi_align.__globals__["_roi_align"].__wrapped__
    expected = python(maps, numbered(boxes), 0.5, 5, 5, sampling_ratio, True)
    found = reference_roi_align(maps, boxes, 5, 0.5, sampling_ratio)
    torch.testing.assert_close(found.flatten(0, 1), expected)
    if HAS_OPERATORS:
        compiled = roi_align(maps, wild_boxes(), 5, 0.5, sampling_ratio)
        own = reference_roi_align(maps, wild_boxes(), 5, 0.5, sampling_ratio)
        torch.testing.assert_close(compiled, own)


def value_at(maps: np.ndarray, y: float, x: float) -> np.ndarray:
    """Return the value (C,) between pixels by the rule of torchvision's compiled operator."""
    height, width = maps.shape[1:]
    if y < -1 or y > height or x < -1 or x > width:
        return np.zeros(len(maps))
    y, x = min(max(y, 0), height - 1), min(max(x, 0), width - 1)
    top, left = int(y), int(x)
    bottom, right = min(top + 1, height - 1), min(left + 1, width - 1)
    upper = (1 - x + left) * maps[:, top, left] + (x - left) * maps[:, top, right]
    lower = (1 - x + left) * maps[:, bottom, left] + (x - left) * maps[:, bottom, right]
    return np.asarray((1 - y + top) * upper + (y - top) * lower)


def test_beyond_the_maps_there_is_nothing() -> None:
    maps = torch.rand(2, 3, 9, 12, generator=torch.Generator().manual_seed(0), dtype=torch.double)
    boxes = wild_boxes().double()
    found = reference_roi_align(maps, boxes, 4, 0.5, 2)
    for picture in range(2):
        for region, box in enumerate(boxes[picture].numpy() * 0.5):
            step = (box[2:] - box[:2]) / 8
            for row in range(4):
                for column in range(4):
                    values = [
                        value_at(
                            maps[picture].numpy(),
                            box[1] + step[1] * (2 * row + i + 0.5) - 0.5,
                            box[0] + step[0] * (2 * column + j + 0.5) - 0.5,
                        )
                        for i in range(2)
                        for j in range(2)
                    ]
                    np.testing.assert_allclose(
                        found[picture, region, :, row, column], np.mean(values, axis=0), atol=1e-12
                    )
    assert (found == 0).any()


def test_torchvisions_operators_are_taken_where_they_can_be_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[object, ...]] = []

    def compiled_nms(*args: object) -> Tensor:
        asked.append(args[2:])
        return torch.tensor([7])

    def compiled_roi_align(*args: object, aligned: bool) -> Tensor:
        asked.append((*args[1:], aligned))
        return torch.arange(4.0).view(4, 1, 1, 1)

    fake = SimpleNamespace(
        nms=compiled_nms,
        roi_align=compiled_roi_align,
    )
    monkeypatch.setattr(operators, "compiled_operators", lambda: fake)
    assert nms(torch.zeros(1, 4), torch.zeros(1), 0.4).tolist() == [7]
    boxes = torch.zeros(2, 2, 4)
    found = roi_align(torch.zeros(2, 1, 4, 4), boxes, 1, 0.5, 2)
    assert found.flatten(2).tolist() == [[[0], [1]], [[2], [3]]]
    assert asked[0] == (0.4,)
    (regions, *rest) = asked[1]
    assert [part.shape for part in regions] == [(2, 4)] * 2  # type: ignore[attr-defined]
    assert rest == [1, 0.5, 2, True]


def test_without_working_operators_ours_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (compiled_operators() is not None) == HAS_OPERATORS
    monkeypatch.setattr(torchvision.ops, "nms", _broken)
    assert compiled_operators.__wrapped__() is None
    monkeypatch.setitem(sys.modules, "torchvision", None)  # as if not installed
    assert compiled_operators.__wrapped__() is None


def _broken(*_: object) -> None:
    raise RuntimeError("Couldn't load custom C++ ops")


@pytest.mark.parametrize("suppress", [nms, reference_nms])
@pytest.mark.parametrize(("height", "kept"), [(2.5, [0, 1]), (3.5, [0])])
def test_boxes_overlapping_by_more_than_three_tenths_are_suppressed_by_default(
    suppress, height, kept
):
    boxes = torch.tensor([[0.0, 0.0, 10.0, 10.0], [0.0, 0.0, 10.0, height]])  # IoU is height / 10
    assert suppress(boxes, torch.tensor([0.9, 0.8])).tolist() == kept
