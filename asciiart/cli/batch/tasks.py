"""One picture among many: what is to be done, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from asciiart.errors import ImageError, ImageWarning, OutputError
from asciiart.io.addresses import FetchLimits
from asciiart.io.pictures.picture_search import PictureSource
from asciiart.options import BrailleBlank

if TYPE_CHECKING:
    from asciiart.io.terminal.color_mode import ColorMode
    from asciiart.options import Options
    from asciiart.pipeline import Artist


@dataclass(frozen=True)
class Task:
    """One picture, and where its text goes."""

    picture: PictureSource
    """What is drawn."""
    output: str | None
    """A file; None where the text is wanted back."""
    format: str
    """Of `asciiart.art.formats.registry.FORMATS`."""


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


class TaskResult(NamedTuple):
    """What became of a task."""

    task: Task
    """The task."""
    result: str | bytes | None
    """The text, or bytes, where it is wanted back."""
    failure: ImageError | OutputError | None
    """Why the picture was not drawn, its file not written, or its text does not fit its target."""
    warnings: tuple[ImageWarning, ...] = ()
    """What is not quite right with the picture."""
