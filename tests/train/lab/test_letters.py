"""Task letters: every network learns a little in three steps, and the seed decides what."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from lessons import LESSON
from PIL import Image

from asciiart.glyphs.font import load_font
from asciiart.train.lab import letters
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.drawn_letters import LETTERS, letters_of
from asciiart.train.lab.letters import augmented_batches, recognize


@pytest.mark.parametrize("network", TASKS["letters"].bars)
def test_learns_and_is_judged(network: str) -> None:
    outcome = letters.teach(network, LESSON)
    assert next(iter(outcome.figures)) == TASKS["letters"].figure
    assert 0 <= outcome.figures["accuracy"] <= outcome.figures["accuracy without case"] <= 1
    assert outcome.figures["letters"] == len(LETTERS)
    assert isinstance(outcome.samples, Image.Image)
    assert outcome.samples.width > 500
    assert not outcome.network.training


def test_the_seed_decides() -> None:
    first, second, other = (
        letters.teach("mlp", replace(LESSON, seed=seed)).network.state_dict() for seed in (1, 1, 2)
    )
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_a_few_steps_teach_the_training_font() -> None:
    lesson = replace(LESSON, steps=60, held_out_fonts=("DejaVu Sans Mono",))
    assert letters.teach("mlp", lesson).figures["accuracy"] > 0.5  # by chance 0.016


def test_batches_are_augmented_and_depend_on_the_step_alone() -> None:
    letters = letters_of([load_font("DejaVu Sans Mono")], LETTERS, 32)
    batches = augmented_batches(letters, 31, seed=4)
    pictures, labels = batches(5)
    again, _ = batches(5)
    assert torch.equal(pictures, again)
    clean = letters.pictures[labels]
    assert not torch.equal(pictures, clean)
    assert math.isclose(float(pictures.mean()), float(clean.mean()), rel_tol=0.3)


def test_recognize_gives_the_likeliest_label() -> None:
    class Sum(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.eye(3))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.flatten(1) @ self.weight

    pictures = torch.eye(3)[torch.tensor([2, 0, 1] * 200)].reshape(600, 1, 1, 3)
    assert recognize(Sum(), pictures).tolist() == [2, 0, 1] * 200
