"""One training loop for every network, without knowledge of any of them."""

from __future__ import annotations

import io
import random
import signal
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, runtime_checkable

import numpy as np
import torch
from torch import Tensor, nn

from asciiart.core.learning.data import Epochs
from asciiart.core.learning.optimizers import build_optimizer, build_schedule
from asciiart.core.learning.randomness import combined_seed, seed_generators, unseeded_after

Network = TypeVar("Network", bound=nn.Module)
Batch = TypeVar("Batch")
Scores = Mapping[str, float]


@dataclass(frozen=True)
class TrainerConfig:
    """Settings of a training.

    The same settings, first weights, data and machine give the same last weights.
    """

    steps: int = 1000
    """Total number of batches."""
    learning_rate: float = 1e-3
    """Learning rate at the schedule's highest point."""
    optimizer: str = "adam"
    """A name of `learning.optimizers.OPTIMIZERS`."""
    optimizer_options: Mapping[str, Any] | tuple[tuple[str, Any], ...] = ()
    """Options of the optimizer that differ from its defaults, such as ``{"momentum": 0.8}``; kept
    as sorted pairs."""
    schedule: str = "constant"
    """A name of `learning.optimizers.SCHEDULES`."""
    clip_norm: float | None = None
    """Largest norm of all gradients together; None does not clip."""
    seed: int = 0
    """Seed of the randomness inside a step, such as dropout, and of the order in which a
    `DataLoader` shuffles. It does not decide the first weights, since the network exists before the
    `Trainer`: build it after `seed_everything`, or within `learning.randomness.seeded`."""
    device: str = "cpu"
    """cpu, cuda, another device as torch calls it, or auto (cuda if it is available)."""
    checkpoint_every: int = 0
    """Steps between checkpoints; 0 writes none."""
    recipe: str = ""
    """Everything else that decides the weights, such as network and data, in words; a checkpoint is
    resumed only with the same recipe."""

    def __post_init__(self) -> None:
        """Keep the options as pairs, which can be neither changed nor reordered.

        Raises
        ------
        ValueError
            If ``steps`` is negative.
        """
        if self.steps < 0:
            raise ValueError(f"steps must be 0 or more, not {self.steps}")
        options = tuple(sorted(dict(self.optimizer_options).items()))
        object.__setattr__(self, "optimizer_options", options)


class StepLoss(NamedTuple):
    """The result of a loss function for one batch."""

    loss: Tensor
    """The scalar that is minimized."""
    scores: Mapping[str, Tensor | float] = MappingProxyType({})
    """Further figures to show, by name."""


@dataclass
class History:
    """Record of a training, with one entry per step."""

    loss: list[float] = field(default_factory=list)
    """The loss of each step."""
    scores: dict[str, list[float]] = field(default_factory=dict)
    """The further figures of each step, by name."""
    learning_rate: list[float] = field(default_factory=list)
    """The learning rate of each step."""

    def add(self, loss: float, scores: Scores, learning_rate: float = 0.0) -> None:
        """Append one step."""
        self.loss.append(loss)
        self.learning_rate.append(learning_rate)
        for name, value in scores.items():
            self.scores.setdefault(name, []).append(value)


class Callback(Protocol):
    """A function called after every step, such as a progress bar, a log or early stopping.

    A stateful callback (`StatefulCallback`) is saved with the checkpoint; after a resume every
    callback is called again for the checkpoint's step.
    """

    def __call__(self, step: int, history: History, /) -> bool | None:
        """Take note of ``step`` (from 1); return True to stop the training."""


@runtime_checkable
class StatefulCallback(Protocol):
    """A callback whose state belongs to the run."""

    def state_dict(self) -> dict[str, Any]:
        """Return its state: tensors, numbers, strings, and lists and dicts of those."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state returned by `state_dict`."""


def seed_everything(seed: int) -> None:
    """Seed the random number generators of Python, NumPy and torch."""
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - libraries may still use the global generator
    torch.manual_seed(seed)


