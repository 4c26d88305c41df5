"""Performing tasks in this process or in several, with the results in the order of the tasks."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from asciiart.cli.batch.drawing import PictureWorker
from asciiart.cli.batch.tasks import DrawingTask, TaskResult, Work


def perform(
    tasks: Sequence[DrawingTask], work: Work, jobs: int = 1
) -> Generator[TaskResult, None, None]:
    """Yield the result of each task, in order; a failure ends only its own task.

    ``jobs`` processes, if more than one, share the work and the cores. If one dies, for example for
    lack of memory, only the picture that it was drawing fails.

    Raises
    ------
    AsciiArtError
        If the error concerns all pictures, for example a font without the characters.
    """
    if min(jobs, len(tasks)) <= 1:
        worker = PictureWorker(work)
        yield from (worker.perform(task) for task in tasks)
        return
    from asciiart.cli.batch.workers import perform_in_workers  # noqa: PLC0415 - slow to load

    yield from perform_in_workers(tasks, work, jobs)
