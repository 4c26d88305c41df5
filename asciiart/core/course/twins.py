"""Twins: one small network, once with sigmoid and once with ReLU units, every gradient by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from asciiart.core.course.units import with_one


class Squash(NamedTuple):
    """An activation and its derivative."""

    function: Callable[[Tensor], Tensor]
    """From the weighted sums to the outputs."""
    derivative: Callable[[Tensor], Tensor]
    """From the outputs to the derivative at the sums."""


TWINS: dict[str, Squash] = {
    "sigmoid": Squash(torch.sigmoid, lambda hidden: hidden * (1 - hidden)),
    "relu": Squash(nn.functional.relu, lambda hidden: (hidden > 0).to(hidden.dtype)),
}
"""Name -> activation. The outputs tell both derivatives: h (1 - h), and 1 where h > 0."""


class TwinGradients(NamedTuple):
    """The loss (t - y)² / 2 of one example, and its derivatives, from the output to the input."""

    loss: Tensor
    """A scalar."""
    y: Tensor
    """By the output y, a scalar: y - t."""
    output: Tensor
    """By the output weights, (D + 1,)."""
    hidden_outputs: Tensor
    """By the outputs of the hidden units, (D,)."""
    hidden_sums: Tensor
    """By their weighted sums, (D,): the only line in which the twins differ."""
    hidden: Tensor
    """By the hidden weights, (D, I + 1)."""
    inputs: Tensor
    """By the inputs, (I,)."""


def twin_gradients(
    activation: str, inputs: Tensor, hidden: Tensor, output: Tensor, target: float
) -> TwinGradients:
    """Return every gradient of y = v f(W x), by the chain rule, one line a step.

    Parameters
    ----------
    activation
        A name of `TWINS`.
    inputs
        One example (I,).
    hidden, output
        Weights (D, I + 1) and (D + 1,) with the bias last; the output unit is linear.
    target
        A number.

    Raises
    ------
    ValueError
        If the activation is unknown.
    """
    if activation not in TWINS:
        raise ValueError(f"activation {activation!r} is unknown (there are: {', '.join(TWINS)})")
    squash = TWINS[activation]
    units = squash.function(hidden @ with_one(inputs))  # (D, I + 1) x (I + 1,) -> (D,)
    y = output @ with_one(units)  # (D + 1,) x (D + 1,) -> scalar
    by_y = y - target
    by_units = by_y * output[:-1]  # (D,)
    by_sums = by_units * squash.derivative(units)  # (D,)
    return TwinGradients(
        loss=by_y**2 / 2,
        y=by_y,
        output=by_y * with_one(units),  # (D + 1,)
        hidden_outputs=by_units,
        hidden_sums=by_sums,
        hidden=by_sums[:, None] * with_one(inputs),  # (D, 1) x (I + 1,) -> (D, I + 1)
        inputs=by_sums @ hidden[:, :-1],  # (D,) x (D, I) -> (I,)
    )
