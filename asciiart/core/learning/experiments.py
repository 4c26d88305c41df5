"""Two experiments of every first course: how many examples a step, and which first weights."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import torch
from torch import Tensor, nn

from asciiart.core.learning.data import minibatches
from asciiart.core.learning.evaluation import evaluate
from asciiart.core.learning.initializers import initialize
from asciiart.core.learning.losses import supervised
from asciiart.core.learning.randomness import seeded
from asciiart.core.learning.trainer import History, Trainer, TrainerConfig

Examples = tuple[Tensor, Tensor]

BATCH_SIZES: Mapping[str, int | None] = MappingProxyType(
    {"batch": None, "stochastic": 1, "mini-batch": 32}
)
"""Name -> examples in a step; None is all of them."""

INITIALIZATIONS: Mapping[str, str | Callable[[Tensor], Tensor]] = MappingProxyType(
    {
        "zero": "zeros",
        "fixed": lambda weight: nn.init.normal_(weight, 0.0, 5.0),
        "scaled": "he_normal",
    }
)
"""Name -> initializer: no variance, the same large variance in every layer, one that fits it."""


@dataclass(frozen=True)
class Descent:
    """The course of one kind of gradient descent, in its passes over the examples."""

    updates: int
    """How often the weights were changed."""
    losses: tuple[float, ...]
    """The loss over all examples, before the first pass and after each."""
    spread: float
    """Standard deviation of the batches' losses in the last pass; 0 if it is a single batch."""


def compare_batch_sizes(
    network: nn.Module,
    examples: Examples,
    *,
    epochs: int = 10,
    learning_rate: float = 0.1,
    loss: str = "cross_entropy",
    batch_sizes: Mapping[str, int | None] = BATCH_SIZES,
    seed: int = 0,
) -> dict[str, Descent]:
    """Train copies of one network by gradient descent with different numbers of examples a step.

    Batch, stochastic and mini-batch gradient descent are one loop: only the size of a batch
    differs. All start from the weights of ``network``, which keeps them, and see every example once
    an epoch (but for a last batch that would be smaller), so all cost about the same arithmetic.

    Parameters
    ----------
    network
        The network, with its first weights.
    examples
        Inputs (B, ...) and targets, (B,) or (B, ...).
    epochs
        Passes over the examples.
    learning_rate
        The rate of plain gradient descent, the same for all.
    loss
        A name of `LOSSES`.
    batch_sizes
        Name -> examples in a step, or None for all.
    seed
        Seed of the order of the examples.

    Raises
    ------
    ValueError
        If the loss is unknown, or a batch size is less than 1 or more than there are examples.
    """
    config = TrainerConfig(epochs, learning_rate, "sgd", seed=seed)
    return {
        name: _descend(copy.deepcopy(network), examples, size, loss, config)
        for name, size in batch_sizes.items()
    }


def _descend(
    network: nn.Module, examples: Examples, size: int | None, loss_name: str, config: TrainerConfig
) -> Descent:
    loss = supervised(loss_name)
    batches = minibatches(examples, size, seed=config.seed)
    each = len(examples[0]) // (size or len(examples[0]))  # updates an epoch
    losses = [evaluate(network, [examples], loss)["loss"]]

    def measure(step: int, _: History) -> None:
        if step % each == 0:
            losses.append(evaluate(network, [examples], loss)["loss"])

    updates = replace(config, steps=config.steps * each)
    history = Trainer(network, batches, loss, updates, [measure]).fit()
    last = torch.tensor(history.loss[-each:], dtype=torch.float64)  # may hold nan
    return Descent(len(history.loss), tuple(losses), float(last.std(correction=0)))


def compare_initializations(
    build: Callable[[], nn.Module],
    training: Examples,
    held_out: Examples,
    *,
    steps: int = 600,
    learning_rate: float = 0.1,
    initializers: Mapping[str, str | Callable[[Tensor], Tensor]] = INITIALIZATIONS,
    seed: int = 0,
) -> dict[str, float]:
    """Return the accuracy on held-out examples that a classifier reaches from different weights.

    The network, the data and the steps of gradient descent over all examples are the same; the
    initializer alone differs. From zero the units of a layer stay equal, so it guesses. Weights
    that are too large for their layer make it sure of what it does not know. A variance that fits
    the number of inputs keeps signals and gradients in bounds (He et al. 2015).

    Parameters
    ----------
    build
        Returns a network that maps inputs to logits (B, K).
    training, held_out
        Inputs (B, ...) and classes (B,).
    steps
        Steps of gradient descent.
    learning_rate
        Its rate.
    initializers
        Name -> what `initialize` takes.
    seed
        Seed of the weights.
    """
    loss = supervised("cross_entropy")
    config = TrainerConfig(steps, learning_rate, "sgd", seed=seed)
    accuracies = {}
    for name, initializer in initializers.items():
        with seeded(seed):
            network = build()
            initialize(network, initializer)
        Trainer(network, minibatches(training, None), loss, config).fit()
        accuracies[name] = evaluate(network, [held_out], loss)["accuracy"]
    return accuracies
