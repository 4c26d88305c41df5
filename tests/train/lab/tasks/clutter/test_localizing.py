"""Evidence of a classifier: points, hits, and what the maps are made of."""

from __future__ import annotations

import pytest
import torch

from asciiart.core.vision.boxes import Detections
from asciiart.core.vision.localization import input_saliency
from asciiart.train.lab.tasks.clutter.localizing import build, evidence, hits, middles, points_of


def test_points_are_the_middles_of_the_highest_pixels() -> None:
    maps = torch.zeros(2, 9, 9)
    maps[0, 3, 5] = maps[1, 8, 0] = 1
    assert points_of(maps).tolist() == [[5.5, 3.5], [0.5, 8.5]]


def test_hits_by_hand() -> None:
    boxes = torch.tensor([[2.0, 3, 6, 9]] * 4)
    points = torch.tensor([[2.0, 3], [5.9, 8.9], [6, 5], [4, 9]])
    assert hits(points, boxes) == 0.5


def test_middles_are_of_the_best_detections() -> None:
    boxes = torch.tensor([[0.0, 0, 4, 8], [10, 10, 20, 20]])
    some = Detections(boxes, torch.tensor([0.9, 0.1]), torch.tensor([1, 2]))
    none = Detections(boxes[:0], torch.zeros(0), torch.zeros(0).long())
    assert middles([some, none], torch.full((2, 2), 7.0)).tolist() == [[2, 4], [7, 7]]


@pytest.mark.parametrize("network", ["cam", "grad-cam", "input-saliency"])
def test_evidence_is_a_map_of_the_picture(network: str) -> None:
    torch.manual_seed(0)
    model = build().eval()
    pictures = torch.rand(2, 1, 48, 48)
    maps = evidence(network, model, pictures, torch.tensor([1, 2]))
    assert maps.shape == (2, 48, 48)
    assert not torch.equal(maps, evidence(network, model, pictures, torch.tensor([3, 4])))
    assert (network == "cam") == (maps.min() < 0)


def test_saliency_is_averaged_over_squares() -> None:
    torch.manual_seed(0)
    model = build().eval()
    picture, classes = torch.rand(1, 1, 48, 48), torch.tensor([3])
    slopes = input_saliency(model, picture, classes)
    smooth = evidence("input-saliency", model, picture, classes)
    assert smooth[0, 20, 30] == pytest.approx(float(slopes[0, 12:29, 22:39].mean()), rel=1e-4)
