"""A lesson: what the user asked for wins over a task's own configuration."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import torch
from rich.console import Console
from torch import Tensor, nn

from asciiart.core.learning.trainer import StepLoss, TrainerConfig
from asciiart.errors import OptionError
from asciiart.train.lab.lesson import Lesson


def lesson(*, steps: int | None = None, seed: int = 0) -> Lesson:
    return Lesson(Path(), steps=steps, seed=seed, console=Console(file=io.StringIO()))


def dropped_sum(network: nn.Module, batch: Tensor) -> StepLoss:
    """Depends on random numbers that the trainer's seed decides."""
    return StepLoss(nn.functional.dropout(network(batch), 0.5).sum())


@pytest.mark.parametrize(("asked", "done"), [(None, 4), (2, 2)])
def test_asked_steps_win_over_the_tasks(asked: int | None, done: int) -> None:
    history = lesson(steps=asked).fit(
        nn.Linear(3, 1), lambda _: torch.ones(2, 3), dropped_sum, TrainerConfig(steps=4)
    )
    assert len(history.loss) == done


def test_the_seed_decides_the_first_weights() -> None:
    weights = []
    for seed in (1, 1, 2):
        torch.rand(7)  # moves torch's own generator on
        weights.append(lesson(seed=seed).build(lambda: nn.Linear(3, 8)).weight)
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_the_seed_decides_the_steps_not_the_tasks() -> None:
    losses = []
    for seed in (1, 1, 2):
        network = lesson().build(lambda: nn.Linear(3, 8))
        config = TrainerConfig(steps=3, seed=99)
        history = lesson(seed=seed).fit(network, lambda _: torch.ones(2, 3), dropped_sum, config)
        losses.append(history.loss)
    assert losses[0] == losses[1] != losses[2]


def test_progress_and_other_callbacks_hear_every_step() -> None:
    heard: list[int] = []
    taught = lesson(steps=3)
    taught.fit(
        nn.Linear(3, 1),
        lambda _: torch.ones(2, 3),
        dropped_sum,
        TrainerConfig(),
        [lambda step, _: heard.append(step)],
        title="a title",
    )
    assert heard == [1, 2, 3]
    assert isinstance(taught.console.file, io.StringIO)
    assert "a title" in taught.console.file.getvalue()


def test_an_unknown_device_is_refused_at_once() -> None:
    with pytest.raises(OptionError, match="abacus"):
        Lesson(Path(), device="abacus")
