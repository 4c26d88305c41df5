"""Boxes: overlap, regression targets and average precision, by hand or brute force."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from asciiart.core.vision.boxes import (
    Detections,
    Truth,
    box_iou,
    decode_boxes,
    encode_boxes,
    mean_average_precision,
)

place, side = st.floats(-50, 150), st.floats(1, 60)
box = st.tuples(place, place, side, side).map(lambda b: [b[0], b[1], b[0] + b[2], b[1] + b[3]])


def random_boxes(count: int, seed: int) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    corners = torch.randint(0, 30, (count, 2), generator=random)
    return torch.cat([corners, corners + torch.randint(1, 20, (count, 2), generator=random)], 1)


def test_iou_is_what_counting_pixels_gives() -> None:
    first, second = random_boxes(6, 0), random_boxes(5, 1)
    found = box_iou(first.float(), second.float())
    for i, a in enumerate(first.tolist()):
        for j, b in enumerate(second.tolist()):
            one, two = torch.zeros(2, 60, 60, dtype=torch.bool)
            one[a[1] : a[3], a[0] : a[2]] = True
            two[b[1] : b[3], b[0] : b[2]] = True
            assert float(found[i, j]) == pytest.approx(float((one & two).sum() / (one | two).sum()))


@settings(deadline=None)  # a busy machine is no error
@given(box, box)
def test_decoding_undoes_encoding(target: list[float], anchor: list[float]) -> None:
    boxes, anchors = (torch.tensor([b], dtype=torch.float64) for b in (target, anchor))
    torch.testing.assert_close(decode_boxes(encode_boxes(boxes, anchors), anchors), boxes)


def test_encoding_is_the_papers_equations() -> None:
    shifts = encode_boxes(torch.tensor([10.0, 20, 30, 50]), torch.tensor([8.0, 18, 18, 38]))
    expected = [(20 - 13) / 10, (35 - 28) / 20, math.log(20 / 10), math.log(30 / 20)]
    torch.testing.assert_close(shifts, torch.tensor(expected))


def test_a_stretch_beyond_reason_stays_finite() -> None:
    assert (
        decode_boxes(torch.tensor([0.0, 0, 500, 500]), torch.tensor([0.0, 0, 1, 1])).abs().max()
        < 100
    )


def found_at(lefts: list[float], scores: list[float], label: int = 1) -> Detections:
    boxes = torch.tensor([[left, 0.0, left + 10, 10.0] for left in lefts]).view(-1, 4)
    return Detections(boxes, torch.tensor(scores), torch.full((len(lefts),), label))


def objects_at(lefts: list[float], label: int = 1) -> Truth:
    return Truth(*found_at(lefts, [1.0] * len(lefts), label)[::2])


def test_average_precision_by_hand() -> None:
    # Surest first: right, wrong (nothing there), right, wrong (found before); of 3 objects.
    found = [found_at([0, 100, 21], [0.9, 0.8, 0.7]), found_at([], []), found_at([1], [0.6])]
    truth = [objects_at([0, 20]), objects_at([50]), objects_at([], 1)]
    # recall 1/3 at precision 1, 2/3 at 2/3, never 1
    assert mean_average_precision(found, truth) == pytest.approx((1 + 2 / 3) / 3)


def test_average_precision_takes_the_highest_precision_to_the_right() -> None:
    found = [found_at([100, 0, 20], [0.9, 0.8, 0.7])]  # precision 0, 1/2, 2/3
    assert mean_average_precision(found, [objects_at([0, 20])]) == pytest.approx(2 / 3)


def test_an_object_is_found_once_and_the_threshold_counts() -> None:
    twice = [found_at([0, 1, 20], [0.9, 0.8, 0.7])]  # right, double, right
    assert mean_average_precision(twice, [objects_at([0, 20])]) == pytest.approx((1 + 2 / 3) / 2)
    near = [found_at([4], [0.9])]  # IoU 6 / 14
    assert mean_average_precision(near, [objects_at([0])]) == 0
    assert mean_average_precision(near, [objects_at([0])], iou_threshold=0.4) == 1


def test_classes_are_averaged_and_those_without_objects_left_out() -> None:
    found = [found_at([0], [0.9]), found_at([0], [0.9], label=3)]
    truth = [objects_at([0]), Truth(torch.zeros(2, 4), torch.tensor([2, 0]))]
    assert mean_average_precision(found, truth) == 0.5
    with pytest.raises(ValueError, match="no objects"):
        mean_average_precision(found[:1], [objects_at([])])
    with pytest.raises(ValueError, match="1 truths"):
        mean_average_precision(found, truth[:1])
