"""Training as a user starts it: data, progress, checkpoints, and a model folder at the end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
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
from asciiart.train.export import export_model, is_exported
from asciiart.train.fit import fit, ranking_of

_WINDOW = 100
"""Steps over which the shown figures are averaged."""


class _ShowProgress:
    """Callback: loss, ranking score and time left in one live line on stderr, from step 1 on."""

    def __init__(self, progress: Progress, shown: ExitStack, mode: str, steps: int) -> None:
        self.progress = progress
        self.shown = shown
        self.task = progress.add_task(mode, total=steps, start=False, loss="", ranking="")

    def __call__(self, step: int, history: History) -> None:
        if not self.progress.tasks[self.task].started:
            self.shown.enter_context(self.progress)
            self.progress.start_task(self.task)
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


def train_modes(configs: Sequence[ModeConfig], folder: Path, *, resume: bool, command: str) -> None:
    """Train an encoder for each mode, one after the other, into a model folder.

    ``command`` is what the card says reproduces the model. While a mode is trained, and after an
    interrupt, ``<mode>.checkpoint`` in the folder holds what ``resume`` continues from; a mode
    that was already finished is then left alone.

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
    if resume and not checkpoint.exists() and is_exported(config, folder):
        console.out(f"{config.mode}: already in {folder}", highlight=False)
        return
    with console.status(f"{config.mode}: drawing {config.pages} pages and the glyphs"):
        dataset = Dataset(config)
    with ExitStack() as shown:
        show = _ShowProgress(_progress(console), shown, config.mode, config.steps)
        trained = fit(
            config,
            dataset=dataset,
            callbacks=[show],
            checkpoint=checkpoint,
            resume=resume,
        )
    export_model(trained, config, folder, command)
    checkpoint.unlink(missing_ok=True)
    ranking = ranking_of(trained.history)
    console.out(f"{config.mode}: ranking score {ranking:.3f}, written to {folder}", highlight=False)
