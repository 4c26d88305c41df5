"""Batch, stochastic and mini-batch gradient descent: which examples each step sees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, RandomSampler, TensorDataset

from asciiart.core.learning.data import Epochs, minibatches
from asciiart.core.learning.randomness import combined_seed, seed_generators

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


class Stream(IterableDataset[Tensor]):
    """Numbers of which nobody knows how many there are."""

    def __iter__(self) -> Iterator[Tensor]:
        yield from torch.arange(5)


def loaders() -> dict[str, Iterable[Any]]:
    def generator() -> torch.Generator:
        return torch.Generator().manual_seed(torch.seed())  # another one each time

    numbers: Any = TensorDataset(torch.arange(10))
    return {
        "shuffled": DataLoader(numbers, batch_size=4, shuffle=True),
        "own generator": DataLoader(numbers, batch_size=4, shuffle=True, generator=generator()),
        "sampler": DataLoader(numbers, 4, sampler=RandomSampler(numbers, generator=generator())),
        "workers": DataLoader(numbers, batch_size=4, shuffle=True, num_workers=1),
        "stream": DataLoader(Stream(), batch_size=2),
        "list": [torch.tensor(1), torch.tensor(2), torch.tensor(3)],
    }


def drawn(kind: str, steps: Iterable[int], seed: int = 0) -> list[Any]:
    """Return the batches that a trainer with the seed would see at the steps."""

    def reseed(step: int) -> None:
        seed_generators(combined_seed(seed, step))

    epochs: Epochs[Any] = Epochs(loaders()[kind], seed, reseed)
    found = []
    for step in steps:
        reseed(step)
        batch = epochs(step)
        batch = batch[0] if isinstance(batch, list) else batch
        found.append((batch.tolist(), torch.rand(1).item()))
    return found


@pytest.mark.parametrize("kind", loaders())
def test_batches_of_an_iterable_depend_on_seed_and_step_alone(kind: str) -> None:
    """Also what is drawn after them; so a resumed run is the unbroken one."""
    whole = drawn(kind, range(8))
    assert drawn(kind, [5, 6, 2, 7]) == [whole[5], whole[6], whole[2], whole[7]]


@pytest.mark.parametrize("kind", ["shuffled", "own generator", "sampler"])
def test_every_epoch_has_all_examples_in_an_order_of_its_own(kind: str) -> None:
    batches = [batch for batch, _ in drawn(kind, range(6))]
    epochs = [[*chain.from_iterable(epoch)] for epoch in (batches[:3], batches[3:])]
    assert [sorted(epoch) for epoch in epochs] == [list(range(10))] * 2
    assert epochs[0] != epochs[1]
    assert [batch for batch, _ in drawn(kind, range(3), seed=1)] != batches[:3]


def test_a_list_is_gone_through_again_and_again() -> None:
    assert [batch for batch, _ in drawn("list", range(7))] == [1, 2, 3, 1, 2, 3, 1]
    assert [batch for batch, _ in drawn("stream", range(4))] == [[0, 1], [2, 3], [4], [0, 1]]


@pytest.mark.parametrize(("batches", "step"), [([], 0), (iter([1, 2]), 2)])
def test_an_iterable_that_runs_dry_is_refused(batches: Iterable[int], step: int) -> None:
    epochs = Epochs(batches, 0, lambda _: None)
    for earlier in range(step):
        epochs(earlier)
    with pytest.raises(ValueError, match=f"no batch for step {step}: .* can be iterated once"):
        epochs(step)


class Counted(list[int]):
    """A list that counts how often it is iterated."""

    begun = 0

    def __iter__(self) -> Iterator[int]:
        self.begun += 1
        return super().__iter__()


def test_whole_epochs_before_a_step_are_not_drawn_again() -> None:
    source = Counted([1, 2, 3])
    assert Epochs(source, 0, lambda _: None)(3000 * 3 + 1) == 2
    assert source.begun == 1


@pytest.mark.parametrize("wrong", [NUMBERS, (NUMBERS.numpy(), NUMBERS.numpy()), ()])
def test_what_is_no_tuple_of_tensors_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"a tuple of tensors.*torch\.tensor\(array"):
        minibatches(wrong, 1)
