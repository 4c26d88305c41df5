"""The figures of a network on data that it does not learn from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from asciiart.core.layers import eval_mode
from asciiart.core.learning.trainer import StepLoss, to_device

Network = TypeVar("Network", bound=nn.Module)
Batch = TypeVar("Batch")


def evaluate(
    network: Network, batches: Iterable[Batch], loss: Callable[[Network, Batch], StepLoss]
) -> dict[str, float]:
    """Return the mean loss and scores over all examples, by name; the loss is ``loss``.

    The network is in evaluation mode meanwhile, makes no gradients, and is afterwards as before.
    Each batch counts as often as it has examples, so a smaller last batch does not distort the
    means.

    Parameters
    ----------
    network
        The network; batches are moved to where its parameters are.
    batches
        A `torch.utils.data.DataLoader`, a list of batches, or another iterable. The first axis of
        a batch's first tensor counts its examples.
    loss
        A `Trainer` loss.

    Raises
    ------
    TypeError
        If ``batches`` is one batch, or a function of the step.
    ValueError
        If there is no batch, or a batch without a tensor.
    """
    if isinstance(batches, tuple) and all(isinstance(part, Tensor) for part in batches):
        raise TypeError("evaluate takes several batches, such as a list of one: [batch]")
    if callable(batches):
        raise TypeError("evaluate takes a list of batches or a DataLoader, not a function")
    device = next((parameter.device for parameter in network.parameters()), torch.device("cpu"))
    sums: dict[str, float] = {}
    examples = 0
    with eval_mode(network), torch.no_grad():
        for batch in batches:
            result = loss(network, to_device(batch, device))
            count = _examples(batch)
            examples += count
            for name, value in {"loss": result.loss, **result.scores}.items():
                sums[name] = sums.get(name, 0.0) + count * float(value)
    if not examples:
        raise ValueError("there are no examples to evaluate on")
    return {name: total / examples for name, total in sums.items()}


def _examples(batch: Any) -> int:
    parts = list(batch.values()) if isinstance(batch, dict) else batch
    while not isinstance(parts, Tensor):
        if not isinstance(parts, list | tuple) or not parts:
            raise ValueError(f"a batch without a tensor in front: {type(batch).__name__}")
        parts = parts[0]
    return len(parts)
