"""A unit's learning rule against autograd and against the rule in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from asciiart.core.course.units import UNIT_ACTIVATIONS, Unit, learn_by_samples
from asciiart.core.perceptron import Perceptron

SAMPLES = torch.tensor([[2.0, 2.0], [3.0, 3.0]], dtype=torch.float64)
"""The lecture's: the first is to give 1, the second 0."""


def random_unit(seed: int, activation: str) -> Unit:
    generator = torch.Generator().manual_seed(seed)
    return Unit(torch.randn(4, generator=generator, dtype=torch.float64), activation)


def random_samples(seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(30, 3, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("target", [0.0, 1.0, 0.3])
def test_the_gradient_of_a_sigmoid_unit_is_autograds(target: float) -> None:
    unit, samples = random_unit(0, "sigmoid"), random_samples(1)
    for sample in samples:
        weights = unit.weights.clone().requires_grad_()
        loss = (target - Unit(weights)(sample[None])[0]) ** 2 / 2
        (expected,) = torch.autograd.grad(loss, weights)
        torch.testing.assert_close(unit.gradient(sample, target), expected)


@pytest.mark.parametrize("rate", [1.0, 0.5])
def test_a_sigmoid_unit_learns_sample_by_sample(rate: float) -> None:
    start = Unit(torch.zeros(3, dtype=torch.float64))
    unit, steps = learn_by_samples(start, SAMPLES, [1.0, 0.0], learning_rate=rate, epochs=50)
    w = np.zeros(3)
    for step, (x, t) in zip(steps, [((2, 2, 1), 1), ((3, 3, 1), 0)] * 50, strict=True):
        y = 1 / (1 + np.exp(-w @ x))
        w += rate * (t - y) * y * (1 - y) * np.array(x)
        assert step.output == pytest.approx(y)
        assert step.loss == pytest.approx((t - y) ** 2 / 2)
        np.testing.assert_allclose(step.weights, w)
    assert [step.epoch for step in steps] == sorted([*range(1, 51)] * 2)
    assert torch.equal(unit.weights, steps[-1].weights)
    assert torch.equal(start.weights, torch.zeros(3))


@pytest.mark.parametrize(("rate", "after_one"), [(1.0, 0.25), (0.5, 0.125)])
def test_the_first_step_from_zero(rate: float, after_one: float) -> None:
    """y is 1/2, so the error times the slope is 1/8."""
    unit = Unit(torch.zeros(3, dtype=torch.float64))
    _, steps = learn_by_samples(unit, SAMPLES, [1.0, 0.0], learning_rate=rate, epochs=1)
    assert (steps[0].output, steps[0].loss) == (0.5, 0.125)
    assert steps[0].weights.tolist() == [after_one, after_one, after_one / 2]


def test_it_separates_the_samples_in_the_end_and_the_larger_rate_sooner() -> None:
    unit = Unit(torch.zeros(3, dtype=torch.float64))
    losses = []
    for rate in (1.0, 0.5):
        learned, _ = learn_by_samples(unit, SAMPLES, [1.0, 0.0], learning_rate=rate, epochs=1000)
        high, low = learned(SAMPLES).tolist()
        assert high > 0.8
        assert low < 0.2
        losses.append((1 - high) ** 2 + low**2)
    assert losses[0] < losses[1]


def test_a_sign_unit_learns_as_rosenblatts_perceptron_does() -> None:
    samples = random_samples(2)
    labels = torch.where(samples @ random_unit(3, "sign").weights[:3] > 0, 1.0, -1.0)
    network = Perceptron(3).double()
    with torch.no_grad():
        network.unit.weight.copy_(random_unit(4, "sign").weights[None, :3])
        network.unit.bias.copy_(random_unit(4, "sign").weights[3:])
    unit, steps = learn_by_samples(
        random_unit(4, "sign"), samples, labels.tolist(), learning_rate=1.0, epochs=1
    )
    mistakes = network.learn_epoch(samples, labels)
    assert sum(step.output != step.target for step in steps) == mistakes > 3
    learned = torch.cat((network.unit.weight[0], network.unit.bias)).detach()
    torch.testing.assert_close(unit.weights, learned)


def test_a_step_unit_corrects_by_the_error_alone() -> None:
    samples = random_samples(5)
    targets = (samples @ random_unit(6, "step").weights[:3] > 0).double()
    unit, w = random_unit(7, "step"), random_unit(7, "step").weights.numpy().copy()
    learned, steps = learn_by_samples(unit, samples, targets.tolist(), learning_rate=0.3, epochs=2)
    mistakes = 0
    for x, t in [*zip(samples.numpy(), targets.numpy(), strict=True)] * 2:
        y = float(w[:3] @ x + w[3] > 0)
        mistakes += y != t
        w += 0.3 * (t - y) * np.append(x, 1)
    assert sum(step.output != step.target for step in steps) == mistakes > 3
    np.testing.assert_allclose(learned.weights, w)


def test_at_a_sum_of_zero_nothing_fires() -> None:
    x = torch.zeros(1, 2)
    found = {name: float(Unit(torch.zeros(3), name)(x)) for name in UNIT_ACTIVATIONS}
    assert found == {"sigmoid": 0.5, "step": 0.0, "sign": -1.0}


def test_an_unknown_activation_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'relu' is unknown \(there are: sigmoid, step, sign\)"):
        Unit(torch.zeros(3), "relu")
