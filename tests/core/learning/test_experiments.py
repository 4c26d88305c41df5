"""The two experiments: sizes of a batch, and first weights."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from asciiart.core.learning.experiments import (
    INITIALIZATIONS,
    compare_batch_sizes,
    compare_initializations,
)
from asciiart.core.learning.initializers import initialize
from asciiart.core.learning.randomness import seeded
from asciiart.core.perceptron import MLP


def circles(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return points on two circles, one in the other, with some noise."""
    random = torch.Generator().manual_seed(seed)
    angle = 2 * math.pi * torch.rand(count, generator=random)
    labels = torch.arange(count) % 2
    points = torch.stack((angle.cos(), angle.sin()), 1) * (1 - 0.2 * labels[:, None])
    return points + 0.05 * torch.randn(count, 2, generator=random), labels


def line(count: int = 48) -> tuple[Tensor, Tensor]:
    random = torch.Generator().manual_seed(0)
    inputs = torch.randn(count, 2, generator=random)
    noise = 0.1 * torch.randn(count, 1, generator=random)
    return inputs, inputs @ torch.tensor([[1.0], [-2.0]]) + noise


def test_sizes_of_a_batch_are_the_steps_of_gradient_descent_by_hand() -> None:
    """Batch gradient descent on a line, against NumPy."""
    inputs, targets = line()
    network = nn.Linear(2, 1)
    w, b = network.weight.detach().numpy().copy(), network.bias.detach().numpy().copy()
    x, y = inputs.numpy(), targets.numpy()
    losses = []
    for _ in range(4):
        error = x @ w.T + b - y
        losses.append((error**2).mean())
        w, b = w - 0.1 * 2 * error.T @ x / len(x), b - 0.1 * 2 * error.mean(0)
    before = copy.deepcopy(network.state_dict())
    found = compare_batch_sizes(network, (inputs, targets), epochs=3, loss="squared_error")
    np.testing.assert_allclose(found["batch"].losses, losses, rtol=1e-4)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_smaller_batches_make_more_updates_and_are_noisier() -> None:
    with seeded(0):
        network = nn.Linear(2, 1)
    sizes = {"batch": None, "stochastic": 1, "mini-batch": 12}
    found = compare_batch_sizes(
        network, line(), epochs=5, learning_rate=0.02, loss="squared_error", batch_sizes=sizes
    )
    assert {name: run.updates for name, run in found.items()} == {
        "batch": 5,
        "stochastic": 5 * 48,
        "mini-batch": 5 * 4,
    }
    assert all(len(run.losses) == 6 for run in found.values())
    assert len({run.losses[0] for run in found.values()}) == 1  # the same first weights
    last = {name: run.losses[-1] for name, run in found.items()}
    assert last["stochastic"] < last["mini-batch"] < last["batch"]
    spreads = {name: run.spread for name, run in found.items()}
    assert spreads["batch"] == 0 < spreads["mini-batch"]
    with pytest.raises(ValueError, match="batch_size must be 1 to 48, not 49"):
        compare_batch_sizes(network, line(), batch_sizes={"large": 49})


def test_zero_guesses_fixed_is_worse_and_scaled_learns() -> None:
    before = torch.get_rng_state()
    found = compare_initializations(
        lambda: MLP((2, 16, 8, 2)), circles(300, 0), circles(1000, 1), steps=500, seed=5
    )
    assert torch.equal(torch.get_rng_state(), before)
    assert list(found) == ["zero", "fixed", "scaled"]
    assert found["zero"] == pytest.approx(0.5, abs=0.01)
    assert 0.6 < found["fixed"] < 0.93
    assert found["scaled"] > 0.94


def test_the_seed_decides_the_first_weights_and_initializers_can_be_others() -> None:
    def accuracies(seed: int) -> dict[str, float]:
        return compare_initializations(
            lambda: MLP((2, 4, 2)),
            circles(40, 0),
            circles(40, 1),
            steps=1,
            initializers={"small": "normal", "xavier": "xavier_normal"},
            seed=seed,
        )

    runs = [accuracies(seed) for seed in (0, 0, 1)]
    assert runs[0] == runs[1] != runs[2]
    assert list(runs[0]) == ["small", "xavier"]


def test_fixed_is_the_same_large_variance_whatever_the_layer() -> None:
    for shape in ((300, 4), (4, 300)):
        with seeded(0):
            layer = nn.Linear(*shape)
            initialize(layer, INITIALIZATIONS["fixed"])
        assert layer.weight.detach().std() == pytest.approx(5, rel=0.1)


def test_a_descent_that_leaves_every_valley_is_reported_all_the_same() -> None:
    with seeded(0):
        network = MLP((2, 4, 2), activation="tanh")
    found = compare_batch_sizes(network, circles(40, 0), epochs=2, learning_rate=1e38)
    assert not any(math.isfinite(run.losses[-1]) for run in found.values())
    assert math.isnan(found["stochastic"].spread)
