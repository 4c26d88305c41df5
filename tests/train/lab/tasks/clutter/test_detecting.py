"""Detectors: what they learn from, and how they are judged."""

from __future__ import annotations

import pytest
import torch
from lessons import LESSON
from scene_makers import MANY, maker

from asciiart.core.vision.boxes import Truth, box_iou
from asciiart.core.vision.rcnn import RCNN
from asciiart.train.lab.tasks.clutter import detecting
from asciiart.train.lab.tasks.clutter.detecting import propose, recall, sample_regions


def test_recall_by_hand() -> None:
    truth = Truth(
        torch.tensor([[0.0, 0, 10, 10], [20, 20, 30, 30], [0, 0, 0, 0]]), torch.tensor([1, 2, 0])
    )
    near, far = (
        torch.tensor([[0.0, 0, 10, 6], [20, 20, 30, 24]]),
        torch.tensor([[15.0, 15, 16, 16]]),
    )
    assert recall([near, far], [truth, truth]) == 0.25


def test_a_quarter_of_the_regions_are_of_letters_and_the_true_boxes_are_among_them() -> None:
    scenes = maker(MANY)(6, 0)
    examples = sample_regions(scenes, propose(scenes.pictures), 0)
    assert examples.regions.shape == (6, 32, 4)
    for regions, boxes, labels in zip(examples.regions, scenes.boxes, scenes.labels, strict=True):
        overlap = box_iou(regions, boxes[labels > 0])  # (R, G)
        assert (overlap.amax(1) >= 0.5).sum() == 8
        assert (overlap.amax(0) > 0.999).all()


def test_the_same_regions_are_drawn_for_the_same_seed() -> None:
    scenes = maker(MANY)(4, 0)
    proposals = propose(scenes.pictures)
    first, again, other = (sample_regions(scenes, proposals, seed).regions for seed in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_all_three_stages_of_rcnn_are_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detecting, "_PROPOSALS", 20)
    before = detecting.build("rcnn")
    after = detecting.learn("rcnn", maker(MANY), LESSON)
    assert isinstance(before, RCNN)
    assert isinstance(after, RCNN)
    assert before.svms.weight.abs().sum() == before.regressor.weight.abs().sum() == 0
    assert after.svms.weight.abs().sum() > 0
    assert after.regressor.weight.abs().sum() > 0
    assert not after.training
