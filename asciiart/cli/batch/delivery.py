"""The command line, drawing: what was named is planned, drawn and delivered."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from asciiart.art.formats.suffixes import image_format
from asciiart.cli.batch.output_names import plan_outputs
from asciiart.cli.batch.perform import perform
from asciiart.cli.batch.tasks import Task, TaskResult, Work
from asciiart.cli.messages import report, tell_warnings
from asciiart.errors import AsciiArtError, ImageWarning
from asciiart.io.pictures.picture_search import FoundPictures, PictureSource
from asciiart.io.terminal.progress_bar import progress_bar
from asciiart.io.terminal.terminal import write, write_bytes


def plan_tasks(
    pictures: Sequence[PictureSource], output: str | None, format_: str | None, usual: str
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
    return image_format(file) if Path(file).suffix else usual


def draw_all(
    tasks: Sequence[Task], work: Work, found: FoundPictures, *, jobs: int, copy: bool
) -> int:
    """Draw every task and return the exit code; the rest is done in spite of failures.

    Warnings and then failures are told at the end.
    ``copy`` puts the texts on the clipboard, too.

    Raises
    ------
    AsciiArtError
        If standard output or the clipboard fails, or the fault is none of the pictures'.
    """
    failures: list[AsciiArtError] = [*found.failures]
    warned: list[ImageWarning] = []
    texts: list[str] = []
    files = all(task.output is not None for task in tasks)
    try:
        with (
            progress_bar(len(tasks), to_file=files) as bar,
            closing(perform(tasks, work, jobs)) as arts,
        ):
            for drawn in arts:
                bar.advance()
                failures += [] if drawn.failure is None else [drawn.failure]
                warned += drawn.warnings
                texts += _texts(drawn, work.encoding) if copy else []
                if not _deliver(drawn):
                    break
        if texts:
            from asciiart.io.clipboard import copy_text  # noqa: PLC0415 - on use

            copy_text("\n".join(texts))
    finally:
        tell_warnings(warned)
        for failure in failures:
            report(failure, 1)
    return 1 if failures else 0


def _texts(drawn: TaskResult, encoding: str) -> list[str]:
    if drawn.result is None:
        return []
    if isinstance(drawn.result, str):
        return [drawn.result]
    return [drawn.result.decode(encoding).removesuffix("\n")]


def _deliver(drawn: TaskResult) -> bool:
    """Write to standard output what is for it; return False when the reader is gone."""
    if drawn.task.output is not None or drawn.result is None:
        return True
    if isinstance(drawn.result, str):
        return write(sys.stdout, f"{drawn.result}\n")
    return write_bytes(sys.stdout, drawn.result)
