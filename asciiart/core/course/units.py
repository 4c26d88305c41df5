"""One unit, three activations: trained sample by sample, with every step on record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor


class Activation(NamedTuple):
    """An activation function, with the slope that the learning rule multiplies the error by."""

    function: Callable[[Tensor], Tensor]
    """From the weighted sum to the output."""
    slope: Callable[[Tensor], Tensor]
    """From the output to the factor of the error in the learning rule."""


def step(total: Tensor) -> Tensor:
    """Return 1 where the sum is positive, else 0."""
    return (total > 0).to(total.dtype)


def sign(total: Tensor) -> Tensor:
    """Return 1 where the sum is positive, else -1."""
    return 2 * step(total) - 1


UNIT_ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Activation(torch.sigmoid, lambda output: output * (1 - output)),
    "step": Activation(step, torch.ones_like),
    "sign": Activation(sign, lambda output: torch.full_like(output, 0.5)),
}
"""Name -> activation.

A sigmoid's slope is its derivative. Steps have none: their factor is Rosenblatt's, which makes the
error times the slope 1, 0 or -1."""


def unit_activation(name: str) -> Activation:
    """Return the activation called ``name``.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    if name not in UNIT_ACTIVATIONS:
        raise ValueError(
            f"activation {name!r} is unknown (there are: {', '.join(UNIT_ACTIVATIONS)})"
        )
    return UNIT_ACTIVATIONS[name]


@dataclass(frozen=True)
class Unit:
    """A unit with I inputs: y = f(w x + b).

    Raises
    ------
    ValueError
        If the activation is unknown.
    """

    weights: Tensor
    """(I + 1,); the last is the bias, the weight of an input that is always 1."""
    activation: str = "sigmoid"
    """A name of `UNIT_ACTIVATIONS`, to which others can be added."""

    def __post_init__(self) -> None:
        """Check the name."""
        unit_activation(self.activation)

    def __call__(self, x: Tensor) -> Tensor:
        """Return the outputs (B,) for x (B, I)."""
        total = with_one(x) @ self.weights  # (B, I + 1) x (I + 1,) -> (B,)
        return UNIT_ACTIVATIONS[self.activation].function(total)

    def gradient(self, x: Tensor, target: float) -> Tensor:
        """Return the gradient (I + 1,) for one sample x (I,).

        For a sigmoid it is that of (t - y)² / 2, which is -(t - y) y (1 - y) x. The others have
        their rule's factor where the derivative of the activation would stand.
        """
        output = self(x[None])  # (I,) -> (1, I) -> (1,)
        error = (target - output) * UNIT_ACTIVATIONS[self.activation].slope(output)  # (1,)
        return -error * with_one(x)  # (1,) x (I + 1,)


class UnitStep(NamedTuple):
    """One sample shown to a unit."""

    epoch: int
    """From 1 on."""
    x: Tensor
    """The sample, (I,)."""
    target: float
    """The output that is wanted."""
    output: float
    """The output before the unit learned from this sample."""
    loss: float
    """(t - y)² / 2."""
    weights: Tensor
    """Its weights (I + 1,) afterwards, the bias last."""


def with_one(x: Tensor) -> Tensor:
    """Append the input that is always 1, whose weight is the bias: (..., I) -> (..., I + 1)."""
    return torch.cat((x, torch.ones_like(x[..., :1])), -1)


def learn_by_samples(
    unit: Unit, x: Tensor, targets: Sequence[float], *, learning_rate: float, epochs: int
) -> tuple[Unit, list[UnitStep]]:
    """Show the samples x (B, I) one after the other, in order, and step down after each.

    w becomes w - learning_rate * `Unit.gradient`, at once, so that the next sample meets other
    weights than the one before.

    Returns
    -------
    The unit that has learned, and the steps, one a sample and epoch.
    """
    steps: list[UnitStep] = []
    for epoch in range(1, epochs + 1):
        for sample, target in zip(x, targets, strict=True):
            output = float(unit(sample[None]))
            moved = unit.weights - learning_rate * unit.gradient(sample, target)  # (I + 1,)
            unit = replace(unit, weights=moved)
            steps.append(UnitStep(epoch, sample, target, output, (target - output) ** 2 / 2, moved))
    return unit, steps
