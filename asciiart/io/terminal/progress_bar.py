"""A progress bar on stderr, for work that takes more than a second."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

_PATIENCE = 1.0
"""Seconds of work before the bar is shown."""


@contextmanager
def shown_progress(total: int | None = None, *, to_file: bool) -> Iterator[Bar]:
    """Give a bar that is to be advanced after each thing that is done.

    It is seen if stderr is a terminal to which nothing else goes: if the results go ``to_file``,
    or standard output is no terminal. Libraries may be muted meanwhile, but not before.
    """
    bar = Bar(total)
    free = to_file or sys.stdout is None or not sys.stdout.isatty()
    if free and sys.stderr is not None and sys.stderr.isatty():
        bar.wait()
    try:
        yield bar
    finally:
        bar.stop()


class Bar:
    """A progress bar that waits a second before it shows itself, and goes when it is done."""

    def __init__(self, total: int | None = None) -> None:
        """Take how many things there are to do; None where nobody knows."""
        self._done, self._total = 0, total
        self._progress: Progress | None = None
        self._timer: threading.Timer | None = None

    def wait(self) -> None:
        """Begin to wait."""
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
        console.show_cursor()  # which would stay away if a signal ended the program now
        self._progress = progress

    def advance(self, total: int | None = None) -> None:
        """Count one thing more, of ``total`` if that is known only now."""
        self._done += 1
        self._total = total or self._total
        if self._progress is not None:
            [task] = self._progress.task_ids
            self._progress.update(task, completed=self._done, total=self._total)

    def stop(self) -> None:
        """Take the bar away."""
        if self._timer is None:
            return
        self._timer.cancel()
        self._timer.join()
        if self._progress is not None:
            self._progress.stop()
        self._stream.close()
