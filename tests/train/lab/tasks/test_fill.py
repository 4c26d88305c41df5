"""Task fill: the network interpolates, and the cheap methods do what their names say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from lessons import LESSON
from PIL import Image

from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.run import run_task, try_task
from asciiart.train.lab.sheet import to_png
from asciiart.train.lab.tasks import fill
from asciiart.train.lab.tasks.fill import (
    SIZE,
    build,
    choose_known,
    decibels,
    diffused,
    inverse_distance,
    nearest_pixel,
    places,
)


@pytest.fixture
def known() -> torch.Tensor:
    return choose_known(torch.Generator().manual_seed(0))


def test_fills_and_is_judged() -> None:
    outcome = fill.teach("rbf", LESSON)
    assert next(iter(outcome.figures)) == TASKS["fill"].figure
    assert outcome.figures["pictures"] == 3
    assert set(outcome.baselines) == {"nearest pixel", "inverse distance", "diffusion"}
    assert outcome.figures["dB"] > outcome.baselines["nearest pixel"]
    assert isinstance(outcome.samples, Image.Image)


def test_known_pixels_are_kept(known: torch.Tensor) -> None:
    ink = torch.rand(SIZE * SIZE, generator=torch.Generator().manual_seed(1))
    for method in (inverse_distance, nearest_pixel, diffused):
        assert torch.allclose(method(ink, known)[known], ink[known], atol=1e-4)
    assert torch.allclose(fill.fill(build("rbf", {}), ink, known)[known], ink[known], atol=0.01)


def test_a_slope_is_filled_by_diffusion_and_by_the_network(known: torch.Tensor) -> None:
    slope = places().sum(1) / (2 * SIZE)
    assert decibels(diffused(slope, known), slope) > decibels(nearest_pixel(slope, known), slope)
    assert decibels(fill.fill(build("rbf", {}), slope, known), slope) > 25


def test_pixels_are_those_of_the_nearest_known() -> None:
    ink = torch.zeros(SIZE * SIZE)
    ink[5] = 1.0
    filled = nearest_pixel(ink, torch.tensor([5, SIZE * SIZE - 1])).view(SIZE, SIZE)
    assert filled[0, 0] == filled[0, 8] == 1
    assert filled[-1, -3] == 0


def test_decibels() -> None:
    assert decibels(torch.full((4,), 0.1), torch.zeros(4)) == pytest.approx(20)


def test_a_picture_is_tried(tmp_path: Path) -> None:
    run_task(TASKS, "fill", "rbf", replace(LESSON, folder=tmp_path))
    (tmp_path / "given.png").write_bytes(to_png(Image.new("RGB", (60, 40), "white")))
    tried = try_task(TASKS, "fill", str(tmp_path / "given.png"), tmp_path)
    assert isinstance(tried.answer, Image.Image)
    assert tried.answer.height > 3 * SIZE
