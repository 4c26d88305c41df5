"""Where a training's batches come from: tensors, or any iterable such as a `DataLoader`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor

from asciiart.core.learning.randomness import combined_seed

Batch = TypeVar("Batch")


def minibatches(
    tensors: tuple[Tensor, ...], batch_size: int | None, *, seed: int = 0
) -> Callable[[int], tuple[Tensor, ...]]:
    """Return a function from a step (from 0) to its batch, for `Trainer`.

    The first axis of ``tensors`` counts the examples. A ``batch_size`` of None is batch gradient
    descent (all examples in every step), 1 is stochastic gradient descent, and any other number is
    mini-batch gradient descent. Each epoch visits all examples once, in a new order; a last batch
    that would be smaller is left out. A step's batch depends on the seed and the step alone.

    Raises
    ------
    TypeError
        If ``tensors`` is not a sequence of tensors, but a tensor, say, or one of arrays.
    ValueError
        If the tensors differ in length, or the batch size is less than 1 or more than their length.
    """
    given: Any = tensors  # by those who check no types
    parts = () if isinstance(given, Tensor) else tuple(given)
    if not parts or not all(isinstance(part, Tensor) for part in parts):
        raise TypeError(
            "minibatches takes a tuple of tensors, such as (inputs, targets); of a NumPy array "
            "make one by torch.tensor(array, dtype=torch.float32), of labels by torch.tensor(array)"
        )
    count = len(tensors[0])
    if any(len(tensor) != count for tensor in tensors):
        raise ValueError(f"tensors of different lengths: {[len(tensor) for tensor in tensors]}")
    if batch_size is None:
        return lambda _: tensors
    if not 1 <= batch_size <= count:
        raise ValueError(f"batch_size must be 1 to {count}, not {batch_size}")
    per_epoch = count // batch_size

    def batch(step: int) -> tuple[Tensor, ...]:
        epoch, place = divmod(step, per_epoch)
        random = torch.Generator().manual_seed(combined_seed(seed, epoch))
        order = torch.randperm(count, generator=random)
        chosen = order[place * batch_size : (place + 1) * batch_size]
        return tuple(tensor[chosen] for tensor in tensors)

    return batch


class Epochs(Generic[Batch]):
    """The batches of an iterable, epoch after epoch, as a function of the step for `Trainer`.

    At the start of an epoch a generator that the iterable or its sampler has (as a `DataLoader`
    may) is seeded by the seed and the epoch. Asked for a step that is not the next one, it draws
    the epoch's earlier batches again and drops them, each after ``reseed`` has set the global
    random state of its step: the batch is then the one that an unbroken run would have seen. An
    iterable without a length starts again from its first epoch.

    Parameters
    ----------
    source
        Gives the batches of an epoch each time it is iterated.
    seed
        Seed of the order, where the source has generators of its own.
    reseed
        Function that seeds the global generators for a step.
    """

    def __init__(self, source: Iterable[Batch], seed: int, reseed: Callable[[int], None]) -> None:
        self.source = source
        self.seed = seed
        self.reseed = reseed
        self._next_step = 0
        self._epochs_begun = 0
        self._rest: Iterator[Batch] = iter(())

    def __call__(self, step: int) -> Batch:
        """Return the batch of a step, from 0.

        Raises
        ------
        ValueError
            If the source gives no batch, for instance because it can be iterated only once.
        """
        if step != self._next_step:
            self._go_to(step)
        return self._draw()

    def _go_to(self, step: int) -> None:
        length = _length(self.source)
        self._epochs_begun = step // length if length else 0
        self._next_step = self._epochs_begun * length
        self._rest = iter(())
        while self._next_step < step:
            self.reseed(self._next_step)
            self._draw()
        self.reseed(step)

    def _draw(self) -> Batch:
        for batch in self._rest:
            self._next_step += 1
            return batch
        self._rest = self._begin_epoch()
        for batch in self._rest:
            self._next_step += 1
            return batch
        raise ValueError(
            f"no batch for step {self._next_step}: the batches are empty, or can be iterated once"
        )

    def _begin_epoch(self) -> Iterator[Batch]:
        for part in (self.source, getattr(self.source, "sampler", None)):
            generator = getattr(part, "generator", None)
            if isinstance(generator, torch.Generator):
                generator.manual_seed(combined_seed(self.seed, self._epochs_begun))
        self._epochs_begun += 1
        return iter(self.source)


def _length(source: Any) -> int:
    try:
        return len(source)
    except TypeError:  # a DataLoader has __len__ even where its dataset has no length
        return 0
