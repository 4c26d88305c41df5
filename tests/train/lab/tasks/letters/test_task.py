"""Task letters: every network learns in three steps, is judged, saved and tried."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from lessons import LESSON
from PIL import Image
from torch import nn

from asciiart.glyphs.font import load_font
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.run import run_task, try_task
from asciiart.train.lab.sheet import to_png
from asciiart.train.lab.tasks.letters import task
from asciiart.train.lab.tasks.letters.task import CLASSES, hidden_latin


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "_ASKED", 60)
    monkeypatch.setattr(task, "_KNOWN", 80)
    monkeypatch.setattr(task, "_BATCH", 16)


@pytest.mark.parametrize("network", TASKS["letters"].bars)
def test_learns_and_is_judged(network: str) -> None:
    outcome = task.teach(network, LESSON)
    assert next(iter(outcome.figures)) == TASKS["letters"].figure
    assert 0 <= outcome.figures["accuracy"] <= 1
    assert outcome.figures["letters"] == 60
    assert len(outcome.baselines) == 4
    assert isinstance(outcome.samples, Image.Image)
    assert not outcome.network.training
    rebuilt = task.build(network, outcome.settings)
    rebuilt.load_state_dict(outcome.network.state_dict())


def test_the_seed_decides() -> None:
    first, same, other = (
        task.teach("mlp", replace(LESSON, seed=seed)).network.state_dict() for seed in (1, 1, 2)
    )
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_a_few_steps_teach_something() -> None:
    lesson = replace(LESSON, steps=80, held_out_fonts=("DejaVu Sans Mono",))
    assert task.teach("resnet", lesson).figures["accuracy"] > 0.1  # by chance 0.04


def test_capital_and_small_letters_count_as_the_same() -> None:
    """The labels of one font's two letters are the same, whichever case was drawn."""
    _, labels = hidden_latin([load_font("DejaVu Sans Mono")], 400, 0)
    assert set(labels.tolist()) == set(range(len(CLASSES)))


def test_a_saved_network_is_tried(tmp_path: Path) -> None:
    run_task(TASKS, "letters", "vgg", replace(LESSON, folder=tmp_path))
    picture = Image.new("RGB", (90, 60), "white")
    picture.paste("black", (30, 10, 40, 50))
    (tmp_path / "given.png").write_bytes(to_png(picture))
    tried = try_task(TASKS, "letters", str(tmp_path / "given.png"), tmp_path)
    assert tried.network == "vgg"
    assert isinstance(tried.answer, str)
    lines = tried.answer.splitlines()
    assert len(lines) == 3
    assert all(line[0] in CLASSES and line.endswith("%") for line in lines)


@pytest.mark.parametrize("network", ["alexnet", "vgg"])
def test_networks_that_see_new_pictures_at_every_step_have_no_dropout(network: str) -> None:
    layers = task.build(network, {}).modules()
    assert {layer.p for layer in layers if isinstance(layer, nn.Dropout)} == {0.0}
