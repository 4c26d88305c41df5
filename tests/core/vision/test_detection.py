"""Each step of Fast R-CNN against brute force or by hand."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
import torch
from numpy_layers import array, block, linear, rectify
from torch import Tensor

from asciiart.core.vision.boxes import Truth, encode_boxes
from asciiart.core.vision.detection import (
    FastRCNN,
    RegionScores,
    RegionTargets,
    detect,
    detection_loss,
    match_proposals,
)


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


class Oracle(FastRCNN):
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


def test_regions_are_pooled_at_the_stride_of_the_maps() -> None:
    """Fault: R-CNN pooling at scale 1, though the maps are half as large as the picture."""
    torch.manual_seed(0)
    network: Any = FastRCNN(2, width=4, output_size=3).eval()
    random = torch.Generator().manual_seed(1)
    pictures = torch.rand(2, 1, 24, 32, generator=random)
    proposals = torch.tensor([[[2.0, 4, 14, 16], [20, 6, 32, 24]], [[0, 0, 6, 12], [8, 8, 26, 20]]])
    out = network(pictures, proposals)
    maps = array(network.trunk(pictures))
    assert maps.shape == (2, 8, 12, 16)
    for picture in range(2):
        for region, box in enumerate(proposals[picture].numpy() / 2):
            steps = (np.arange(3) + 0.5) / 3
            rows = box[1] + (box[3] - box[1]) * steps - 0.5
            columns = box[0] + (box[2] - box[0]) * steps - 0.5
            low = [np.floor(places).astype(int) for places in (rows, columns)]
            share = [places - floor for places, floor in zip((rows, columns), low, strict=True)]
            pooled = np.zeros((8, 3, 3))
            for down, right in itertools.product((0, 1), (0, 1)):
                tall = share[0] if down else 1 - share[0]
                wide = share[1] if right else 1 - share[1]
                y, x = (low[0] + down).clip(0, 11), (low[1] + right).clip(0, 15)
                pooled += maps[picture][:, y[:, None], x] * tall[:, None] * wide
            hidden = rectify(linear(pooled.reshape(1, -1), network.hidden[0]))
            logits, shifts = linear(hidden, network.classifier), linear(hidden, network.regressor)
            np.testing.assert_allclose(array(out.logits[picture, region]), logits[0], atol=1e-5)
            found = array(out.shifts[picture, region]).ravel()
            np.testing.assert_allclose(found, shifts[0], atol=1e-5)


def test_the_trunk_layer_by_layer() -> None:
    torch.manual_seed(0)
    network = FastRCNN(2, width=4).eval()
    picture = torch.rand(1, 1, 9, 12, generator=torch.Generator().manual_seed(1))
    first, second, third = network.trunk
    expected = block(block(block(array(picture), first), second, stride=2), third)
    np.testing.assert_allclose(array(network.trunk(picture)), expected, atol=1e-5)


def test_scores_are_the_probabilities_of_the_classes_without_the_background() -> None:
    network = FastRCNN(3, width=4).eval()
    pictures, proposals = torch.rand(1, 1, 16, 16), torch.tensor([[[0.0, 0, 8, 8], [4, 4, 16, 16]]])
    found = network.score(pictures, proposals)
    logits = array(network(pictures, proposals).logits)
    shares = np.exp(logits) / np.exp(logits).sum(2, keepdims=True)
    np.testing.assert_allclose(array(found.scores), shares[..., 1:], rtol=1e-4)
