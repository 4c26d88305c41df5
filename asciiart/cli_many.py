"""The command line, drawing: what was named is planned, drawn and delivered."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from asciiart.batch import Drawn, Task, Work, perform
from asciiart.cli_behavior import fail
from asciiart.errors import AsciiArtError
from asciiart.outputs import plan_outputs
from asciiart.render import format_of
from asciiart.sources import Found, Named
from asciiart.terminal import write, write_bytes

if TYPE_CHECKING:
    from rich.progress import Progress

_PATIENCE = 1.0
"""Seconds of work before a progress bar is shown."""


def plan_tasks(
    pictures: Sequence[Named], output: str | None, format_: str | None, usual: str
) -> tuple[Task, ...]:
    """Return a task for each picture.

    ``format_`` is what was asked for; else it is that of a file's suffix, else the ``usual`` one.

    Raises
    ------
    OptionError
        If the output's pattern does not give each picture a file of its own, in a format there is.
    """
    if output is None:
        return tuple(Task(picture, None, format_ or usual) for picture in pictures)
    files = plan_outputs(output, pictures)
    return tuple(
        Task(picture, file, format_ or _format_of(file, usual))
        for picture, file in zip(pictures, files, strict=True)
    )


def _format_of(file: str, usual: str) -> str:
    return format_of(file) if Path(file).suffix else usual


def draw_all(tasks: Sequence[Task], work: Work, found: Found, *, jobs: int, copy: bool) -> int:
    """Draw every task and return the exit code; failures are told at the end, the rest is done.

    ``copy`` puts the texts on the clipboard, too.

    Raises
    ------
    AsciiArtError
        If standard output or the clipboard fails, or the fault is none of the pictures'.
    """
    failures: list[AsciiArtError] = [*found.failures]
    texts: list[str] = []
    files = all(task.output is not None for task in tasks)
    try:
        with (
            _shown_progress(len(tasks), files) as advance,
            closing(perform(tasks, work, jobs)) as arts,
        ):
            for drawn in arts:
                advance()
                failures += [] if drawn.failure is None else [drawn.failure]
                texts += _texts(drawn, work.encoding) if copy else []
                if not _deliver(drawn):
                    break
        if texts:
            from asciiart.clipboard import copy_text  # noqa: PLC0415 - on use

            copy_text("\n".join(texts))
    finally:
        for failure in failures:
            fail(failure, 1)
    return 1 if failures else 0


def _texts(drawn: Drawn, encoding: str) -> list[str]:
    if drawn.result is None:
        return []
    if isinstance(drawn.result, str):
        return [drawn.result]
    return [drawn.result.decode(encoding).removesuffix("\n")]


def _deliver(drawn: Drawn) -> bool:
    """Write to standard output what is for it; return False when the reader is gone."""
    if drawn.task.output is not None or drawn.result is None:
        return True
    if isinstance(drawn.result, str):
        return write(sys.stdout, f"{drawn.result}\n")
    return write_bytes(sys.stdout, drawn.result)


@contextmanager
def _shown_progress(total: int, files: bool) -> Iterator[Callable[[], None]]:
    """Yield what is to be called after each picture.

    After a second a bar is shown on stderr, if that is a terminal to which nothing else goes.
    """
    free = files or sys.stdout is None or not sys.stdout.isatty()
    if sys.stderr is None or not sys.stderr.isatty() or not free:
        yield lambda: None
        return
    bar = _Bar(total)
    try:
        yield bar.advance
    finally:
        bar.stop()


class _Bar:
    """A progress bar that waits a second before it shows itself, and goes when it is done."""

    def __init__(self, total: int) -> None:
        self._total, self._done = total, 0
        self._progress: Progress | None = None
        # Libraries are muted by leading stderr elsewhere meanwhile; this copy goes on to show.
        self._stream = os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding=sys.stderr.encoding)
        self._timer = threading.Timer(_PATIENCE, self._show)
        self._timer.daemon = True
        self._timer.start()

    def _show(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - only when shown
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        console = Console(file=self._stream)
        progress = Progress(*columns, console=console, transient=True, redirect_stdout=False,
            redirect_stderr=False)  # fmt: skip
        progress.add_task("", total=self._total, completed=self._done)
        progress.start()
        self._progress = progress

    def advance(self) -> None:
        """Count one picture more."""
        self._done += 1
        if self._progress is not None:
            self._progress.update(self._progress.task_ids[0], completed=self._done)

    def stop(self) -> None:
        """Take the bar away."""
        self._timer.cancel()
        self._timer.join()
        if self._progress is not None:
            self._progress.stop()
        self._stream.close()
