"""Many pictures: each is read, drawn and written, here or by other processes, in their order."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from asciiart.cli.batch.drawing import PictureWorker
from asciiart.cli.batch.tasks import Task, TaskResult, Work


def perform(tasks: Sequence[Task], work: Work, jobs: int = 1) -> Generator[TaskResult, None, None]:
    """Yield what becomes of each task, in their order; a failure ends only its own.

    With more than one of ``jobs`` so many processes share the work, and the cores. One that dies,
    as for want of memory, takes with it only the picture that it was at.

    Raises
    ------
    AsciiArtError
        If the fault is none of the pictures', as where a font lacks the characters.
    """
    if min(jobs, len(tasks)) <= 1:
        drawer = PictureWorker(work)
        yield from (drawer.perform(task) for task in tasks)
        return
    from asciiart.cli.batch.workers import perform_in_workers  # noqa: PLC0415 - slow to load

    yield from perform_in_workers(tasks, work, jobs)
