"""A lesson, in which a network learns a task, and its outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from PIL import Image
from rich.console import Console
from torch import nn

from asciiart.core.learning.progress import show_progress
from asciiart.core.learning.trainer import (
    Callback,
    History,
    StepLoss,
    Trainer,
    TrainerConfig,
    choose_device,
    seed_everything,
)
from asciiart.errors import OptionError
from asciiart.train.lab.catalog import Task
from asciiart.train.lab.data.font_groups import LabFonts, find_lab_fonts

Network = TypeVar("Network", bound=nn.Module)
Batch = TypeVar("Batch")


def own_loss(network: nn.Module, batch: object) -> StepLoss:
    """Return the loss that a network of the core computes itself."""
    loss: StepLoss = network.loss(batch)  # type: ignore[operator]
    return loss


@dataclass(frozen=True)
class Lesson:
    """Settings of a training in the lab, as the user asked for them."""

    folder: Path
    """Folder for weights and samples; a task may use another task's files there."""
    steps: int | None = None
    """Number of batches; None for the task's default."""
    seed: int = 0
    """Seed of data, weights and batches."""
    device: str = "cpu"
    """cpu, cuda or auto."""
    training_fonts: tuple[str, ...] = ()
    """Names or files of fonts to train on; empty for the lab's own."""
    held_out_fonts: tuple[str, ...] = ()
    """Names or files of fonts to test on; empty for the lab's own."""
    validate: bool = False
    """Whether to test on the data for validation, by which choices are made, not the held-out."""
    console: Console = field(default_factory=lambda: Console(stderr=True))
    """Console for progress."""

    def __post_init__(self) -> None:
        """Check the device.

        Raises
        ------
        OptionError
            If the device is not available.
        """
        try:
            choose_device(self.device)
        except (RuntimeError, ValueError) as error:
            raise OptionError(str(error)) from error

    def fonts(self) -> LabFonts:
        """Return the fonts to train on and those to test on.

        Raises
        ------
        FontError
            If a font that was asked for is missing, or too few of the lab's own are installed.
        """
        return find_lab_fonts(self.training_fonts, self.held_out_fonts, validate=self.validate)

    def build(self, make: Callable[[], Network]) -> Network:
        """Return a network with initial weights that depend on the seed."""
        seed_everything(self.seed)
        return make()

    def adapted(self, config: TrainerConfig) -> TrainerConfig:
        """Return ``config`` with the user's steps, seed and device."""
        return replace(config, steps=self.steps or config.steps, seed=self.seed, device=self.device)

    def fit(
        self,
        network: Network,
        batches: Callable[[int], Batch],
        loss: Callable[[Network, Batch], StepLoss],
        config: TrainerConfig,
        callbacks: Sequence[Callback] = (),
        *,
        title: str = "training",
    ) -> History:
        """Train with ``config``, but the user's steps, seed and device, and show progress."""
        config = self.adapted(config)
        with ExitStack() as shown:
            show = shown.enter_context(show_progress(self.console, title, config.steps))
            return Trainer(network, batches, loss, config, [show, *callbacks]).fit()


@dataclass(frozen=True)
class Outcome:
    """The result of a lesson."""

    network: nn.Module
    """The trained network, whose weights are saved."""
    figures: Mapping[str, float]
    """Name -> figure on held-out data; the task's own figure is among them."""
    samples: Image.Image | str
    """Output for held-out data, to look at."""
    baselines: Mapping[str, float] = field(default_factory=dict)
    """Cheap method -> the task's figure that it reaches on the same data."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Settings, beside the network's name, to build it again by; written as JSON."""


class TaskModule(Protocol):
    """The functions that the module of a task has."""

    def teach(self, network: str, lesson: Lesson) -> Outcome:
        """Train the network called ``network`` and test it on held-out data."""

    def build(self, network: str, settings: Mapping[str, Any]) -> nn.Module:
        """Return the network called ``network`` as it is before training."""

    def answer(
        self, model: nn.Module, given: str, settings: Mapping[str, Any]
    ) -> Image.Image | str:
        """Return what a trained network makes of a text, or of the picture in a file."""


def module_of(task: Task) -> TaskModule:
    """Return the module that teaches a task."""
    return cast("TaskModule", import_module(f"asciiart.train.lab.tasks.{task.module}"))
