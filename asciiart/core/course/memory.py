"""A memory with one weight: the simplest recurrent unit, and an exponential moving average."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def weighted_memory(x: Tensor, w_h: float, start: float = 0.0) -> Tensor:
    """Return h_t = w_h h_(t-1) + w_x x_t with w_x = 1 - w_h, step by step: (T,) -> (T,).

    Since the weights sum to 1, h stays between the smallest and the largest of what it has seen.

    Raises
    ------
    ValueError
        If ``w_h`` is outside [0, 1].
    """
    _check(w_h)
    h = torch.as_tensor(start, dtype=x.dtype)
    states: list[Tensor] = []
    for value in x:
        h = w_h * h + (1 - w_h) * value
        states.append(h)
    return torch.stack(states)  # T times () -> (T,)


def memory_weights(steps: int, w_h: float) -> Tensor:
    """Return the weight of the start and of each input in the last state, (steps + 1,).

    The closed form: h_T = w_h^T h_0 + sum_t (1 - w_h) w_h^(T - t) x_t. The weights sum to 1, and
    each is the derivative of h_T by its input.

    Raises
    ------
    ValueError
        If ``w_h`` is outside [0, 1].
    """
    _check(w_h)
    ages = torch.arange(steps - 1, -1, -1)  # (T,), T - t
    inputs = (1 - w_h) * torch.as_tensor(w_h) ** ages  # (T,)
    return torch.cat((torch.tensor([w_h**steps]), inputs))  # (T + 1,)


def half_life(w_h: float) -> float:
    """Return after how many steps half of an input is forgotten: log(1/2) / log(w_h).

    Raises
    ------
    ValueError
        If ``w_h`` is not between 0 and 1.
    """
    if not 0 < w_h < 1:
        raise ValueError(f"w_h must be between 0 and 1, not {w_h}")
    return math.log(0.5) / math.log(w_h)


def _check(w_h: float) -> None:
    if not 0 <= w_h <= 1:
        raise ValueError(f"w_h must be from 0 to 1, not {w_h}")
