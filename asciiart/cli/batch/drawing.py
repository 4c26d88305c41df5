"""Performing one task: its picture is read, drawn and written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from asciiart.cli.batch.tasks import DrawingTask, TaskResult, Work, make_artist
from asciiart.cli.films import VIDEO_SUFFIXES
from asciiart.cli.messages import collected_warnings
from asciiart.cli.quiet import muted_libraries
from asciiart.errors import ImageError, OutputError
from asciiart.io.files.atomic_files import write_atomically
from asciiart.io.pictures.picture_search import open_picture

if TYPE_CHECKING:
    from asciiart.art.art import Art
    from asciiart.io.pictures.sources import Source
    from asciiart.pipeline import Artist


class PictureWorker:
    """Performs tasks one by one; the first creates the artist, which the others share."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._artist: Artist | None = None

    def perform(self, task: DrawingTask) -> TaskResult:
        """Return the result of a task, with the warnings about its picture.

        Raises
        ------
        AsciiArtError
            If the error concerns all pictures, for example a font without the characters.
        """
        with collected_warnings() as warned:
            done = self._perform(task)
        different = {str(warning): warning for warning in warned}
        return done._replace(warnings=tuple(different.values()))

    def _perform(self, task: DrawingTask) -> TaskResult:
        work = self._work
        self._artist = self._artist or make_artist(work.artist)
        try:
            with muted_libraries(task.picture.title):
                art = self._draw(self._artist, task)
            result = _render(art, task, work)
            if task.output is not None:
                _write(result, task.output, work.make_folders)
        except (ImageError, OutputError) as error:
            return TaskResult(task, None, error)
        wanted = task.output is None or work.keep_text
        return TaskResult(task, result if wanted else None, _misfit(art, task, work))

    def _draw(self, artist: Artist, task: DrawingTask) -> Art:
        """Return the art, made smaller until it fits its target if no size was asked for."""
        from asciiart.art.formats.registry import fitting_columns  # noqa: PLC0415 - on use

        work = self._work
        source = self._still(task)
        title = task.picture.title
        art = artist.draw_with(source, work.options, name=title)
        while work.shrinks and art.grid.columns > 1:
            columns = fitting_columns(art, task.format, color=work.color)
            if columns is None:
                break
            art = artist.draw_with(source, replace(art.options, columns=columns), name=title)
        return art

    def _still(self, task: DrawingTask) -> Source:
        """Return the picture, or the frame of a film that is to be drawn."""
        work = self._work
        source = open_picture(task.picture, work.limits)
        if work.frame is None and task.picture.path.suffix.lower() not in VIDEO_SUFFIXES:
            return source
        from asciiart.motion.single_frame import FIRST, take_frame  # noqa: PLC0415 - for films only

        options = work.options
        return take_frame(
            source, work.frame or FIRST, max_pixels=options.max_pixels, strict=options.strict
        )


def _render(art: Art, task: DrawingTask, work: Work) -> str | bytes:
    """Return text without its final newline, or the bytes of a file."""
    from asciiart.art.formats import registry as renderers  # noqa: PLC0415 - on use

    if work.encoding == renderers.DEFAULT_ENCODING and not work.artist.numeric_references:
        return renderers.render(art, task.format, color=work.color)
    return renderers.render_bytes(
        art,
        task.format,
        color=work.color,
        encoding=work.encoding,
        numeric_references=work.artist.numeric_references,
    )


def _write(result: str | bytes, output: str, make_folder: bool) -> None:
    if make_folder:
        folder = Path(output).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise OutputError(f"{folder}: cannot be created ({reason})") from error
    write_atomically(output, result if isinstance(result, bytes) else f"{result}\n".encode())


def _misfit(art: Art, task: DrawingTask, work: Work) -> OutputError | None:
    """Return why the text does not fit its target, if so."""
    from asciiart.art.formats.registry import target_overflow  # noqa: PLC0415 - on use

    reason = target_overflow(art, task.format, color=work.color)
    return OutputError(f"{task.picture.title}: {reason}", "columns") if reason else None
