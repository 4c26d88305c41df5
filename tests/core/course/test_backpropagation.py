"""The step on the blackboard against autograd, and against the numbers that were printed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from asciiart.core.course.backpropagation import (
    LECTURE,
    Exercise,
    Pass,
    as_printed,
    back_propagate,
    falling_sigmoid,
)
from asciiart.core.course.units import with_one


def rounded(values: Tensor) -> list[float]:
    return [round(value, 3) for value in values.flatten().tolist()]


def slopes(exercise: Exercise, squash: Callable[[Tensor], Tensor]) -> Pass:
    """Return the gradients by autograd, in the places of the new weights."""
    v, w = exercise.output.clone().requires_grad_(), exercise.hidden.clone().requires_grad_()
    units = squash(w @ exercise.inputs)
    y = v @ with_one(units)
    by_v, by_w = torch.autograd.grad((exercise.target - y) ** 2 / 2, (v, w))
    return Pass(w @ exercise.inputs, units, y, by_v, by_w)


@pytest.mark.parametrize("seed", range(5))
def test_the_step_is_gradient_descent(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    inputs, hidden, output = (torch.randn(s, generator=generator) for s in ((4,), (3, 4), (4,)))
    found = back_propagate(Exercise(inputs, hidden, output, 0.7, 0.2))
    expected = slopes(Exercise(inputs, hidden, output, 0.7, 0.2), torch.sigmoid)
    torch.testing.assert_close(found.sums, expected.sums)
    torch.testing.assert_close(found.hidden, expected.hidden)
    torch.testing.assert_close(found.output, expected.output)
    torch.testing.assert_close(found.output_weights, output - 0.2 * expected.output_weights)
    torch.testing.assert_close(found.hidden_weights, hidden - 0.2 * expected.hidden_weights)


def test_the_right_numbers_of_the_exercise() -> None:
    found = back_propagate(LECTURE)
    assert rounded(found.sums) == [1, -1.5]
    assert rounded(found.hidden) == [0.731, 0.182]
    assert rounded(found.output) == [1.913]
    assert rounded(found.output_weights) == [0.933, 0.983, 0.909]
    assert rounded(found.hidden_weights) == [0.482, 0.482, 1, -2.014, 0.486, 0]


def test_the_printed_numbers() -> None:
    found = as_printed(LECTURE)
    assert rounded(found.hidden) == [0.269, 0.818]
    assert rounded(found.output) == [2.087]
    assert rounded(found.output_weights) == [1.029, 1.089, 1.109]
    assert rounded(found.hidden_weights)[3] == -1.984


def test_the_weights_of_h2_as_listed_do_not_give_the_printed_number() -> None:
    listed = torch.tensor([[0.5, 0.5, 1.0], [0.0, 0.5, -2.0]])
    found = as_printed(LECTURE._replace(hidden=listed))
    assert rounded(found.hidden) == [0.269, 0.378]
    assert found.hidden_weights[1, 2] == -2  # its input is 0, so nothing moves it


def test_the_error_falls_by_the_right_step_and_rises_by_the_printed_one() -> None:
    right, printed = back_propagate(LECTURE), as_printed(LECTURE)
    after = back_propagate(
        LECTURE._replace(hidden=right.hidden_weights, output=right.output_weights)
    )
    assert 1 < after.output < right.output
    worse = as_printed(
        LECTURE._replace(hidden=printed.hidden_weights, output=printed.output_weights)
    )
    assert worse.output > printed.output > 1


def test_for_the_hidden_weights_the_two_slips_cancel() -> None:
    """The derivative of the falling sigmoid is -h (1 - h), so adding goes down."""
    falling, printed = slopes(LECTURE, falling_sigmoid), as_printed(LECTURE)
    descent = LECTURE.hidden - LECTURE.learning_rate * falling.hidden_weights
    torch.testing.assert_close(printed.hidden_weights, descent)
    ascent = LECTURE.output + LECTURE.learning_rate * falling.output_weights
    torch.testing.assert_close(printed.output_weights, ascent)
