"""Each step of R-CNN against brute force or by hand."""

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
    non_maximum_suppression,
)
from asciiart.core.vision.detection import (
    RCNN,
    RegionScores,
    RegionTargets,
    detect,
    detection_loss,
    match_proposals,
    warp_regions,
)
from asciiart.core.vision.proposals import propose_regions, sliding_windows

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


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("overlap", [0.1, 0.3, 0.6])
def test_suppression_is_what_the_greedy_loop_gives(seed: int, overlap: float) -> None:
    boxes = random_boxes(60, seed).float()
    scores = torch.rand(60, generator=torch.Generator().manual_seed(seed)).mul(20).round()  # ties
    kept: list[int] = []
    for index in scores.argsort(descending=True, stable=True).tolist():
        if not any(bool(box_iou(boxes[[index]], boxes[[k]]) > overlap) for k in kept):
            kept.append(index)
    assert non_maximum_suppression(boxes, scores, overlap).tolist() == kept
    assert 1 < len(kept) < 60


def test_suppression_of_nothing_is_nothing() -> None:
    assert non_maximum_suppression(torch.zeros(0, 4), torch.zeros(0)).shape == (0,)


def test_a_warp_of_whole_pixels_is_a_cut_for_each_picture_and_region() -> None:
    maps = torch.rand(2, 3, 12, 16)
    boxes = torch.tensor([[[2.0, 4, 14, 16], [0, 0, 12, 12]], [[20, 12, 32, 24], [4, 2, 16, 14]]])
    found = warp_regions(maps, boxes, 6, scale=0.5)
    for picture in range(2):
        for region in range(2):
            left, top, right, bottom = (boxes[picture, region] / 2).int().tolist()
            expected = maps[picture, :, top:bottom, left:right]
            torch.testing.assert_close(found[picture, region], expected)


def test_a_warp_is_bilinear_at_the_centers_and_passes_the_gradient() -> None:
    y, x = torch.meshgrid(torch.arange(10.0), torch.arange(14.0), indexing="ij")
    maps = (3 * x + 7 * y)[None, None].requires_grad_()
    found = warp_regions(maps, torch.tensor([[[2.5, 1.0, 9.5, 8.2]]]), 4)
    across = 2.5 + 7.0 * (torch.arange(4) + 0.5) / 4 - 0.5  # pixel n has its center at n + 0.5
    down = 1.0 + 7.2 * (torch.arange(4) + 0.5) / 4 - 0.5
    torch.testing.assert_close(found[0, 0, 0], 3 * across + 7 * down[:, None])
    found.sum().backward()
    assert maps.grad is not None
    assert float(maps.grad.sum()) == pytest.approx(16, rel=1e-5)  # weights of each place add to 1


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


def test_matching_names_each_region_by_its_best_object() -> None:
    truth = Truth(
        torch.tensor([[[0.0, 0, 10, 10], [20, 0, 30, 10], [0, 0, 9, 9]]]), torch.tensor([[3, 1, 0]])
    )
    proposals = torch.tensor([[[0.0, 0, 9, 9], [20, 0, 30, 16], [0, 0, 10, 4], [50, 50, 60, 60]]])
    found = match_proposals(proposals, truth, positive=0.5, negative=0.3)
    assert found.labels.tolist() == [[3, 1, -1, 0]]  # 0.81, 0.625, 0.4 and 0; label 0 is no object
    expected = encode_boxes(truth.boxes[0, :2], proposals[0, :2])
    torch.testing.assert_close(found.shifts[0, :2], expected)
    assert not found.shifts[0, 2:].any()


def test_the_loss_is_entropy_by_shares_and_smooth_l1_of_the_own_class() -> None:
    logits = torch.randn(1, 4, 3, generator=torch.Generator().manual_seed(0))
    shifts = torch.randn(1, 4, 2, 4, generator=torch.Generator().manual_seed(1)).mul(2)
    goal = torch.randn(1, 4, 4, generator=torch.Generator().manual_seed(2))
    targets = RegionTargets(torch.tensor([[2, 0, -1, 0]]), goal)
    found = detection_loss(
        RegionScores(logits, shifts), targets, background_share=0.6, box_weight=3
    )
    chances = logits.softmax(2)[0]
    entropy = 0.4 * -chances[0, 2].log() - 0.6 * (chances[1, 0].log() + chances[3, 0].log()) / 2
    error = (shifts[0, 0, 1] - goal[0, 0]).abs()
    smooth = torch.where(error < 1, error**2 / 2, error - 0.5).sum()
    torch.testing.assert_close(found, entropy + 3 * smooth)


def test_a_batch_without_objects_has_a_loss() -> None:
    scores = RegionScores(torch.zeros(1, 2, 3), torch.zeros(1, 2, 2, 4))
    targets = RegionTargets(torch.zeros(1, 2, dtype=torch.long), torch.zeros(1, 2, 4))
    assert float(detection_loss(scores, targets)) == pytest.approx(0.75 * math.log(3))


class Oracle(RCNN):
    """Says what it is told to, whatever the picture."""

    def forward(self, pictures: Tensor, proposals: Tensor) -> RegionScores:
        logits = torch.full((len(pictures), proposals.shape[1], 3), -20.0)
        logits[0, [0, 1, 2, 3], [1, 1, 2, 0]] = torch.tensor([20.0, 18.0, 20.0, 20.0])
        shifts = torch.zeros(1, 4, 2, 4)
        shifts[0, 0, 0] = torch.tensor([0.1, 0, 0, 0])
        return RegionScores(logits, shifts)


def test_detecting_moves_boxes_and_suppresses_within_a_class_only() -> None:
    proposals = torch.tensor([[[0.0, 0, 10, 10], [1, 0, 11, 10], [1, 0, 11, 10], [5, 5, 40, 40]]])
    (found,) = detect(Oracle(2), torch.zeros(1, 1, 32, 32), proposals)
    assert sorted(found.labels.tolist()) == [1, 2]
    torch.testing.assert_close(found.boxes, torch.tensor([[1.0, 0, 11, 10]] * 2))
    (clipped,) = detect(Oracle(2), torch.zeros(1, 1, 8, 8), proposals)
    torch.testing.assert_close(clipped.boxes, torch.tensor([[1.0, 0, 8, 8]] * 2))


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
    assert mean_average_precision(near, [objects_at([0])], iou=0.4) == 1


def test_classes_are_averaged_and_those_without_objects_left_out() -> None:
    found = [found_at([0], [0.9]), found_at([0], [0.9], label=3)]
    truth = [objects_at([0]), Truth(torch.zeros(2, 4), torch.tensor([2, 0]))]
    assert mean_average_precision(found, truth) == 0.5
    with pytest.raises(ValueError, match="no objects"):
        mean_average_precision(found[:1], [objects_at([])])
    with pytest.raises(ValueError, match="1 truths"):
        mean_average_precision(found, truth[:1])
