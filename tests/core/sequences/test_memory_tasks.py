"""The addition and the multiplication problem: marks, answers, batches, and what is right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from random_tensors import generator

from asciiart.core.sequences.memory_tasks import (
    MemoryProblem,
    addition_problem,
    memory_batches,
    multiplication_problem,
    share_right,
)

both = pytest.mark.parametrize("problem", [addition_problem, multiplication_problem])
Make = Callable[..., MemoryProblem]


@both
def test_two_steps_of_the_first_half_are_marked(problem: Make) -> None:
    numbers, marks = problem(2000, 40, generator=generator()).inputs.unbind(2)
    assert numbers.shape == (2000, 40)
    assert (marks[:, [0, -1]] == -1).all()
    assert (marks[:, 1:-1].sum(1) == 2).all()
    assert set(marks[:, 1:-1].unique().tolist()) == {0, 1}
    assert marks[:, 1:10].any(1).all()  # one of them among the first ten
    assert marks[:, 1:20].any(0).all()  # the other anywhere in the first half
    assert not marks[:, 20:-1].any()


def test_the_answers_are_sum_and_product_of_the_marked() -> None:
    for problem, lowest in ((addition_problem, -1), (multiplication_problem, 0)):
        inputs, targets = problem(500, 12, generator=generator())
        numbers, marks = inputs.unbind(2)
        marked = numbers[marks == 1].view(500, 2)
        wanted = marked.sum(1) / 4 + 0.5 if lowest else marked[:, 0] * marked[:, 1]
        torch.testing.assert_close(targets[:, 0], wanted)
        assert numbers.min() == pytest.approx(lowest, abs=0.01)
        assert numbers.max() == pytest.approx(1, abs=0.01)
        assert targets.min() >= 0
        assert targets.max() <= 1


@both
def test_the_shortest_sequences_have_two_marks(problem: Make) -> None:
    marks = problem(200, 6, generator=generator()).inputs[..., 1]
    assert (marks == torch.tensor([-1.0, 1, 1, 0, 0, -1])).all()
    with pytest.raises(ValueError, match="6 or more, not 5"):
        problem(2, 5)


@both
def test_the_generator_decides_and_the_global_state_is_left_alone(problem: Make) -> None:
    before = torch.get_rng_state()
    first, again, other = (problem(4, 9, generator=generator(seed)) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first.inputs, again.inputs)
    assert not torch.equal(first.inputs, other.inputs)
    assert problem(4, 9).inputs.shape == (4, 9, 2)


def test_batches_vary_in_length_and_depend_on_seed_and_number() -> None:
    batch = memory_batches(addition_problem, 3, 30, seed=1)
    lengths = {batch(number).inputs.shape[1] for number in range(40)}
    assert lengths == {30, 31, 32, 33}
    assert torch.equal(batch(5).inputs, batch(5).inputs)
    other = memory_batches(addition_problem, 3, 30, seed=2)
    assert any(not torch.equal(batch(n).targets, other(n).targets) for n in range(3))
    assert not torch.equal(batch(0).targets, batch(1).targets)


def test_an_answer_is_right_within_the_tolerance() -> None:
    targets = torch.tensor([[0.5], [0.5], [0.5], [0.5]])
    assert share_right(torch.tensor([[0.53], [0.47], [0.55], [0.45]]), targets) == 0.5
