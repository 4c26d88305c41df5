"""One step of back-propagation by hand: as it is right, and as the lecture printed it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from asciiart.core.course.units import with_one

INPUTS = torch.tensor([1.0, 1.0, 0.0])
"""The lecture's inputs (3,)."""
HIDDEN = torch.tensor([[0.5, 0.5, 1.0], [-2.0, 0.5, 0.0]])
"""Its weights to h1 and h2, (2, 3), in the order of the inputs.

Those of h2 are listed from the other end, as 0, 0.5, -2; but the printed h2 and the printed update
of -2 fit only if -2 belongs to an input of 1."""
OUTPUT = torch.ones(3)
"""Its output weights (3,): those of h1, of h2, and of the bias unit, which is always 1."""
TARGET = 1.0
"""The target; it is not stated, and follows from the printed updates."""
LEARNING_RATE = 0.1


class Pass(NamedTuple):
    """One example forward, back, and the weights after it; the output unit is linear."""

    sums: Tensor
    """The weighted sums of the hidden units, (D,)."""
    hidden: Tensor
    """Their outputs, (D,)."""
    output: Tensor
    """y, a scalar."""
    output_weights: Tensor
    """The new output weights (D + 1,), the bias's last."""
    hidden_weights: Tensor
    """The new hidden weights (D, I)."""


def back_propagate(
    inputs: Tensor, hidden: Tensor, output: Tensor, target: float, learning_rate: float
) -> Pass:
    """Return one step of gradient descent on (t - y)² / 2.

    Parameters
    ----------
    inputs
        One example (I,).
    hidden
        The weights (D, I) of sigmoid units.
    output
        The weights (D + 1,) of a linear unit; the last is the bias's.
    target, learning_rate
        Numbers.
    """
    return _one_pass(torch.sigmoid, inputs, hidden, output, target, -learning_rate)


def as_printed(
    inputs: Tensor, hidden: Tensor, output: Tensor, target: float, learning_rate: float
) -> Pass:
    """Return what the lecture printed for the arguments of `back_propagate`.

    It has two slips: the hidden units are 1 / (1 + exp(a)), which falls, and every correction is
    added where it ought to be subtracted.
    """
    return _one_pass(falling_sigmoid, inputs, hidden, output, target, learning_rate)


def falling_sigmoid(total: Tensor) -> Tensor:
    """Return 1 / (1 + exp(a)), a sigmoid with the sign of its argument forgotten."""
    return 1 / (1 + total.exp())


def _one_pass(
    squash: Callable[[Tensor], Tensor],
    inputs: Tensor,
    hidden: Tensor,
    output: Tensor,
    target: float,
    rate: float,
) -> Pass:
    sums = hidden @ inputs  # (D, I) x (I,) -> (D,)
    outputs = squash(sums)  # (D,)
    y = output @ with_one(outputs)  # (D + 1,) x (D + 1,) -> scalar
    delta = y - target  # dL / dy
    hidden_delta = delta * output[:-1] * outputs * (1 - outputs)  # (D,), dL / dsums
    return Pass(
        sums,
        outputs,
        y,
        output + rate * delta * with_one(outputs),  # (D + 1,)
        hidden + rate * hidden_delta[:, None] * inputs,  # (D, 1) x (I,) -> (D, I)
    )
