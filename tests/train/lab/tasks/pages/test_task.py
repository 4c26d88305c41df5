"""The task pages: every network learns, is judged, and answers."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from lab_tries import picture_of, rebuilt_and_asked
from lessons import LESSON
from PIL import Image

from asciiart.core.autoencoders.convolutional import UnpoolingAutoencoder
from asciiart.glyphs.font import load_font
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.tasks.pages import rules, task
from asciiart.train.lab.tasks.pages.pictures import SIZE, Pages
from asciiart.train.lab.tasks.pages.task import answer, find_text, page_batches, page_loss

FONTS = (load_font("DejaVu Sans Mono"),)


@pytest.fixture
def _few_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "ASKED", 8)
    monkeypatch.setattr(task, "KNOWN", 2)
    monkeypatch.setattr(task, "BATCH", 2)
    monkeypatch.setattr(rules, "_NEIGHBORHOODS", (25,))
    monkeypatch.setattr(rules, "_STRENGTHS", (0.2,))
    monkeypatch.setattr(rules, "_GAPS", (0,))
    monkeypatch.setattr(rules, "_EACH", 100)
    monkeypatch.setattr(rules, "_ROUNDS", 3)


@pytest.mark.usefixtures("_few_pages")
@pytest.mark.parametrize("network", TASKS["pages"].bars)
def test_learns_is_judged_and_answers(network: str, tmp_path: Path) -> None:
    outcome = task.teach(network, LESSON)
    assert next(iter(outcome.figures)) == TASKS["pages"].figure
    assert all(map(math.isfinite, outcome.figures.values()))
    assert 0 <= outcome.figures["IoU"] <= 1
    assert len(outcome.baselines) == 4
    assert all(0.1 < value < 1 for value in outcome.baselines.values())
    assert isinstance(outcome.samples, Image.Image)
    assert outcome.samples.height > 4 * SIZE
    assert not outcome.network.training
    for size, answered in (((700, 300), (512, 219)), ((20, 9), (32, 32))):
        page = picture_of("AB", tmp_path, size)
        made = rebuilt_and_asked("pages", network, outcome, page)
        assert isinstance(made, Image.Image)
        assert made.size == answered


@pytest.mark.usefixtures("_few_pages")
def test_the_seed_decides() -> None:
    first, again, other = (task.teach("unpool", replace(LESSON, seed=seed)) for seed in (0, 0, 1))
    assert first.figures == again.figures
    assert first.figures != other.figures
    assert isinstance(first.samples, Image.Image)
    assert isinstance(again.samples, Image.Image)
    assert first.samples.tobytes() == again.samples.tobytes()


def test_what_is_found_is_red(tmp_path: Path) -> None:
    class Left(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.unused = torch.nn.Parameter(torch.zeros(1))

        def forward(self, pictures: torch.Tensor) -> torch.Tensor:
            logits = torch.zeros(len(pictures), 2, *pictures.shape[2:])
            logits[:, 1, :, :20] = 1
            return logits

    Image.new("RGB", (60, 50), "white").save(tmp_path / "page.png")
    made = answer(Left(), str(tmp_path / "page.png"), {})
    assert isinstance(made, Image.Image)
    pixels = np.asarray(made)
    assert (pixels[:, :20] == (255, 128, 128)).all()
    assert (pixels[:, 20:] == 255).all()


def test_steps_have_pages_of_their_own() -> None:
    batches = page_batches(FONTS, ("word",), 0)
    assert torch.equal(batches(3).pictures, batches(3).pictures)
    assert not torch.equal(batches(3).truth, batches(4).truth)
    assert not torch.equal(batches(3).truth, page_batches(FONTS, ("word",), 1)(3).truth)


def test_an_autoencoder_learns_to_draw_the_mask_and_bright_pixels_are_text() -> None:
    class Copy(UnpoolingAutoencoder):
        def forward(self, picture: torch.Tensor) -> torch.Tensor:
            return picture

    assert isinstance(task.build("autoencoder", {}), UnpoolingAutoencoder)
    network = Copy((4,), in_channels=3)
    random = torch.Generator().manual_seed(0)
    pictures = torch.rand(2, 3, 32, 32, generator=random)
    truth = (torch.rand(2, 32, 32, generator=random) > 0.3).long()
    masks = torch.stack([truth.float()] * 3, 1)
    loss = page_loss(network, Pages(pictures, truth)).loss
    torch.testing.assert_close(loss, ((pictures - masks) ** 2).mean())
    assert torch.equal(find_text(network, pictures).bool(), pictures.sum(1) > 1.5)
