"""The recurrent attention model's lesson: letters start near its first glimpse."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from lessons import LESSON
from scene_makers import maker

from asciiart.core.vision.boxes import Detections
from asciiart.train.lab.tasks.clutter import glimpsing
from asciiart.train.lab.tasks.clutter.scenes import Scenes


def test_the_first_letters_are_near_the_middle() -> None:
    spreads: list[float] = []
    makes = maker(glimpsing.SCENES)

    def make(count: int, seed: int, spread: float) -> Scenes:
        spreads.append(spread)
        return makes(count, seed, spread)

    glimpsing.learn(make, replace(LESSON, steps=5))  # type: ignore[arg-type]
    assert spreads == pytest.approx([0.1, 0.55, 1, 1, 1])


def test_the_best_label_is_the_first() -> None:
    none = Detections(torch.zeros(0, 4), torch.zeros(0), torch.zeros(0).long())
    two = Detections(torch.zeros(2, 4), torch.tensor([0.9, 0.2]), torch.tensor([7, 3]))
    assert glimpsing.best_labels([two, none]).tolist() == [7, 0]
