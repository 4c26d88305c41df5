"""Task restyle: its orders, its judge, and that it draws."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from lab_tries import picture_of, trained_and_tried
from lessons import LESSON
from PIL import Image

from asciiart.core.vision.style import gram_matrix
from asciiart.glyphs.font import load_font
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.tasks.restyle import task
from asciiart.train.lab.tasks.restyle.styles import LETTERS, STYLES, lettering
from asciiart.train.lab.tasks.restyle.task import both_right, build, orders_of, redraw

KNOWN = lettering([load_font("DejaVu Sans Mono"), load_font("Spleen 8x16")])


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "ASKED", 4)
    monkeypatch.setattr(task, "_BATCH", 4)
    monkeypatch.setattr(task, "_STROKES", 3)


@pytest.mark.usefixtures("_few")
def test_draws_and_is_judged() -> None:
    outcome = task.teach("style-transfer", LESSON)
    assert next(iter(outcome.figures)) == TASKS["restyle"].figure
    assert all(map(math.isfinite, outcome.figures.values()))
    assert {"blending", "pasting", "patches of the sample"} <= set(outcome.baselines)
    assert isinstance(outcome.samples, Image.Image)
    assert not outcome.network.training


@pytest.mark.usefixtures("_few")
def test_answers_with_all_styles(tmp_path: Path) -> None:
    page = picture_of("K", tmp_path)
    answer = trained_and_tried("restyle", "style-transfer", page, tmp_path)
    assert isinstance(answer, Image.Image)
    assert answer.width > 96 * (len(STYLES) - 1)


def test_a_sample_is_never_plain_nor_of_the_same_letter() -> None:
    asked = orders_of(KNOWN, 500, 0)
    assert set(asked.styles.tolist()) == set(range(1, len(STYLES)))
    assert asked.content.shape == asked.samples.shape
    assert not torch.equal(asked.content, orders_of(KNOWN, 500, 1).content)
    same = [
        torch.equal(KNOWN.inks[i], asked.samples[n, 0])
        for n, i in enumerate(asked.letters.tolist())
    ]
    assert not any(same)


def test_drawing_brings_the_gram_matrices_nearer() -> None:
    torch.manual_seed(0)
    network = build("style-transfer", {}).eval()
    asked = orders_of(KNOWN, 3, 0)
    drawn = redraw(network, asked.content, asked.samples, asked.content, 20)
    assert 0 <= drawn.min() <= drawn.max() <= 1
    with torch.no_grad():
        wanted, before, after = (
            gram_matrix(network.trunk[:2](pictures))
            for pictures in (asked.samples, asked.content, drawn)
        )
    assert (after - wanted).norm() < 0.8 * (before - wanted).norm()


def test_letter_and_style_must_both_be_right() -> None:
    class Judge(torch.nn.Module):
        def forward(self, pictures: torch.Tensor) -> torch.Tensor:
            logits = torch.zeros(len(pictures), len(LETTERS) + len(STYLES))
            logits[:, asked.letters[0]] = 1
            logits[:, len(LETTERS) + asked.styles[0]] = 1
            return logits

    asked = orders_of(KNOWN, 50, 0)
    right = (asked.letters == asked.letters[0]) & (asked.styles == asked.styles[0])
    assert both_right(Judge(), asked.content, asked) == pytest.approx(float(right.float().mean()))
