"""The task pages: thresholds, figures, and a smoke run of every network."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from lessons import LESSON
from PIL import Image

from asciiart.glyphs.font import load_font
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.pages import task
from asciiart.train.lab.pages.pictures import SIZE, spread
from asciiart.train.lab.pages.task import (
    otsu_threshold,
    page_batches,
    text_iou,
    threshold_text,
)

FONTS = (load_font("DejaVu Sans Mono"),)


@pytest.fixture
def _few_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "ASKED", 8)
    monkeypatch.setattr(task, "BATCH", 2)


@pytest.mark.usefixtures("_few_pages")
@pytest.mark.parametrize("network", TASKS["pages"].bars)
def test_every_network_runs(network: str) -> None:
    outcome = task.teach(network, LESSON)
    assert next(iter(outcome.figures)) == TASKS["pages"].figure
    assert all(map(math.isfinite, outcome.figures.values()))
    assert all(0 <= value <= 1 for name, value in outcome.figures.items() if "IoU" in name)
    assert isinstance(outcome.samples, Image.Image)
    assert outcome.samples.height > 4 * SIZE
    assert not outcome.network.training


@pytest.mark.usefixtures("_few_pages")
def test_the_seed_decides() -> None:
    first, again, other = (task.teach("unpool", replace(LESSON, seed=seed)) for seed in (0, 0, 1))
    assert first.figures == again.figures
    assert first.figures != other.figures
    assert isinstance(first.samples, Image.Image)
    assert isinstance(again.samples, Image.Image)
    assert first.samples.tobytes() == again.samples.tobytes()


def test_steps_have_pages_of_their_own() -> None:
    batches = page_batches(FONTS, ("word",), 0)
    assert torch.equal(batches(3).pictures, batches(3).pictures)
    assert not torch.equal(batches(3).truth, batches(4).truth)
    assert not torch.equal(batches(3).truth, page_batches(FONTS, ("word",), 1)(3).truth)


def test_otsu_parts_two_groups() -> None:
    random = torch.Generator().manual_seed(0)
    low = torch.rand(900, generator=random) * 0.2
    high = torch.rand(100, generator=random) * 0.1 + 0.8
    assert 0.19 < otsu_threshold(torch.cat((low, high))) <= 0.8
    assert otsu_threshold(torch.full((9,), 0.5)) <= 0.5


def test_threshold_is_told_the_side_and_adapts_to_shade() -> None:
    truth = torch.zeros(1, SIZE, SIZE, dtype=torch.long)
    truth[:, ::16] = 1
    shade = torch.linspace(0.2, 1, SIZE)  # (W,)
    page = ((1 - 0.5 * truth[:, None]) * shade).expand(1, 3, SIZE, SIZE)
    wide = spread(truth)
    for picture in (page, 1 - page):
        adaptive, plain = (
            text_iou(threshold_text(picture, wide, adaptive=adaptive), wide)
            for adaptive in (True, False)
        )
        assert adaptive > 0.6
        assert plain < 0.75 * adaptive


def test_iou_counts_text_alone() -> None:
    truth = torch.tensor([[1, 1, 0, 0]])
    assert text_iou(torch.tensor([[1, 0, 1, 0]]), truth) == pytest.approx(1 / 3)
    assert text_iou(torch.zeros(1, 4), truth) == 0
    assert text_iou(truth * 0, truth * 0) == 0  # nan would not be a figure
