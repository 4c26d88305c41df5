"""Regularization against overfitting: L1 and L2 penalties, and early stopping.

Dropout and batch normalization, which regularize too, are layers of `torch.nn`.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from asciiart.core.layers import eval_mode
from asciiart.core.learning.trainer import History, StepLoss

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
    loss: Callable[[nn.Module, Batch], StepLoss], *, l1: float = 0.0, l2: float = 0.0
) -> Callable[[nn.Module, Batch], StepLoss]:
    """Return a `Trainer` loss with ``l1`` times Σ|w| and ``l2`` times ½ Σw² added.

    The score ``penalty`` is the added amount; the other scores are unchanged.

    Raises
    ------
    ValueError
        If a factor is negative.
    """
    if not (l1 >= 0 and l2 >= 0):
        raise ValueError(f"factors of penalties must be 0 or more, not l1 = {l1}, l2 = {l2}")

    def step_loss(network: nn.Module, batch: Batch) -> StepLoss:
        result = loss(network, batch)
        penalty = torch.zeros(())
        if l1:
            penalty = penalty + l1 * l1_penalty(network)
        if l2:
            penalty = penalty + l2 * l2_penalty(network)
        return StepLoss(result.loss + penalty, {**result.scores, "penalty": penalty.detach()})

    return step_loss


class EarlyStopping:
    """Stops training when a validation figure no longer improves (Prechelt 1998).

    A `Trainer` callback that measures the figure, keeps the best weights, and stops. It is one
    class because the weights to keep are those that were measured. With ``patience`` None it never
    stops. A checkpoint of the `Trainer` holds its state, including the best weights.

    Parameters
    ----------
    network
        The network that is trained.
    watch
        A function from the network, in evaluation mode and without gradients, to the figure; or the
        name of a score of the history, or ``loss``.
    every
        Steps between measurements, 1 or more.
    patience
        Number of consecutive measurements without improvement after which it stops, 1 or more.
    min_delta
        Smallest improvement over the best figure that counts, 0 or more.
    maximize
        Whether higher is better, as for an accuracy.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    def __init__(
        self,
        network: nn.Module,
        watch: Callable[[nn.Module], float] | str,
        *,
        every: int = 1,
        patience: int | None = 5,
        min_delta: float = 0.0,
        maximize: bool = False,
    ) -> None:
        if every < 1 or (patience is not None and patience < 1) or not min_delta >= 0:
            raise ValueError(
                f"early stopping with every = {every}, patience = {patience}, "
                f"min_delta = {min_delta}: they must be at least 1, 1 and 0"
            )
        self.network = network
        self.watch = watch
        self.every = every
        self.patience = patience
        self.min_delta = min_delta
        self.maximize = maximize
        self.figures: dict[int, float] = {}  # step -> what was measured after it
        self.best_step = 0
        self.best_figure = -math.inf if maximize else math.inf
        self._best_weights: dict[str, Any] | None = None
        self._waited = 0

    def __call__(self, step: int, history: History) -> bool:
        """Measure if a measurement is due, each step once; return whether to stop."""
        if step % self.every == 0 and step not in self.figures:
            self._take(step, self._measure(history))
        return self.patience is not None and self._waited >= self.patience

    def _take(self, step: int, figure: float) -> None:
        self.figures[step] = figure
        if self._is_better(figure):  # NaN never is
            self.best_step, self.best_figure, self._waited = step, figure, 0
            self._best_weights = copy.deepcopy(self.network.state_dict())
        else:
            self._waited += 1

    def state_dict(self) -> dict[str, Any]:
        """Return its state."""
        return {
            "figures": dict(self.figures),
            "best_step": self.best_step,
            "best_figure": self.best_figure,
            "best_weights": self._best_weights,
            "waited": self._waited,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state returned by `state_dict`."""
        self.figures = dict(state["figures"])
        self.best_step, self.best_figure = state["best_step"], state["best_figure"]
        self._best_weights, self._waited = state["best_weights"], state["waited"]

    def restore_best(self) -> None:
        """Restore the weights and buffers that the network had when the figure was best.

        Raises
        ------
        ValueError
            If no figure was measured, or only NaN.
        """
        if self._best_weights is None:
            raise ValueError(f"no best weights: {len(self.figures)} figures, none a number")
        self.network.load_state_dict(self._best_weights)

    def _is_better(self, figure: float) -> bool:
        gain = figure - self.best_figure if self.maximize else self.best_figure - figure
        return gain > self.min_delta

    def _measure(self, history: History) -> float:
        if not isinstance(self.watch, str):
            with eval_mode(self.network), torch.no_grad():
                return float(self.watch(self.network))
        figures = {"loss": history.loss, **history.scores}
        if self.watch not in figures:
            raise ValueError(f"score {self.watch!r} is unknown (there are: {', '.join(figures)})")
        return figures[self.watch][-1]
