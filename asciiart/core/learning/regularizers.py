"""Regularization against overfitting by L1 and L2 penalties on the weights.

Early stopping is in `learning.stopping`; dropout and batch normalization, which regularize too,
are layers of `torch.nn`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import torch
from torch import Tensor, nn

from asciiart.core.learning.trainer import StepLoss

Batch = TypeVar("Batch")


def _weights(network: nn.Module) -> Iterator[nn.Parameter]:
    # Biases and the scales of normalization are vectors; shrinking them restrains no function.
    return (parameter for parameter in network.parameters() if parameter.dim() >= 2)


def l1_penalty(network: nn.Module) -> Tensor:
    """Return Σ|w| over all weights, a scalar (the lasso: Tibshirani 1996).

    Weights are the parameters with two or more dimensions. At w = 0 torch takes the subgradient 0,
    so a weight that is exactly 0 stays there unless the loss moves it.
    """
    return sum((weight.abs().sum() for weight in _weights(network)), torch.zeros(()))


def l2_penalty(network: nn.Module) -> Tensor:
    """Return ½ Σw² over all weights, a scalar (Krogh and Hertz 1992).

    Weights are the parameters with two or more dimensions. The half makes the gradient w itself, so
    that under plain SGD the penalty's factor equals ``weight_decay`` of `torch.optim`.
    """
    return sum((weight.square().sum() / 2 for weight in _weights(network)), torch.zeros(()))


def penalized(
    loss: Callable[[nn.Module, Batch], StepLoss],
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    examples: int | None = None,
) -> Callable[[nn.Module, Batch], StepLoss]:
    """Return a `Trainer` loss with penalties on the weights added.

    Two conventions are usual. Without ``examples`` the penalty is l1 Σ|w| + l2/2 Σw², that of
    ``weight_decay``. With m = ``examples`` it is l1/(2m) Σ|w| + l2/(2m) Σw², that of textbooks that
    write the cost as 1/m Σ loss + λ/(2m) Σw²: the penalty then counts less the more data there
    are. The score ``penalty`` is the added amount; the other scores are unchanged.

    Parameters
    ----------
    loss
        The `Trainer` loss to add to, a mean over examples.
    l1, l2
        The factors λ, 0 or more.
    examples
        Size m of the training set (not of a batch), 1 or more.

    Raises
    ------
    ValueError
        If a factor is negative, or ``examples`` less than 1.
    """
    if not (l1 >= 0 and l2 >= 0):
        raise ValueError(f"factors of penalties must be 0 or more, not l1 = {l1}, l2 = {l2}")
    if examples is not None:
        if examples < 1:
            raise ValueError(f"examples must be 1 or more, not {examples}")
        l1, l2 = l1 / (2 * examples), l2 / examples  # the other half of l2 is in l2_penalty

    def step_loss(network: nn.Module, batch: Batch) -> StepLoss:
        result = loss(network, batch)
        penalty = torch.zeros(())
        if l1:
            penalty = penalty + l1 * l1_penalty(network)
        if l2:
            penalty = penalty + l2 * l2_penalty(network)
        return StepLoss(result.loss + penalty, {**result.scores, "penalty": penalty.detach()})

    return step_loss
