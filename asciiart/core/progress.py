"""One live line on a console while a `Trainer` works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from asciiart.core.trainer import Callback, History

_WINDOW = 100
"""Steps over which the shown figures are averaged."""


def recent(history: History) -> dict[str, float]:
    """Return the loss and every score by name, averaged over the last 100 steps."""
    figures = {"loss": history.loss, **history.scores}
    return {
        name: sum(values[-_WINDOW:]) / len(values[-_WINDOW:]) for name, values in figures.items()
    }


@contextmanager
def show_progress(console: Console, title: str, steps: int) -> Iterator[Callback]:
    """Give a callback that shows steps, loss, scores and time left from the first step on."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[figures]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )
    task = progress.add_task(title, total=steps, start=False, figures="")

    def show(step: int, history: History) -> None:
        if not progress.tasks[task].started:
            shown.enter_context(progress)
            progress.start_task(task)
        text = "  ".join(f"{name} {value:.3f}" for name, value in recent(history).items())
        progress.update(task, completed=step, figures=text)

    with ExitStack() as shown:
        yield show
