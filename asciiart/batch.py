"""Many pictures: each is read, drawn and written, here or by other processes, in their order."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from asciiart.cli_behavior import collected_warnings, muted_libraries
from asciiart.errors import ImageError, ImageWarning, OutputError
from asciiart.files import write_atomically
from asciiart.kinds import BrailleBlank
from asciiart.sources import FetchLimits, Named, open_picture

if TYPE_CHECKING:
    from asciiart.art import Art
    from asciiart.color_mode import ColorMode
    from asciiart.options import Options
    from asciiart.pipeline import Artist


@dataclass(frozen=True)
class Task:
    """One picture, and where its text goes."""

    picture: Named
    """What is drawn."""
    output: str | None
    """A file; None where the text is wanted back."""
    format: str
    """Of `asciiart.render.FORMATS`."""


@dataclass(frozen=True)
class ArtistOptions:
    """What an `Artist` is made of; each process makes its own, and only those that draw."""

    font: str | None = None
    charset: str | None = None
    exclude: str = ""
    simple: float = 0.0
    model: str = "standard"
    target: str | None = None
    references: bool = False
    braille_blank: BrailleBlank = "pattern"

    def make(self) -> Artist:
        """Return the artist; see there for what may be wrong."""
        from asciiart.pipeline import Artist  # noqa: PLC0415 - heavy

        return Artist(
            font=self.font,
            charset=self.charset,
            exclude=self.exclude,
            simple=self.simple,
            model=self.model,
            target=self.target,
            references=self.references,
            braille_blank=self.braille_blank,
        )


@dataclass(frozen=True)
class Work:
    """What is the same for all pictures."""

    artist: ArtistOptions
    """Who draws them, and where plain texts will be pasted."""
    options: Options
    """What they are drawn with."""
    limits: FetchLimits
    """Of those on the web."""
    color: ColorMode | str
    """Of the texts."""
    encoding: str
    """Of the texts, as bytes."""
    make_folders: bool
    """Whether an output's folder is made."""
    keep_text: bool
    """Whether what is written to a file is wanted back, too."""
    shrinks: bool = False
    """Whether a text that does not fit its target is drawn smaller: nobody said how large."""


class Drawn(NamedTuple):
    """What became of a task."""

    task: Task
    """The task."""
    result: str | bytes | None
    """The text, or bytes, where it is wanted back."""
    failure: ImageError | OutputError | None
    """Why the picture was not drawn, its file not written, or its text does not fit its target."""
    warnings: tuple[ImageWarning, ...] = ()
    """What is not quite right with the picture."""


def perform(tasks: Sequence[Task], work: Work, jobs: int = 1) -> Generator[Drawn, None, None]:
    """Yield what becomes of each task, in their order; a failure ends only its own.

    With more than one of ``jobs`` so many processes share the work, and the cores. One that dies,
    as for want of memory, takes with it only the picture that it was at.

    Raises
    ------
    AsciiArtError
        If the fault is none of the pictures', as where a font lacks the characters.
    """
    if min(jobs, len(tasks)) <= 1:
        drawer = Drawer(work)
        yield from (drawer.perform(task) for task in tasks)
        return
    from asciiart.workers import perform_in_workers  # noqa: PLC0415 - slow to load

    yield from perform_in_workers(tasks, work, jobs)


class Drawer:
    """Does tasks one after the other, with an artist that it makes for the first."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._artist: Artist | None = None

    def perform(self, task: Task) -> Drawn:
        """Return what becomes of a task."""
        with collected_warnings() as warned:
            drawn = self._perform(task)
        return drawn._replace(warnings=tuple(warned))

    def _perform(self, task: Task) -> Drawn:
        work = self._work
        self._artist = self._artist or work.artist.make()
        try:
            with muted_libraries(task.picture.title):
                art = self._draw(self._artist, task)
            result = _render(art, task, work)
            if task.output is not None:
                _write(result, task.output, work.make_folders)
        except (ImageError, OutputError) as error:
            return Drawn(task, None, error)
        wanted = task.output is None or work.keep_text
        return Drawn(task, result if wanted else None, _misfit(art, task, work))

    def _draw(self, artist: Artist, task: Task) -> Art:
        """Return the art, made smaller until it fits its target where nobody said how large."""
        from asciiart.render import fitting_columns  # noqa: PLC0415 - on use

        work = self._work
        source = open_picture(task.picture, work.limits)
        art = artist.draw_with(source, work.options)
        while work.shrinks and art.grid.columns > 1:
            columns = fitting_columns(art, task.format, color=work.color)
            if columns is None:
                break
            art = artist.draw_with(source, replace(work.options, columns=columns))
        return art


def _render(art: Art, task: Task, work: Work) -> str | bytes:
    """Return text without a newline at its end, or the bytes of a file."""
    from asciiart import render as renderers  # noqa: PLC0415 - on use

    if work.encoding == renderers.DEFAULT_ENCODING and not work.artist.references:
        return renderers.render(art, task.format, color=work.color)
    return renderers.render_bytes(
        art,
        task.format,
        color=work.color,
        encoding=work.encoding,
        references=work.artist.references,
    )


def _write(result: str | bytes, output: str, make_folder: bool) -> None:
    if make_folder:
        folder = Path(output).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise OutputError(f"{folder}: cannot be made ({reason})") from error
    write_atomically(output, result if isinstance(result, bytes) else f"{result}\n".encode())


def _misfit(art: Art, task: Task, work: Work) -> OutputError | None:
    from asciiart.render import misfit  # noqa: PLC0415 - on use

    reason = misfit(art, task.format, color=work.color)
    return OutputError(f"{task.picture.title}: {reason}", "columns") if reason else None
