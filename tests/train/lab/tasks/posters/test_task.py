"""Task posters: regions, recall and what they are compared with."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from lab_tries import picture_of, trained_and_tried
from lessons import LESSON
from PIL import Image

from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.tasks.posters import task
from asciiart.train.lab.tasks.posters.pictures import SIZE
from asciiart.train.lab.tasks.posters.task import components, even_windows, recall


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "ASKED", 2)
    monkeypatch.setattr(task, "SCALES", (100.0,))


@pytest.mark.usefixtures("_few")
def test_is_judged() -> None:
    outcome = task.teach("selective-search", LESSON)
    assert next(iter(outcome.figures)) == TASKS["posters"].figure
    assert all(map(math.isfinite, outcome.figures.values()))
    assert set(outcome.baselines) == {
        "sliding windows",
        "windows with ink",
        "connected components",
    }
    assert isinstance(outcome.samples, Image.Image)


@pytest.mark.usefixtures("_few")
def test_answers_with_a_picture(tmp_path: Path) -> None:
    page = picture_of("AB", tmp_path)
    answer = trained_and_tried("posters", "selective-search", page, tmp_path)
    assert isinstance(answer, Image.Image)
    assert answer.size == (90, 60)
    assert (np.asarray(answer) == task._FOUND).all(-1).any()


def test_components_of_both_sides_are_found_in_every_channel() -> None:
    pictures = torch.full((1, 3, SIZE, SIZE), 0.5)
    pictures[0, 0, 10:20, 30:50] = 1
    pictures[0, 2, 70:90, 30:50] = 0
    for levels in (1, 3):
        (found,) = components(pictures, levels)
        assert [30, 10, 50, 20] in found.tolist()
        assert [30, 70, 50, 90] in found.tolist()
        assert len(found) <= task.COUNT


def test_windows_are_as_many_as_the_regions_and_of_all_sizes() -> None:
    (windows,) = even_windows(1)
    assert len(windows) == task.COUNT
    heights = windows[:, 3] - windows[:, 1]
    assert heights.min() < 15
    assert heights.max() > 100


def test_recall_by_hand() -> None:
    boxes = torch.tensor([[0.0, 0, 10, 10], [20, 20, 30, 30]])
    assert recall([boxes[:1], boxes], [boxes, boxes]) == 0.75