def choose_device(name: str) -> torch.device:
    """Return the device called ``name``; ``auto`` is cuda if it is available, otherwise cpu.

    Raises
    ------
    ValueError
        If the name is unknown, or cuda or mps is asked for and not available.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ValueError(f"device {name!r} is unknown (cpu, cuda, mps, auto, ...)") from error
    if not _AVAILABLE.get(device.type, lambda: True)():
        raise ValueError(f"device {name}: there is none that torch can use")
    return device


_AVAILABLE: Mapping[str, Callable[[], bool]] = {
    "cuda": torch.cuda.is_available,
    "mps": torch.backends.mps.is_available,
}


def to_device(batch: Any, device: torch.device) -> Any:
    """Return a batch with its tensors, also those in tuples, lists and dicts, moved to a device."""
    if isinstance(batch, Tensor):
        return batch.to(device)
    if isinstance(batch, tuple):
        parts = [to_device(part, device) for part in batch]
        return type(batch)(*parts) if hasattr(batch, "_fields") else tuple(parts)
    if isinstance(batch, list):
        return [to_device(part, device) for part in batch]
    if isinstance(batch, dict):
        return {key: to_device(part, device) for key, part in batch.items()}
    return batch


def _number(value: Tensor | float) -> float:
    return float(value.detach()) if isinstance(value, Tensor) else value


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Delay an interrupt (Ctrl-C) until the block is done."""
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(usual):
        yield
        return
    waiting: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: waiting.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if waiting:
        usual(signal.SIGINT, None)


_TWO_KINDS = (
    "The loss of a Trainer takes (network, batch) and gives a StepLoss; "
    "asciiart.core.supervised makes it of a plain loss of (outputs, targets), or of its name."
)


