"""One step of back-propagation by hand: as it is right, and as the lecture printed it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from asciiart.core.course.units import with_one


class Exercise(NamedTuple):
    """One example, and the network that is to learn from it; its output unit is linear."""

    inputs: Tensor
    """The example, (I,)."""
    hidden: Tensor
    """The weights of the hidden units, (D, I)."""
    output: Tensor
    """The weights of the output unit, (D + 1,); the last is that of a bias unit, always 1."""
    target: float
    """The output that is wanted."""
    learning_rate: float
    """The share of the gradient that the weights move by."""


LECTURE = Exercise(
    inputs=torch.tensor([1.0, 1.0, 0.0]),
    hidden=torch.tensor([[0.5, 0.5, 1.0], [-2.0, 0.5, 0.0]]),
    output=torch.ones(3),
    target=1.0,
    learning_rate=0.1,
)
"""The lecture's numbers.

The weights to h2 are listed there from the other end, as 0, 0.5, -2; but h2 and the new value of -2
are what was printed only if -2 belongs to an input of 1. The target follows from the printed
updates."""


class Pass(NamedTuple):
    """One example forward, back, and the weights after it."""

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


def back_propagate(exercise: Exercise) -> Pass:
    """Return one step of gradient descent on (t - y)² / 2, with sigmoid hidden units."""
    return _one_pass(exercise, torch.sigmoid, -exercise.learning_rate)


def as_printed(exercise: Exercise) -> Pass:
    """Return what the lecture printed.

    It has two slips: the hidden units are 1 / (1 + exp(a)), which falls, and every correction is
    added where it ought to be subtracted.
    """
    return _one_pass(exercise, falling_sigmoid, exercise.learning_rate)


def falling_sigmoid(total: Tensor) -> Tensor:
    """Return 1 / (1 + exp(a)), a sigmoid with the sign of its argument forgotten."""
    return 1 / (1 + total.exp())


def _one_pass(exercise: Exercise, squash: Callable[[Tensor], Tensor], rate: float) -> Pass:
    inputs, hidden, output, target, _ = exercise
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
