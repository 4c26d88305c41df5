"""From the named pictures to their outputs: planned, drawn and delivered."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from asciiart.art.formats.suffixes import image_format
from asciiart.cli.batch.output_names import plan_outputs
from asciiart.cli.batch.perform import perform
from asciiart.cli.batch.tasks import DrawingTask, TaskResult, Work
from asciiart.cli.messages import report, report_warnings
from asciiart.errors import AsciiArtError, ImageWarning
from asciiart.io.pictures.picture_search import FoundPictures, PictureSource
from asciiart.io.terminal.progress_bar import progress_bar
from asciiart.io.terminal.terminal import write, write_bytes


def plan_tasks(
    pictures: Sequence[PictureSource], output: str | None, format_: str | None, usual: str
) -> tuple[DrawingTask, ...]:
    """Return one task per picture.

    The format is ``format_`` if given, otherwise the one of the output's suffix, otherwise
    ``usual``.

    Raises
    ------
    OptionError
        If pictures would share a file or overwrite one, or a suffix belongs to no format.
    """
    if output is None:
        return tuple(DrawingTask(picture, None, format_ or usual) for picture in pictures)
    files = plan_outputs(output, pictures)
    return tuple(
        DrawingTask(picture, file, format_ or _format_of(file, usual))
        for picture, file in zip(pictures, files, strict=True)
    )


def _format_of(file: str, usual: str) -> str:
    return image_format(file) if Path(file).suffix else usual


def draw_all(
    tasks: Sequence[DrawingTask], work: Work, found: FoundPictures, *, jobs: int, copy: bool
) -> int:
    """Perform every task and return the exit code; a failure does not stop the other tasks.

    Warnings, then failures, are reported at the end. ``copy`` also puts the texts on the clipboard.

    Raises
    ------
    AsciiArtError
        If standard output or the clipboard fails, or an error concerns all pictures.
    """
    failures: list[AsciiArtError] = [*found.failures]
    warned: list[ImageWarning] = []
    texts: list[str] = []
    files = all(task.output is not None for task in tasks)
    try:
        with (
            progress_bar(len(tasks), to_file=files) as bar,
            closing(perform(tasks, work, jobs)) as results,
        ):
            for done in results:
                bar.advance()
                failures += [] if done.failure is None else [done.failure]
                warned += done.warnings
                texts += _texts(done, work.encoding) if copy else []
                if not _deliver(done):
                    break
        if texts:
            from asciiart.io.clipboard import copy_text  # noqa: PLC0415 - on use

            copy_text("\n".join(texts))
    finally:
        report_warnings(warned)
        for failure in failures:
            report(failure, 1)
    return 1 if failures else 0


def _texts(done: TaskResult, encoding: str) -> list[str]:
    """Return a result's text, if there is one, without its final newline."""
    if done.result is None:
        return []
    if isinstance(done.result, str):
        return [done.result]
    return [done.result.decode(encoding).removesuffix("\n")]


def _deliver(done: TaskResult) -> bool:
    """Write a result without a file to standard output; return False if its reader is gone."""
    if done.task.output is not None or done.result is None:
        return True
    if isinstance(done.result, str):
        return write(sys.stdout, f"{done.result}\n")
    return write_bytes(sys.stdout, done.result)
