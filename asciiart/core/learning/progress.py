"""Callbacks that report on a training: a live line on a console, and a log to read later."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
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

from asciiart.core.learning.trainer import Callback, History

_WINDOW = 100
"""Number of steps over which the shown figures are averaged."""
_ROOMY = 105
"""Columns a console needs to show more than the figures and the time left."""


def recent(history: History, last: int = _WINDOW) -> dict[str, float]:
    """Return the loss and every score by name, averaged over the ``last`` steps."""
    figures = {"loss": history.loss, **history.scores}
    return {name: sum(values[-last:]) / len(values[-last:]) for name, values in figures.items()}


@contextmanager
def show_progress(
    console: Console, title: str, steps: int, *, cells_per_step: int = 0
) -> Iterator[Callback]:
    """Give a callback that shows steps, loss, scores and time left from the first step on.

    It also shows the learning rate and, if ``cells_per_step`` is given, the cells per second.
    """
    wide = console.width >= _ROOMY
    columns = (
        TextColumn("{task.description}"),
        *((BarColumn(bar_width=12),) if wide else ()),
        MofNCompleteColumn(),
        TextColumn("{task.fields[figures]}"),
        *((TimeElapsedColumn(),) if wide else ()),
        TimeRemainingColumn(),
    )
    progress = Progress(*columns, console=console)
    task = progress.add_task(title, total=steps, start=False, figures="")

    def show(step: int, history: History) -> None:
        if not progress.tasks[task].started:
            shown.enter_context(progress)
            progress.start_task(task)
        figures = [f"{name} {value:.3f}" for name, value in recent(history).items()]
        figures += [f"rate {history.learning_rate[-1]:.2g}"] if history.learning_rate else []
        speed = progress.tasks[task].speed
        figures += [f"{speed * cells_per_step:.0f} cells/s"] if speed and cells_per_step else []
        progress.update(task, completed=step, figures=" ".join(figures))

    with ExitStack() as shown:
        yield show


class TrainingLog:
    """A `Trainer` callback that appends a line of JSON at regular steps, and at the last one.

    A line has ``step``, ``loss`` and every score, averaged over the steps since the last line,
    ``learning_rate``, ``seconds`` of training so far (without pauses between a run's parts), and
    the items that ``also`` returns for the step; a step for which it returns any always has a line.
    A resumed run continues the same file and drops the lines of steps after its checkpoint.

    Raises
    ------
    OSError
        When it is called and the file cannot be written.
    """

    def __init__(
        self,
        path: Path,
        steps: int,
        *,
        every: int = 50,
        also: Callable[[int], Mapping[str, float]] = lambda _: {},
    ) -> None:
        self.path = path
        self.steps = steps
        self.every = every
        self.also = also
        self._began: float | None = None

    def __call__(self, step: int, history: History) -> None:
        """Write a line if one is due at this step."""
        if self._began is None:
            self._began = time.monotonic() - self._keep(step)
        also = self.also(step)
        if step % self.every and step != self.steps and not also:
            return
        line = {
            "step": step,
            **recent(history, (step - 1) % self.every + 1),
            "learning_rate": history.learning_rate[-1],
            "seconds": round(time.monotonic() - self._began, 3),
            **also,
        }
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _keep(self, step: int) -> float:
        """Keep the lines of the steps before ``step``; return the seconds they record."""
        lines = [line for line in read_log(self.path) if line["step"] < step] if step > 1 else []
        text = "".join(json.dumps(line) + "\n" for line in lines)
        partial = self.path.with_name(self.path.name + ".partial")
        partial.write_text(text, encoding="utf-8")
        partial.replace(self.path)
        return float(lines[-1]["seconds"]) if lines else 0.0


def read_log(path: Path) -> list[dict[str, float]]:
    """Return the lines of a log, without one that a killed run left unfinished.

    A missing file counts as an empty log.
    """
    lines = []
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    for line in text.splitlines():
        with suppress(ValueError):
            entry = json.loads(line)
            if isinstance(entry, dict) and {"step", "seconds"} <= entry.keys():
                lines.append(entry)
    return lines
