"""Task codes: eight numbers per glyph, cheap ones and learned ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from lessons import LESSON
from PIL import Image

from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.data.drawn_letters import LETTERS, Letters
from asciiart.train.lab.run import run_task, try_task
from asciiart.train.lab.tasks import codes
from asciiart.train.lab.tasks.codes import (
    CODE_SIZE,
    RECIPES,
    SIZE,
    accuracy,
    cheap_methods,
    describe,
    landmarks,
    nearest_by_code,
    redraw,
)


@pytest.mark.parametrize("network", TASKS["codes"].bars)
def test_learns_is_judged_and_can_be_tried(network: str, tmp_path: Path) -> None:
    result = run_task(TASKS, "codes", network, replace(LESSON, folder=tmp_path))
    assert next(iter(result.figures[0])) == TASKS["codes"].figure
    assert result.figures[0]["glyphs"] == len(LETTERS)
    assert all(0 <= share <= 1 for share in result.baselines[0].values())
    gray = np.full((60, 40), 255, np.uint8)
    gray[10:50, 15:25] = 0
    Image.fromarray(gray).save(tmp_path / "given.png")
    tried = try_task(TASKS, "codes", str(tmp_path / "given.png"), tmp_path)
    assert tried.network == network
    assert isinstance(tried.answer, Image.Image)
    assert tried.answer.width > 2 * 4 * SIZE


@pytest.mark.parametrize("network", RECIPES)
def test_every_network_has_numbers_and_redraws(network: str) -> None:
    model = codes.build(network, {}).eval()
    pictures = torch.rand(3, 1, SIZE, SIZE, generator=torch.Generator().manual_seed(0))
    described = describe(model, pictures)
    assert described.shape == (3, 64 if network == "convolutional" else CODE_SIZE)
    assert not torch.equal(described[0], described[1])
    assert torch.equal(described, describe(model, pictures))
    drawn = redraw(model, pictures)
    assert drawn.shape == pictures.shape
    if network in {"variational", "dense-variational"}:
        assert 0 < drawn.min() < drawn.max() < 1
        assert torch.equal(described, model.encode(pictures).mean)  # type: ignore[operator]


def test_the_seed_decides() -> None:
    first, same, other = (
        codes.teach("autoencoder", replace(LESSON, seed=seed)).network.state_dict()
        for seed in (1, 1, 2)
    )
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_landmarks_are_distances_to_known_pictures() -> None:
    known = torch.rand(30, 5, generator=torch.Generator().manual_seed(0))
    distances = landmarks(known, 8, torch.Generator().manual_seed(1))(known)
    assert distances.shape == (30, CODE_SIZE)
    assert ((distances < 1e-3).sum(0) == 1).all()


def test_the_nearest_by_code_decides() -> None:
    def letters(values: list[float], labels: list[int]) -> Letters:
        pictures = torch.tensor(values)[:, None, None, None]
        return Letters(pictures, torch.tensor(labels), torch.zeros(len(labels), dtype=torch.long))

    def flat(pictures: torch.Tensor) -> torch.Tensor:
        return pictures.flatten(1)

    known, asked = letters([0.0, 4.0, -1.0], [0, 1, 2]), letters([1.0, -3.0], [0, 1])
    assert nearest_by_code(flat, asked, known).tolist() == [0, 2]
    assert nearest_by_code(lambda x: flat(x) ** 2, asked, known).tolist() == [2, 1]
    assert accuracy(flat, asked, known) == 0.5


def test_cheap_methods_have_as_many_numbers() -> None:
    known = torch.rand(30, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    for way in cheap_methods(known, 5, seed=0).values():
        assert way(known[:3]).shape == (3, 5)
