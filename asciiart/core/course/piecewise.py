"""A piecewise linear function is a sum of ReLUs, one for each of its bends."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class ReluSum:
    """f(u) = start + sum_i c_i ReLU(u - k_i): one hidden layer, with weights 1 and biases -k."""

    bends: Tensor
    """k (M,), where the slope changes."""
    slope_changes: Tensor
    """c (M,), by how much."""
    start: float = 0.0
    """The value left of all bends."""

    def __call__(self, u: Tensor) -> Tensor:
        """Return f, in the shape (...) of u."""
        units = functional.relu(u[..., None] - self.bends)  # (...) -> (..., M)
        return self.start + units @ self.slope_changes  # (..., M) x (M,) -> (...)


def relu_sum(bends: Tensor, values: Tensor) -> ReluSum:
    """Return the function through the points (``bends``, ``values``), both (M,), constant outside.

    Each ReLU takes the slope from what it was left of its bend to what it is on the right, so its
    weight is the difference of the two. Four bends make a trapezoid.

    Raises
    ------
    ValueError
        If the bends do not rise.
    """
    widths = bends.diff()  # (M,) -> (M - 1,)
    if not (widths > 0).all():
        raise ValueError(f"bends must rise, not {bends.tolist()}")
    level = torch.zeros(1, dtype=values.dtype)
    slopes = torch.cat((level, values.diff() / widths, level))  # (M + 1,)
    return ReluSum(bends, slopes.diff(), float(values[0]))  # (M + 1,) -> (M,)
