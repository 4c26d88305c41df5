"""Tensors -> the batches of batch, stochastic or mini-batch gradient descent."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


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
    ValueError
        If the tensors differ in length, or the batch size is less than 1 or more than their length.
    """
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
        random = torch.Generator().manual_seed(hash((seed, epoch)) % 2**63)
        order = torch.randperm(count, generator=random)
        chosen = order[place * batch_size : (place + 1) * batch_size]
        return tuple(tensor[chosen] for tensor in tensors)

    return batch
