"""Task scenes: the network learns in three steps, is judged, saved and tried."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from lessons import LESSON
from PIL import Image

from asciiart.core.convnets import resnet_small
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.run import run_task, try_task
from asciiart.train.lab.tasks.scenes import task
from asciiart.train.lab.tasks.scenes.pictures import KINDS, draw_scenes


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "_ASKED", 40)
    monkeypatch.setattr(task, "_KNOWN", 60)
    monkeypatch.setattr(task, "_BATCH", 8)


def test_learns_and_is_judged() -> None:
    outcome = task.teach("resnet", LESSON)
    assert next(iter(outcome.figures)) == TASKS["scenes"].figure
    assert 0 <= outcome.figures["accuracy"] <= 1
    assert len(outcome.baselines) == 4
    assert isinstance(outcome.samples, Image.Image)
    assert not outcome.network.training
    resnet_small(len(KINDS), in_channels=3).load_state_dict(outcome.network.state_dict())


def test_other_scenes_are_asked_for_validation(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds: list[int] = []

    def draw(count: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
        if count == task._ASKED:
            seeds.append(seed)
        return draw_scenes(count, seed)

    monkeypatch.setattr(task, "draw_scenes", draw)
    for validate in (False, True):
        task.teach("resnet", replace(LESSON, validate=validate))
    assert len(set(seeds)) == 2


@pytest.mark.parametrize("size", [(400, 300), (5, 9)])
def test_a_saved_network_is_tried(size: tuple[int, int], tmp_path: Path) -> None:
    run_task(TASKS, "scenes", "resnet", replace(LESSON, folder=tmp_path))
    Image.new("RGB", size, "green").save(tmp_path / "given.png")
    tried = try_task(TASKS, "scenes", str(tmp_path / "given.png"), tmp_path)
    assert isinstance(tried.answer, str)
    names = [line.rsplit(" ", 1)[0] for line in tried.answer.splitlines()]
    assert len(names) == 3
    assert set(names) < set(KINDS)
