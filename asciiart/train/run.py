"""Training as a user starts it: data, progress, checkpoints, and a model folder at the end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from asciiart.core.trainer import History
from asciiart.errors import OutputError
from asciiart.train.config import ModeConfig
from asciiart.train.dataset import Dataset
from asciiart.train.export import export_model
from asciiart.train.fit import fit, ranking_of

_WINDOW = 100
"""Steps over which the shown figures are averaged."""


class _ShowProgress:
    """Callback: loss, ranking score and time left in one live line on stderr."""

    def __init__(self, progress: Progress, mode: str, steps: int) -> None:
        self.progress = progress
        self.task = progress.add_task(mode, total=steps, loss="", ranking="")

    def __call__(self, step: int, history: History) -> None:
        recent = history.loss[-_WINDOW:]
        self.progress.update(
            self.task,
            completed=step,
            loss=f"{sum(recent) / len(recent):.3f}",
            ranking=f"{ranking_of(history, _WINDOW):.3f}",
        )


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("loss {task.fields[loss]}  ranking {task.fields[ranking]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror})") from error


def train_modes(
    configs: Sequence[ModeConfig], folder: Path, *, resume: bool, command: str
) -> None:
    """Train an encoder for each mode, one after the other, into a model folder.

    ``command`` is what the card says reproduces the model. While a mode is trained, and after an
    interrupt, ``<mode>.checkpoint`` in the folder holds what ``resume`` continues from.

    Raises
    ------
    FontError, ModelError, OutputError
        If a font is missing, the checkpoint does not fit or the folder cannot be written.
    """
    _prepare(folder)
    console = Console(stderr=True)
    for config in configs:
        _train(config, folder, console, resume=resume, command=command)


def _train(
    config: ModeConfig, folder: Path, console: Console, *, resume: bool, command: str
) -> None:
    checkpoint = folder / f"{config.mode}.checkpoint"
    with console.status(f"{config.mode}: drawing {config.pages} pages and the glyphs"):
        dataset = Dataset(config)
    with _progress(console) as progress:
        trained = fit(
            config,
            dataset=dataset,
            callbacks=[_ShowProgress(progress, config.mode, config.steps)],
            checkpoint=checkpoint,
            resume=resume,
        )
    export_model(trained, config, folder, command)
    checkpoint.unlink(missing_ok=True)
    ranking = ranking_of(trained.history)
    console.print(f"{config.mode}: ranking score {ranking:.3f}, written to {folder}")
