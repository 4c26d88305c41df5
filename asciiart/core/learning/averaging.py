"""The mean of the weights along a training, which is often better than the last ones."""

from __future__ import annotations

from typing import Any, Generic, cast

from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from asciiart.core.learning.trainer import History, Network


class WeightAverage(Generic[Network]):
    """Averages a network's weights over the steps (Polyak and Juditsky 1992).

    A `Trainer` callback. After step n the average m moves toward the weights w by

        m ← m + max(1 - decay, 1 / n) (w - m)

    It is the plain mean of all weights so far until 1 / (1 - decay) steps are done, then a moving
    one that forgets older steps (Tarvainen and Valpola 2017, who have no plain mean in the
    beginning). Buffers, such as the running statistics of batch normalization, are those of the
    last step. A checkpoint of the `Trainer` holds its state.

    Parameters
    ----------
    network
        The network that is trained, already on its device. The average starts as a copy of it.
    decay
        The share that the average keeps at each step, 0 to 1: 0 is the last weights, 1 the plain
        mean of all.

    Raises
    ------
    ValueError
        If the decay is out of range.
    """

    def __init__(self, network: Network, decay: float = 0.99) -> None:
        if not 0 <= decay <= 1:
            raise ValueError(f"decay must be 0 to 1, not {decay}")

        def move(average: Tensor, weights: Tensor, count: Tensor | int) -> Tensor:
            return average.lerp(weights, max(1 - decay, 1 / (int(count) + 1)))

        self._trained = network
        self._averaged = AveragedModel(network, avg_fn=move)
        self._step = 0

    @property
    def network(self) -> Network:
        """The network with the averaged weights."""
        return cast("Network", self._averaged.module)

    def __call__(self, step: int, _: History) -> None:
        """Take the weights of a step into the average, each step once."""
        if step > self._step:
            self._averaged.update_parameters(self._trained)
            self._step = step

    def state_dict(self) -> dict[str, Any]:
        """Return its state."""
        return {"averaged": self._averaged.state_dict(), "step": self._step}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state returned by `state_dict`."""
        self._averaged.load_state_dict(state["averaged"])
        self._step = state["step"]
