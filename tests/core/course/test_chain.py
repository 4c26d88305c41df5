"""The chain of the exercise against autograd and against its formula."""

from __future__ import annotations

import math

import pytest
import torch

from asciiart.core.course.chain import EXERCISE, Link, differentiate


@pytest.mark.parametrize("x", [0.05, 0.5, 1.0, math.e, 7.0, 100.0])
def test_value_and_derivative_are_those_of_the_formula(x: float) -> None:
    rows = differentiate(EXERCISE, x)
    y = math.exp(math.sin(-(math.log(x) ** 2)))
    assert rows[-1].value == pytest.approx(y)
    slope = -2 * math.log(x) / x * math.cos(math.log(x) ** 2) * y
    assert rows[0].gradient == pytest.approx(slope)


@pytest.mark.parametrize("x", [0.3, 2.0, 9.0])
def test_every_row_is_autograds(x: float) -> None:
    steps = (torch.log, torch.square, torch.neg, torch.sin, torch.exp)
    values = [torch.tensor(x, dtype=torch.float64, requires_grad=True)]
    for step in steps:
        values.append(step(values[-1]))
    gradients = torch.autograd.grad(values[-1], values[:-1])
    rows = differentiate(EXERCISE, x)
    assert [row.argument for row in rows] == pytest.approx([v.item() for v in values[:-1]])
    assert [row.value for row in rows] == pytest.approx([v.item() for v in values[1:]])
    assert [row.gradient for row in rows] == pytest.approx([g.item() for g in gradients])


def test_a_gradient_is_the_product_of_the_slopes_from_there_to_the_end() -> None:
    rows = differentiate(EXERCISE, 3.0)
    for place, row in enumerate(rows):
        assert row.gradient == pytest.approx(math.prod(later.slope for later in rows[place:]))
    assert [row.name for row in rows] == [link.name for link in EXERCISE]


def test_any_chain_will_do() -> None:
    links = [Link("a = 3 x", lambda x: 3 * x, lambda _: 3.0), Link("y = a^2", abs, lambda _: 1.0)]
    assert [row.gradient for row in differentiate(links, -2.0)] == [3.0, 1.0]
