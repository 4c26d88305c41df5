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

_DELAY = 1.0
"""Seconds of work before the bar is shown."""


@contextmanager
def progress_bar(total: int | None = None, *, to_file: bool) -> Iterator[ProgressBar]:
    """Yield a bar to advance after each item of ``total`` (None: unknown).

    It is shown only if stderr is a terminal and nothing else is written there: the results go
    ``to_file``, or standard output is no terminal. Mute libraries within this context, not around
    it.
    """
    bar = ProgressBar(total)
    free = to_file or sys.stdout is None or not sys.stdout.isatty()
    if free and sys.stderr is not None and sys.stderr.isatty():
        bar.wait()
    try:
        yield bar
    finally:
        bar.stop()


class ProgressBar:
    """A progress bar that appears after a second and disappears when the work is done."""

    def __init__(self, total: int | None = None) -> None:
        """Take the number of items, None if it is not known yet."""
        self._done, self._total = 0, total
        self._progress: Progress | None = None
        self._timer: threading.Timer | None = None

    def wait(self) -> None:
        """Start the delay after which the bar is shown."""
        # Muted libraries have stderr redirected meanwhile; this copy still leads to the terminal.
        self._stream = os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding=sys.stderr.encoding)
        self._timer = threading.Timer(_DELAY, self._show)
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
        console.show_cursor()  # which would stay hidden if a signal ended the program now
        self._progress = progress

    def advance(self, total: int | None = None) -> None:
        """Count one more item; ``total`` sets the number of items, if it is known only now."""
        self._done += 1
        self._total = total or self._total
        if self._progress is not None:
            [task] = self._progress.task_ids
            self._progress.update(task, completed=self._done, total=self._total)

    def stop(self) -> None:
        """Remove the bar, or cancel it if it is not shown yet."""
        if self._timer is None:
            return
        self._timer.cancel()
        self._timer.join()
        if self._progress is not None:
            self._progress.stop()
        self._stream.close()
