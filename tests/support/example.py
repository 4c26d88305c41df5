"""What `test_zoo.py` needs of a network to put it through the proofs that all have to pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn


@dataclass(frozen=True)
class Example:
    """A small instance of a network and one batch to learn by heart."""

    build: Callable[[], nn.Module]
    """Makes the network, small; the seed is set before."""
    inputs: Callable[[], tuple[Any, ...]]
    """What `forward` takes, batch first, the same at every call."""
    shape: tuple[int, ...]
    """Of what `forward` returns; of its first tensor where it returns several."""
    loss: Callable[[nn.Module, tuple[Any, ...]], Tensor]
    """The scalar that training minimizes, from the network and ``inputs()``."""
    overfits: Callable[[nn.Module, tuple[Any, ...]], float]
    """A figure that falls below ``below`` when the batch is learned by heart."""
    below: float
    """See ``overfits``; must be far from what an untrained network gives."""
    steps: int = 200
    """Of the training that learns the batch by heart: seconds at most."""
    learning_rate: float = 1e-2
    optimizer: str = "adam"
