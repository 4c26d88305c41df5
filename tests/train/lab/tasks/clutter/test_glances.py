"""Task glances: its truth, its figure, its baselines, and that the network learns and answers."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from lab_tries import picture_of, trained_and_tried
from lessons import LESSON
from PIL import Image

from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.tasks.clutter import glances as task
from asciiart.train.lab.tasks.clutter import scenes as clutter_scenes
from asciiart.train.lab.tasks.clutter.glances import (
    blurred,
    correlation,
    glances,
    spectral_residual,
)
from asciiart.train.lab.tasks.clutter.scenes import Scenes


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "ASKED", 6)
    monkeypatch.setattr(task, "KNOWN", 3)
    monkeypatch.setattr(task, "_BATCH", 2)
    monkeypatch.setattr(task, "_BLURS", (2.0, 4.0))
    monkeypatch.setattr(clutter_scenes, "_PIECES", 90)


@pytest.mark.usefixtures("_few")
def test_learns_and_is_judged() -> None:
    outcome = task.teach("salnet", LESSON)
    assert next(iter(outcome.figures)) == TASKS["glances"].figure
    assert all(map(math.isfinite, (*outcome.figures.values(), *outcome.baselines.values())))
    assert {"spectral residual", "difference of two blurs", "template matching"} <= set(
        outcome.baselines
    )
    assert isinstance(outcome.samples, Image.Image)
    assert not outcome.network.training


@pytest.mark.usefixtures("_few")
def test_answers_with_a_picture(tmp_path: Path) -> None:
    answer = trained_and_tried("glances", "salnet", picture_of("A", tmp_path), tmp_path)
    assert isinstance(answer, Image.Image)
    assert min(answer.size) > 3 * 72


def test_hills_are_over_the_middles_of_letters() -> None:
    boxes = torch.tensor([[[10.0, 20, 21, 31], [40, 40, 51, 51], [0, 0, 0, 0]]])
    scenes = Scenes(torch.zeros(1, 1, 60, 60), boxes, torch.tensor([[3, 4, 0]]))
    (hills,) = glances(scenes)
    assert hills[25, 15] == hills[45, 45] == 1
    assert hills[25, 15 + int(task.SPREAD)] == pytest.approx(math.exp(-0.5))
    assert hills[0, 0] < 0.01
    assert hills.max() == 1


def test_correlation_is_that_of_two_maps() -> None:
    first, second = torch.rand(2, 1, 9, 9, generator=torch.Generator().manual_seed(0))
    wanted = torch.corrcoef(torch.stack([first.flatten(), second.flatten()]))[0, 1]
    assert correlation(first, second) == pytest.approx(float(wanted), abs=1e-5)
    assert correlation(first, 3 * first + 1) == pytest.approx(1)
    assert correlation(first, torch.ones(1, 9, 9)) == 0


def test_blurring_keeps_the_sum_and_widens() -> None:
    maps = torch.zeros(1, 41, 41)
    maps[0, 20, 20] = 1
    soft = blurred(maps, 3.0)
    assert soft.sum() == pytest.approx(1, abs=1e-3)
    places = torch.arange(41) - 20.0
    assert (soft.sum((0, 1)) * places**2).sum().sqrt() == pytest.approx(3, abs=0.1)
    assert soft[0, 20, 23] == soft[0, 23, 20]


def test_the_residual_is_high_where_a_picture_is_unusual() -> None:
    picture = torch.rand(1, 64, 64, generator=torch.Generator().manual_seed(0)) * 0.2
    picture[0, 40:46, 20:26] += 0.5
    residual = blurred(spectral_residual(picture), 2.0)[0]
    row, column = divmod(int(residual.argmax()), 64)
    assert 40 <= row < 46
    assert 20 <= column < 26
    assert residual.max() > 5 * residual.mean()
