"""Every gradient of the sigmoid and the ReLU twin is autograd's."""

from __future__ import annotations

import pytest
import torch

from asciiart.core.course.twins import TWINS, twin_gradients
from asciiart.core.course.units import with_one


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("activation", TWINS)
def test_every_gradient_is_autograds(activation: str, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    inputs, hidden, output = (
        torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_()
        for shape in ((3,), (6, 4), (7,))
    )
    sums = hidden @ with_one(inputs)
    units = getattr(torch, activation)(sums)
    y = output @ with_one(units)
    loss = (0.3 - y) ** 2 / 2
    expected = torch.autograd.grad(loss, (y, output, units, sums, hidden, inputs))
    with torch.no_grad():
        found = twin_gradients(activation, inputs, hidden, output, 0.3)
    torch.testing.assert_close(found.loss, loss.detach())
    for ours, theirs in zip(found[1:], expected, strict=True):
        torch.testing.assert_close(ours, theirs)
    assert 0 < int((sums > 0).sum()) < 6  # some rectifiers are off, some on


def test_a_rectifier_at_zero_passes_nothing_back() -> None:
    """As torch has it: relu'(0) = 0."""
    found = twin_gradients(
        "relu", torch.zeros(2), torch.ones(1, 3) * torch.tensor([1, 1, 0]), torch.ones(2), 5.0
    )
    assert found.hidden_sums.tolist() == [0]
    assert found.output.tolist() == [0, -4]


def test_a_sigmoid_passes_a_quarter_at_most_and_a_rectifier_all_or_nothing() -> None:
    inputs = torch.tensor([1.0])
    hidden = torch.tensor([[bias, bias] for bias in (-4.0, -1.0, 0.0, 1.0, 4.0)])
    output = torch.ones(6)
    for activation, limit in (("sigmoid", 0.25), ("relu", 1.0)):
        found = twin_gradients(activation, inputs, hidden, output, 0.0)
        assert (found.hidden_sums / found.hidden_outputs).max() == limit


def test_an_unknown_twin_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'tanh' is unknown \(there are: sigmoid, relu\)"):
        twin_gradients("tanh", torch.zeros(2), torch.ones(1, 3), torch.ones(2), 1.0)
