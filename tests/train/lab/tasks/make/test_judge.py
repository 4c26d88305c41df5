"""The classifier of letters that stand alone."""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from lessons import LESSON

from asciiart.glyphs.font import load_font
from asciiart.train.lab.data.drawn_letters import LETTERS, letters_of
from asciiart.train.lab.tasks.make.judge import SIZE, augmented_batches, learn_letters, recognize


def test_a_few_steps_teach_the_training_font() -> None:
    font = load_font("DejaVu Sans Mono")
    known = letters_of([font], LETTERS, SIZE)
    network = learn_letters("vgg", replace(LESSON, steps=60), [font])
    assert not network.training
    assert (
        recognize(network, known.pictures) == known.labels
    ).float().mean() > 0.2  # by chance 0.016


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
