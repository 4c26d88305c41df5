"""XOR by two hidden units: with weights set by hand, and learned from random ones."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from asciiart.core.course.units import unit_activation, with_one

CORNERS = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
"""The four inputs (4, 2)."""
XOR = torch.tensor([0.0, 1.0, 1.0, 0.0])
"""The outputs that are wanted at the four inputs, (4,)."""


class TwoLayers(NamedTuple):
    """The weights of two layers; in each row the last weight is the bias."""

    hidden: Tensor
    """(..., D, I + 1), a row for each hidden unit."""
    output: Tensor
    """(..., D + 1), those of the one output unit."""


SIGMOID_XOR = TwoLayers(
    hidden=torch.tensor([[20.0, 20.0, -10.0], [-20.0, -20.0, 30.0]]),
    output=torch.tensor([20.0, 20.0, -30.0]),
)
"""Sigmoid units: OR, NAND, and the AND of both."""


def sign_xor(thresholds: tuple[float, float], *, weight: float = 1.0) -> TwoLayers:
    """Return sign units whose first fires above one threshold, the second above another.

    The hidden units both see ``weight`` (x1 + x2); the output is the sign of h1 - h2 - 1, so it
    fires only where the first unit fires and the second does not. That is XOR if 0 <= t1 < weight
    <= t2 < 2 weight, t1 and t2 being the thresholds.
    """
    rows = [[weight, weight, -threshold] for threshold in thresholds]
    return TwoLayers(torch.tensor(rows), torch.tensor([1.0, -1.0, -1.0]))


def run(layers: TwoLayers, x: Tensor, activation: str = "sigmoid") -> tuple[Tensor, Tensor]:
    """Return the hidden outputs (..., B, D) and the outputs (..., B) for x (B, I)."""
    function = unit_activation(activation).function
    hidden = function(with_one(x) @ layers.hidden.mT)  # (B, I + 1) x (..., I + 1, D)
    output = with_one(hidden) @ layers.output[..., None]  # (..., B, D + 1) x (..., D + 1, 1)
    return hidden, function(output[..., 0])  # (..., B, 1) -> (..., B)


def gradients(layers: TwoLayers, x: Tensor, targets: Tensor) -> TwoLayers:
    """Return the gradients of the mean of (t - y)² / 2 over x (B, I), for sigmoid units."""
    hidden, output = run(layers, x)
    delta = (output - targets) * output * (1 - output) / len(x)  # (..., B)
    back = delta[..., None] * layers.output[..., None, :-1]  # (..., B, 1) x (..., 1, D)
    hidden_delta = back * hidden * (1 - hidden)  # (..., B, D)
    return TwoLayers(
        hidden=hidden_delta.mT @ with_one(x),  # (..., D, B) x (B, I + 1)
        output=(delta[..., None] * with_one(hidden)).sum(-2),  # (..., B, D + 1) -> (..., D + 1)
    )


def learn_xor(
    runs: int,
    *,
    hidden_units: int = 2,
    learning_rate: float = 10.0,
    steps: int = 1000,
    generator: torch.Generator | None = None,
) -> TwoLayers:
    """Learn XOR from ``runs`` random initializations at once, by gradient descent on all samples.

    Returns
    -------
    Weights with ``runs`` as their first axis. Not every run succeeds (see `solved`): some end in a
    local minimum or on a plateau.
    """
    hidden = torch.randn(runs, hidden_units, 3, generator=generator)
    layers = TwoLayers(hidden, torch.randn(runs, hidden_units + 1, generator=generator))
    for _ in range(steps):
        down = gradients(layers, CORNERS, XOR)
        layers = TwoLayers(
            layers.hidden - learning_rate * down.hidden,
            layers.output - learning_rate * down.output,
        )
    return layers


def solved(layers: TwoLayers) -> Tensor:
    """Return, for each run, whether all four outputs are on the right side of 1/2."""
    _, output = run(layers, CORNERS)  # (..., 4)
    return ((output > 0.5) == (XOR > 0.5)).all(-1)  # (..., 4) -> (...)
