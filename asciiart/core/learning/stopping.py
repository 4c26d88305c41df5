"""When to stop: no gain on held-out data, an error that is low enough, or weights at rest.

Each is a `Trainer` callback whose state goes with the checkpoint.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from asciiart.core.layers import eval_mode
from asciiart.core.learning.trainer import History

Watch = Callable[[nn.Module], float] | str


def measure(network: nn.Module, watch: Watch, history: History) -> float:
    """Return the figure that ``watch`` names or computes.

    It is a function from the network, in evaluation mode and without gradients, to the figure; or
    ``loss`` or the name of a score, for the last entry of the history.

    Raises
    ------
    ValueError
        If the history has no score with the name.
    """
    if not isinstance(watch, str):
        with eval_mode(network), torch.no_grad():
            return float(watch(network))
    figures = {"loss": history.loss, **history.scores}
    if watch not in figures:
        raise ValueError(f"score {watch!r} is unknown (there are: {', '.join(figures)})")
    return figures[watch][-1]


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
        What `measure` measures.
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
        watch: Watch,
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
            self._take(step, measure(self.network, self.watch, history))
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


class TargetReached:
    """Stops training as soon as a figure, such as the error, is as good as it has to be.

    Parameters
    ----------
    network
        The network that is trained.
    watch
        What `measure` measures. ``loss`` is that of one batch, which may be low by chance.
    target
        The figure at which it stops, or below it.
    every
        Steps between measurements, 1 or more.
    maximize
        Whether higher is better, as for an accuracy: then it stops at the target or above it.

    Raises
    ------
    ValueError
        If ``every`` is less than 1.
    """

    def __init__(
        self,
        network: nn.Module,
        watch: Watch,
        target: float,
        *,
        every: int = 1,
        maximize: bool = False,
    ) -> None:
        _check_every(every)
        self.network = network
        self.watch = watch
        self.target = target
        self.every = every
        self.maximize = maximize

    def __call__(self, step: int, history: History) -> bool:
        """Measure if a measurement is due; return whether to stop."""
        if step % self.every:
            return False
        figure = measure(self.network, self.watch, history)
        return figure >= self.target if self.maximize else figure <= self.target


class WeightsSettled:
    """Stops training when the weights hardly change any more.

    The change between two measurements is |w - w'| / |w'|, over all parameters together: w' are
    the weights at the measurement before.

    Parameters
    ----------
    network
        The network that is trained.
    tolerance
        Largest change that counts as hardly any, more than 0. It should fit ``every`` and the
        learning rate: a schedule that ends at 0 brings all weights to rest, good ones or not.
    every
        Steps between measurements, 1 or more.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    def __init__(self, network: nn.Module, tolerance: float = 1e-4, *, every: int = 1) -> None:
        _check_every(every)
        if not tolerance > 0:
            raise ValueError(f"tolerance must be more than 0, not {tolerance}")
        self.network = network
        self.tolerance = tolerance
        self.every = every
        self.changes: dict[int, float] = {}  # step -> what was measured after it
        self._before: Tensor | None = None
        self._measured = 0

    def __call__(self, step: int, _: History) -> bool:
        """Measure if a measurement is due, each step once; return whether to stop."""
        if step % self.every == 0 and step > self._measured:
            weights = nn.utils.parameters_to_vector(self.network.parameters()).detach()
            if self._before is not None:
                size = self._before.norm().clamp(min=1e-30)  # weights that stay 0 are at rest
                self.changes[step] = float((weights - self._before).norm() / size)
            self._before, self._measured = weights, step
        return self.changes.get(self._measured, math.inf) <= self.tolerance

    def state_dict(self) -> dict[str, Any]:
        """Return its state."""
        return {
            "changes": dict(self.changes),
            "before": self._before,
            "measured": self._measured,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state returned by `state_dict`."""
        self.changes = dict(state["changes"])
        self._before, self._measured = state["before"], state["measured"]


def _check_every(every: int) -> None:
    if every < 1:
        raise ValueError(f"every must be 1 or more, not {every}")
