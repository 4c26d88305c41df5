"""Batch, stochastic and mini-batch gradient descent: which examples each step sees."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from asciiart.core.learning.data import minibatches

NUMBERS = torch.arange(12)
TENSORS = (NUMBERS, 10.0 * NUMBERS[:, None] + torch.arange(3))


def epoch(batch_size: int, number: int, *, tensors: tuple[Tensor, ...] = TENSORS) -> list[int]:
    batch = minibatches(tensors, batch_size, seed=1)
    per_epoch = len(tensors[0]) // batch_size
    steps = range(number * per_epoch, (number + 1) * per_epoch)
    return [int(example) for step in steps for example in batch(step)[0]]


def test_batch_gradient_descent_sees_everything_in_every_step() -> None:
    batch = minibatches(TENSORS, None)
    for step in (0, 1, 7):
        assert all(torch.equal(a, b) for a, b in zip(batch(step), TENSORS, strict=True))


@pytest.mark.parametrize("size", [1, 3, 4, 12])
def test_an_epoch_is_a_permutation(size: int) -> None:
    epochs = [epoch(size, number) for number in range(4)]
    assert all(sorted(order) == list(range(12)) for order in epochs)
    assert all(order != list(range(12)) for order in epochs)
    assert len(set(map(tuple, epochs))) == 4  # each an order of its own


@pytest.mark.parametrize("size", [1, 5])
def test_batches_have_their_size_and_keep_examples_together(size: int) -> None:
    batch = minibatches(TENSORS, size)
    for step in range(30):
        numbers, rows = batch(step)
        assert numbers.shape == (size,)
        assert torch.equal(rows, 10.0 * numbers[:, None] + torch.arange(3))


def test_an_incomplete_batch_is_left_out_but_not_always_the_same() -> None:
    epochs = [epoch(5, number) for number in range(20)]
    assert all(len(set(order)) == 10 for order in epochs)
    assert set().union(*epochs) == set(range(12))


def test_a_step_has_the_same_batch_whenever_it_is_asked_for() -> None:
    batch = minibatches(TENSORS, 5, seed=3)
    forth = [batch(step)[0].tolist() for step in range(12)]
    torch.manual_seed(99)
    other = minibatches(TENSORS, 5, seed=3)
    back = [other(step)[0].tolist() for step in reversed(range(12))]
    assert forth == back[::-1]


def test_it_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    minibatches(TENSORS, 5)(17)
    assert torch.equal(torch.rand(3), expected)


def test_seeds_differ() -> None:
    orders = {tuple(minibatches(TENSORS, 12, seed=seed)(0)[0].tolist()) for seed in range(10)}
    assert len(orders) == 10


def test_a_batch_is_a_copy() -> None:
    numbers = NUMBERS.clone()
    minibatches((numbers,), 4)(0)[0].zero_()
    assert torch.equal(numbers, NUMBERS)


@pytest.mark.parametrize("size", [0, -1, 13])
def test_impossible_sizes_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match=f"batch_size must be 1 to 12, not {size}"):
        minibatches(TENSORS, size)


@pytest.mark.parametrize("size", [None, 2])
def test_tensors_of_different_lengths_are_refused(size: int | None) -> None:
    with pytest.raises(ValueError, match=r"different lengths: \[12, 11\]"):
        minibatches((NUMBERS, NUMBERS[1:]), size)
