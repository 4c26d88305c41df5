"""Task clutter: its figures, and that every network learns and is judged."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from lessons import LESSON
from PIL import Image
from scene_makers import maker

from asciiart.core.vision.boxes import Truth
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.clutter import scenes as clutter_scenes
from asciiart.train.lab.clutter import task
from asciiart.train.lab.clutter.scenes import Scenes
from asciiart.train.lab.clutter.task import hits, recall
from asciiart.train.lab.font_groups import HELD_OUT_FONTS, TRAINING_FONTS


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for fewer pictures, with fewer pieces of clutter, to be quick."""
    monkeypatch.setattr(task, "_ASKED", 72)
    monkeypatch.setattr(clutter_scenes, "_PIECES", 90)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("network", TASKS["clutter"].bars)
def test_learns_and_is_judged(network: str) -> None:
    outcome = task.teach(network, LESSON)
    assert next(iter(outcome.figures)) == TASKS["clutter"].figure
    assert all(math.isfinite(figure) and figure >= 0 for figure in outcome.figures.values())
    counts = {"letters", "last glimpse's distance in pixels"}
    assert all(value <= 1 for name, value in outcome.figures.items() if name not in counts)
    assert isinstance(outcome.samples, Image.Image)
    assert outcome.samples.width > 500
    assert not outcome.network.training


@pytest.mark.usefixtures("few")
def test_the_seed_decides() -> None:
    first, second, other = (
        task.teach("cam", replace(LESSON, seed=seed)).network.state_dict() for seed in (1, 1, 2)
    )
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_no_font_is_both_learned_and_judged_by() -> None:
    assert not set(TRAINING_FONTS) & set(HELD_OUT_FONTS)


def test_the_first_letters_of_the_attention_model_are_near_the_middle() -> None:
    spreads: list[float] = []
    makes = maker(task.FEW_CLASSES)

    def make(count: int, seed: int, spread: float) -> Scenes:
        spreads.append(spread)
        return makes(count, seed, spread)

    task._learn_ram(make, replace(LESSON, steps=5))  # type: ignore[arg-type]
    assert spreads == pytest.approx([0.1, 0.55, 1, 1, 1])


def test_hits_and_recall_by_hand() -> None:
    boxes = torch.tensor([[2.0, 3, 6, 9]] * 4)
    points = torch.tensor([[2.0, 3], [5.9, 8.9], [6, 5], [4, 9]])
    assert hits(points, boxes) == 0.5
    truth = Truth(
        torch.tensor([[0.0, 0, 10, 10], [20, 20, 30, 30], [0, 0, 0, 0]]), torch.tensor([1, 2, 0])
    )
    near, far = (
        torch.tensor([[0.0, 0, 10, 6], [20, 20, 30, 24]]),
        torch.tensor([[15.0, 15, 16, 16]]),
    )
    assert recall([near, far], [truth, truth]) == 0.25
