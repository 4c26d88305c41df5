"""Each step of R-CNN against brute force or by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from asciiart.core.vision.boxes import Truth, encode_boxes
from asciiart.core.vision.detection import (
    RCNN,
    RegionScores,
    RegionTargets,
    detect,
    detection_loss,
    match_proposals,
    warp_regions,
)


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