class Trainer(Generic[Network, Batch]):
    """Minimizes ``loss`` over batches.

    Whatever a step draws from torch's global random numbers depends on the configuration's seed and
    the step alone, and after `fit` those generators are as they were before it. A batch's tensors,
    including those in tuples, lists and dicts, are moved to the device.

    Parameters
    ----------
    model
        The network, with its first weights.
    batches
        Either a function that makes the batch of a step (from 0) and depends on nothing else; or
        an iterable of batches, such as a `torch.utils.data.DataLoader`, which is iterated again
        for every epoch. A resumed run draws an iterable's batches of the broken epoch again and
        goes on exactly, if the batches depend on nothing but the iterable, its generator and
        torch's global random numbers. So it is not exact for transforms that draw from Python's
        or NumPy's global random numbers, nor with ``persistent_workers``.
    loss
        A function of the network and a batch; `supervised` makes it of a plain loss.
    config
        The settings.
    callbacks
        Called after every step, in order.

    Raises
    ------
    ValueError
        If the device is not available, or the optimizer, one of its options or the schedule is
        unknown.
    TypeError
        If the loss is not a function, or gives a tensor for a `StepLoss`.
    """

    def __init__(
        self,
        model: Network,
        batches: Callable[[int], Batch] | Iterable[Batch],
        loss: Callable[[Network, Batch], StepLoss],
        config: TrainerConfig,
        callbacks: Sequence[Callback] = (),
    ) -> None:
        if not callable(loss):
            raise TypeError(f"loss {loss!r} is not a function. {_TWO_KINDS}")
        self.device = choose_device(config.device)
        self.model = model.to(self.device)
        self.batches: Callable[[int], Batch] = (
            batches if callable(batches) else Epochs(batches, config.seed, self._seed_step)
        )
        self.loss = loss
        self.config = config
        self.callbacks = callbacks
        self.optimizer = build_optimizer(
            config.optimizer,
            model.parameters(),
            config.learning_rate,
            **dict(config.optimizer_options),
        )
        self.schedule = build_schedule(config.schedule, self.optimizer, config.steps)
        self.history = History()
        self.step = 0
        self._resumed = False

    def fit(self, checkpoint: str | Path | None = None) -> History:
        """Train from the current step to the last and write checkpoints to ``checkpoint``.

        On an interrupt (Ctrl-C) a last checkpoint is written before the exception is raised again.
        """
        with unseeded_after(self.device):
            try:
                self._all_steps(checkpoint)
            except KeyboardInterrupt:
                if checkpoint:
                    self.save(checkpoint)
                raise
        return self.history

    def _all_steps(self, checkpoint: str | Path | None) -> None:
        stop = self._resumed and self._tell()  # an interrupt may have come before they heard
        while self.step < self.config.steps and not stop:
            stop = self._one_step()
            every = self.config.checkpoint_every
            if checkpoint and every and self.step % every == 0:
                self.save(checkpoint)

    def _seed_step(self, step: int) -> None:
        seed_generators(combined_seed(self.config.seed, step), self.device)

    def _one_step(self) -> bool:
        self._seed_step(self.step)  # dropout and the like, resumable
        self.model.train()
        result = self._measure(to_device(self.batches(self.step), self.device))
        self.optimizer.zero_grad()
        result.loss.backward()  # type: ignore[no-untyped-call]
        if self.config.clip_norm is not None:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.config.clip_norm)
        scores = {name: _number(value) for name, value in result.scores.items()}
        rate = float(self.optimizer.param_groups[0]["lr"])
        with _uninterrupted():  # a checkpoint never holds half a step
            self.optimizer.step()
            self.schedule.step()
            self.step += 1
            self.history.add(_number(result.loss), scores, rate)
        return self._tell()

    def _measure(self, batch: Batch) -> StepLoss:
        try:
            result = self.loss(self.model, batch)
        except (AttributeError, TypeError) as error:
            error.add_note(_TWO_KINDS)
            raise
        if isinstance(result, Tensor):
            raise TypeError(f"the loss gave a tensor, not a StepLoss. {_TWO_KINDS}")
        return result

    def _tell(self) -> bool:
        stops = [callback(self.step, self.history) for callback in self.callbacks]  # all hear it
        return any(stops)

    @property
    def _memories(self) -> list[StatefulCallback]:
        return [callback for callback in self.callbacks if isinstance(callback, StatefulCallback)]

    def save(self, path: str | Path) -> None:
        """Write everything that `resume` needs to ``path``, atomically.

        Raises
        ------
        OSError
            If it cannot be written; an existing file is then unchanged.
        """
        buffer = io.BytesIO()
        torch.save(
            {
                "config": asdict(self.config),
                "step": self.step,
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "schedule": self.schedule.state_dict(),
                "history": asdict(self.history),
                "memories": [memory.state_dict() for memory in self._memories],
            },
            buffer,
        )
        path = Path(path)
        partial = path.with_name(path.name + ".partial")
        try:
            partial.write_bytes(buffer.getvalue())
            partial.replace(path)
        except OSError:
            with suppress(OSError):
                partial.unlink()
            raise

    def resume(self, path: str | Path) -> None:
        """Continue from the checkpoint ``path``.

        Raises
        ------
        ValueError
            If the checkpoint cannot be read, or was written by a run with another configuration or
            network.
        """
        path = Path(path)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ValueError(f"{path}: cannot be read ({error.strerror})") from error
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:  # torch does not compare checksums
                if archive.testzip() is not None:
                    raise zipfile.BadZipFile
            state: dict[str, Any] = torch.load(
                io.BytesIO(data), map_location=self.device, weights_only=True
            )
            written = dict(state["config"])
        except Exception as error:  # torch raises whatever its parts do
            raise ValueError(f"{path}: damaged, or not a checkpoint") from error
        written = {**asdict(TrainerConfig()), **written}  # settings that it did not know yet
        different = [
            name
            for name, value in asdict(self.config).items()
            if written[name] != value and name not in ("device", "checkpoint_every")
        ]
        if different:
            raise ValueError(f"{path}: written by a run with another {', '.join(different)}")
        try:
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.schedule.load_state_dict(state["schedule"])
            self.history = History(**state["history"])
            self.step = state["step"]
            for memory, saved in zip(self._memories, state["memories"], strict=True):
                memory.load_state_dict(saved)
            self._resumed = self.step > 0
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            raise ValueError(f"{path}: written by a run with another network") from error
