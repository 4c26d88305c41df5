"""The addition and the multiplication problem: two numbers to be remembered among many.

Hochreiter and Schmidhuber 1997, "Long short-term memory", experiments 4 and 5, as Raffel and Ellis
2015 have them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

TOLERANCE = 0.04
"""Error below which an answer is right."""
SHORTEST = 6
"""Least number of steps of a sequence."""


class MemoryProblem(NamedTuple):
    """Sequences, and what is asked about them."""

    inputs: Tensor
    """(B, T, 2): a number; and -1 at the first and last step, 1 at two others, or 0."""
    targets: Tensor
    """The answers (B, 1), 0 to 1."""


def addition_problem(
    count: int, steps: int, *, generator: torch.Generator | None = None
) -> MemoryProblem:
    """Return sequences of numbers from -1 to 1; asked is (a + b) / 4 + 1/2 of the two marked.

    One of the marked is among the first ten steps, the other in the first half. In the papers the
    first step may be marked, too; here neither end is. The tensors are on the generator's device.

    Raises
    ------
    ValueError
        If there are fewer than `SHORTEST` steps.
    """
    device = None if generator is None else generator.device
    numbers = 2 * torch.rand(count, steps, generator=generator, device=device) - 1  # (B, T)
    inputs, marked = _mark(numbers, generator)
    return MemoryProblem(inputs, marked.sum(1, keepdim=True) / 4 + 0.5)


def multiplication_problem(
    count: int, steps: int, *, generator: torch.Generator | None = None
) -> MemoryProblem:
    """Return sequences of numbers from 0 to 1; asked is the product of the two marked.

    All else is as in `addition_problem`.
    """
    device = None if generator is None else generator.device
    numbers = torch.rand(count, steps, generator=generator, device=device)  # (B, T)
    inputs, marked = _mark(numbers, generator)
    return MemoryProblem(inputs, marked.prod(1, keepdim=True))


def _mark(numbers: Tensor, generator: torch.Generator | None) -> tuple[Tensor, Tensor]:
    """Return inputs (B, T, 2) with two marks, and the marked numbers (B, 2)."""
    count, steps = numbers.shape
    if steps < SHORTEST:
        raise ValueError(f"steps must be {SHORTEST} or more, not {steps}")
    half = steps // 2  # marked are steps 1 to half - 1

    def pick(choices: int) -> Tensor:
        return torch.randint(choices, (count,), generator=generator, device=numbers.device)

    first = 1 + pick(min(9, half - 1))  # (B,)
    second = 1 + pick(half - 2)  # (B,)
    places = torch.stack([first, second + (second >= first)], 1)  # (B, 2), never the same
    marks = torch.zeros_like(numbers).scatter_(1, places, 1.0)  # (B, T)
    marks[:, [0, -1]] = -1.0
    return torch.stack([numbers, marks], 2), numbers.gather(1, places)


def memory_batches(
    problem: Callable[..., MemoryProblem], batch_size: int, steps: int, *, seed: int = 0
) -> Callable[[int], MemoryProblem]:
    """Return a function from a step of training to its batch, for `Trainer`.

    As in the papers the sequences of a batch have equal length, drawn from ``steps`` to 1.1 times
    as many, and no sequence comes twice. A batch depends on the seed and its number alone.
    """

    def batch(number: int) -> MemoryProblem:
        generator = torch.Generator().manual_seed(hash((seed, number)) % 2**63)
        length = torch.randint(steps, steps + steps // 10 + 1, (), generator=generator)
        return problem(batch_size, int(length), generator=generator)

    return batch


def share_right(outputs: Tensor, targets: Tensor) -> float:
    """Return the share of answers (B, 1) whose error is below `TOLERANCE`."""
    return float(((outputs - targets).abs() < TOLERANCE).float().mean())
