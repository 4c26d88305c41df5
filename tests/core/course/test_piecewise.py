"""Sums of ReLUs against NumPy's interpolation."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from asciiart.core.course.piecewise import ReluSum, relu_sum
from asciiart.core.perceptron import MLP


def test_four_rectifiers_are_a_trapezoid() -> None:
    trapezoid = relu_sum(torch.tensor([0.0, 1.0, 2.0, 3.0]), torch.tensor([0.0, 1.0, 1.0, 0.0]))
    assert trapezoid.slope_changes.tolist() == [1, -1, -1, 1]
    u = torch.tensor([-1.0, 0.0, 0.25, 1.0, 1.5, 2.0, 2.75, 3.0, 9.0])
    assert trapezoid(u).tolist() == [0, 0, 0.25, 1, 1, 1, 0.25, 0, 0]


@pytest.mark.parametrize("count", [1, 2, 4, 30])
def test_it_is_the_line_through_its_points_and_constant_outside(count: int) -> None:
    generator = np.random.default_rng(count)
    bends, values = np.cumsum(generator.uniform(0.1, 1, count)), generator.normal(size=count)
    found = relu_sum(torch.from_numpy(bends), torch.from_numpy(values))
    u = np.linspace(-2, count + 2, 500).reshape(50, 10)
    np.testing.assert_allclose(found(torch.from_numpy(u)), np.interp(u, bends, values), atol=1e-10)


def test_a_sum_starts_at_zero() -> None:
    bend = ReluSum(torch.tensor([1.0]), torch.tensor([2.0]))
    assert bend(torch.tensor([0.0, 1.0, 3.0])).tolist() == [0, 0, 4]


def test_it_is_a_network_with_one_hidden_layer() -> None:
    bump = relu_sum(torch.tensor([1.0, 2.0, 4.0, 5.0]), torch.tensor([-1.0, 3.0, 2.0, 0.0]))
    network = MLP((1, 4, 1))
    with torch.no_grad():
        network.linears[0].weight.fill_(1)
        network.linears[0].bias.copy_(-bump.bends)
        network.linears[1].weight.copy_(bump.slope_changes[None])
        network.linears[1].bias.fill_(bump.start)
    u = torch.linspace(-3, 8, 100)
    torch.testing.assert_close(network(u[:, None])[:, 0].detach(), bump(u))


def test_bends_that_do_not_rise_are_refused() -> None:
    with pytest.raises(ValueError, match=r"bends must rise, not \[0\.0, 2\.0, 2\.0\]"):
        relu_sum(torch.tensor([0.0, 2.0, 2.0]), torch.zeros(3))
