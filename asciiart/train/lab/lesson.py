"""What every task is made of: a question, a lesson to learn it by, and what came out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

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
from asciiart.train.lab.fonts import LabFonts, find_lab_fonts

Network = TypeVar("Network", bound=nn.Module)
Batch = TypeVar("Batch")


@dataclass(frozen=True)
class Lesson:
    """How a network is to be taught, as the user asked for it."""

    folder: Path
    """Where weights and samples go; a task may look there for what another one left."""
    steps: int | None = None
    """Batches; None for the task's own number."""
    seed: int = 0
    """Of data, weights and batches."""
    device: str = "cpu"
    """cpu, cuda or auto."""
    training_fonts: tuple[str, ...] = ()
    """Names or files; empty for the lab's own."""
    held_out_fonts: tuple[str, ...] = ()
    """Likewise, to judge by."""
    console: Console = field(default_factory=lambda: Console(stderr=True))
    """Where progress is shown."""

    def __post_init__(self) -> None:
        """Check the device.

        Raises
        ------
        OptionError
            If there is no such device.
        """
        try:
            choose_device(self.device)
        except (RuntimeError, ValueError) as error:
            raise OptionError(str(error)) from error

    def fonts(self) -> LabFonts:
        """Return the fonts to learn from and those to judge by.

        Raises
        ------
        FontError
            If one that was asked for is missing, or too few of the lab's own are installed.
        """
        return find_lab_fonts(self.training_fonts, self.held_out_fonts)

    def build(self, make: Callable[[], Network]) -> Network:
        """Return a network whose first weights are the seed's."""
        seed_everything(self.seed)
        return make()

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
        """Train as ``config`` says, with the user's steps, seed and device; show progress."""
        config = replace(
            config, steps=self.steps or config.steps, seed=self.seed, device=self.device
        )
        with ExitStack() as shown:
            show = shown.enter_context(show_progress(self.console, title, config.steps))
            return Trainer(network, batches, loss, config, [show, *callbacks]).fit()


@dataclass(frozen=True)
class Outcome:
    """What a network has learned."""

    network: nn.Module
    """Trained; its weights are saved."""
    figures: Mapping[str, float]
    """On held-out data, by name; the first one is judged."""
    samples: Image.Image | str
    """What it makes of held-out data, to look at."""


@dataclass(frozen=True)
class Task:
    """Something real to learn."""

    name: str
    """What the command line calls it."""
    question: str
    """In words, with what it is judged on."""
    figure: str
    """What is judged, the first of an outcome's figures."""
    bars: Mapping[str, float]
    """Network -> what its figure has to reach; the networks are those that can learn the task."""
    teach: Callable[[str, Lesson], Outcome]
    """Trains the network of a name and examines it."""
