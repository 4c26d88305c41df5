"""Task clutter: every network learns, is judged, and answers."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from lab_tries import picture_of, rebuilt_and_asked
from lessons import LESSON
from PIL import Image

from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.data.font_groups import HELD_OUT_FONTS, TRAINING_FONTS, VALIDATION_FONTS
from asciiart.train.lab.tasks.clutter import detecting, task
from asciiart.train.lab.tasks.clutter import scenes as clutter_scenes


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for fewer pictures, with fewer pieces of clutter, to be quick."""
    monkeypatch.setattr(task, "ASKED", 12)
    monkeypatch.setattr(clutter_scenes, "_PIECES", 90)
    monkeypatch.setattr(detecting, "_PROPOSALS", 20)


@pytest.mark.parametrize("network", TASKS["clutter"].bars)
def test_learns_is_judged_and_answers(network: str, tmp_path: Path) -> None:
    outcome = task.teach(network, LESSON)
    assert next(iter(outcome.figures)) == TASKS["clutter"].figure
    assert all(math.isfinite(figure) and figure >= 0 for figure in outcome.figures.values())
    counts = {"letters", "last glimpse's distance in pixels"}
    assert all(value <= 1 for name, value in outcome.figures.items() if name not in counts)
    assert all(0 <= value <= 1 for value in outcome.baselines.values())
    assert "template matching" in outcome.baselines
    assert isinstance(outcome.samples, Image.Image)
    assert outcome.samples.width > 500
    assert not outcome.network.training
    answer = rebuilt_and_asked("clutter", network, outcome, picture_of("B", tmp_path))
    assert isinstance(answer, Image.Image)
    assert min(answer.size) > 3 * 48


def test_the_seed_decides() -> None:
    first, second, other = (
        task.teach("cam", replace(LESSON, seed=seed)).network.state_dict() for seed in (1, 1, 2)
    )
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_choices_are_made_by_other_scenes(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds: list[int] = []
    make = clutter_scenes.SceneMaker.__call__

    def noted(
        maker: clutter_scenes.SceneMaker, count: int, seed: int, spread: float = 1.0
    ) -> clutter_scenes.Scenes:
        if count == task.ASKED:
            seeds.append(seed)
        return make(maker, count, seed, spread)

    monkeypatch.setattr(clutter_scenes.SceneMaker, "__call__", noted)
    for validate in (False, True):
        task.teach("cam", replace(LESSON, validate=validate))
    assert len(set(seeds)) == 2


def test_no_font_is_both_learned_and_judged_by() -> None:
    assert not set(TRAINING_FONTS) & set(HELD_OUT_FONTS)
    assert not set(VALIDATION_FONTS) & {*TRAINING_FONTS, *HELD_OUT_FONTS}
