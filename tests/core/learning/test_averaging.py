"""The average of the weights, against NumPy, through a checkpoint, and where it is of use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from asciiart.core.learning.averaging import WeightAverage
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.losses import supervised
from asciiart.core.learning.trainer import Callback, History, Trainer, TrainerConfig

LineTrainer = Trainer[nn.Linear, tuple[Tensor, ...]]


def walk(average: WeightAverage[nn.Linear], network: nn.Linear, values: list[float]) -> list[float]:
    """Give the network one weight after the other, and return the averages."""
    found = []
    for step, value in enumerate(values, 1):
        nn.init.constant_(network.weight, value)
        average(step, History())
        average(step, History())  # as after a resume: it counts once
        found.append(average.network.weight.item())
    return found


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.75, 0.9, 1.0])
def test_it_is_a_plain_mean_and_then_a_moving_one(decay: float) -> None:
    network = nn.Linear(1, 1)
    values = np.random.default_rng(0).normal(size=12)
    expected = [values[0]]
    for n, value in enumerate(values[1:], 2):
        share = max(1 - decay, 1 / n)
        expected.append((1 - share) * expected[-1] + share * value)
    found = walk(WeightAverage(network, decay), network, list(values))
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    means = np.cumsum(values) / np.arange(1, 13)
    plain = 12 if decay == 1 else round(1 / (1 - decay))
    np.testing.assert_allclose(found[:plain], means[:plain], rtol=1e-5)


def test_the_last_weights_are_an_average_without_memory() -> None:
    network = nn.Linear(3, 2)
    average = WeightAverage(network, 0.0)
    for step in (1, 2):
        nn.init.normal_(network.weight)
        average(step, History())
    assert torch.equal(average.network.weight, network.weight)


def test_it_leaves_the_trained_network_alone_and_follows_its_buffers() -> None:
    network = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    average = WeightAverage(network, 0.9)
    for step in (1, 2):
        network(torch.randn(8, 2))
        nn.init.constant_(network[0].weight, step)  # type: ignore[arg-type]
        average(step, History())
    assert network[0].weight.flatten().tolist() == [2, 2, 2, 2]  # type: ignore[operator]
    assert average.network[0].weight.flatten().tolist() == [1.5] * 4  # type: ignore[operator]
    for mine, its in zip(average.network.buffers(), network.buffers(), strict=True):
        assert torch.equal(mine, its)


@pytest.mark.parametrize("decay", [-0.1, 1.1, float("nan")])
def test_impossible_decays_are_refused(decay: float) -> None:
    with pytest.raises(ValueError, match=f"decay must be 0 to 1, not {decay}"):
        WeightAverage(nn.Linear(1, 1), decay)


def noisy_line() -> tuple[Tensor, Tensor]:
    """Return inputs and targets, which are their sum and much noise."""
    random = torch.Generator().manual_seed(0)
    inputs = torch.randn(256, 4, generator=random)
    return inputs, inputs.sum(1, keepdim=True) + 2 * torch.randn(256, 1, generator=random)


def trainer_of(network: nn.Linear, steps: int, callbacks: Sequence[Callback]) -> LineTrainer:
    config = TrainerConfig(steps=steps, learning_rate=0.05, optimizer="sgd")
    batches = minibatches(noisy_line(), 4)
    return Trainer(network, batches, supervised("squared_error"), config, callbacks)


def test_a_run_that_goes_on_has_the_same_average(tmp_path: Path) -> None:
    first, second, third = (nn.Linear(4, 1) for _ in range(3))
    second.load_state_dict(first.state_dict())
    whole, broken, resumed = (WeightAverage(network) for network in (first, second, third))
    trainer_of(first, 20, [whole]).fit()
    halted = trainer_of(second, 20, [broken, lambda step, _: step == 9])
    halted.fit()
    halted.save(tmp_path / "run")
    going_on = trainer_of(third, 20, [resumed])
    going_on.resume(tmp_path / "run")
    going_on.fit()
    assert torch.equal(resumed.network.weight, whole.network.weight)


def test_at_a_constant_rate_it_is_nearer_the_minimum_than_the_last_weights() -> None:
    network = nn.Linear(4, 1)
    average = WeightAverage(network)
    trainer_of(network, 400, [average]).fit()
    inputs, targets = noisy_line()
    with_bias = torch.cat([inputs, torch.ones(256, 1)], 1)
    best = torch.linalg.lstsq(with_bias, targets).solution[:4, 0]
    far, near = ((net.weight[0] - best).norm() for net in (network, average.network))
    assert near < far / 2
