"""The weighted memory against its closed form, autograd and torch's recurrent layer."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from asciiart.core.course.memory import half_life, memory_weights, weighted_memory


def inputs() -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(12, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("w_h", [0.0, 0.3, 0.9, 1.0])
def test_every_state_is_the_closed_form(w_h: float) -> None:
    x = inputs()
    for steps, state in enumerate(weighted_memory(x, w_h, start=2.0), 1):
        ages = steps - np.arange(1, steps + 1)
        expected = w_h**steps * 2 + (1 - w_h) * (w_h**ages * x[:steps].numpy()).sum()
        assert float(state) == pytest.approx(expected)
        with_start = torch.cat((torch.tensor([2.0], dtype=x.dtype), x[:steps]))
        closed = memory_weights(steps, w_h).double() @ with_start
        assert float(state) == pytest.approx(float(closed), abs=1e-6)


def test_the_weights_are_the_gradients_and_sum_to_one() -> None:
    x = inputs().requires_grad_()
    (gradient,) = torch.autograd.grad(weighted_memory(x, 0.8)[-1], x)
    weights = memory_weights(12, 0.8)
    torch.testing.assert_close(weights[1:].double(), gradient)
    assert float(weights.sum()) == pytest.approx(1)


def test_it_stays_where_its_inputs_are() -> None:
    x = inputs()
    states = weighted_memory(x, 0.7, start=float(x[0]))
    assert x.min() <= states.min() < states.max() <= x.max()
    torch.testing.assert_close(
        weighted_memory(torch.full((5,), 3.0), 0.7, 3.0), torch.full((5,), 3.0)
    )


def test_it_is_a_recurrent_layer_while_its_rectifiers_are_on() -> None:
    layer = nn.RNN(1, 1, nonlinearity="relu", bias=False, batch_first=True).double()
    layer.load_state_dict(
        {"weight_hh_l0": torch.tensor([[0.6]]), "weight_ih_l0": torch.tensor([[0.4]])}
    )
    x = inputs().abs()
    states, _ = layer(x[None, :, None])
    torch.testing.assert_close(states[0, :, 0].detach(), weighted_memory(x, 0.6))


def test_after_the_half_life_half_is_left() -> None:
    assert 0.9 ** half_life(0.9) == pytest.approx(0.5)
    assert half_life(0.5) == pytest.approx(1)


def test_weights_outside_are_refused() -> None:
    for w_h in (-0.1, 1.1):
        with pytest.raises(ValueError, match=f"w_h must be from 0 to 1, not {w_h}"):
            weighted_memory(torch.zeros(2), w_h)
        with pytest.raises(ValueError, match="w_h must be from 0 to 1"):
            memory_weights(2, w_h)
    for w_h in (0.0, 1.0):
        with pytest.raises(ValueError, match=f"w_h must be between 0 and 1, not {w_h}"):
            half_life(w_h)
