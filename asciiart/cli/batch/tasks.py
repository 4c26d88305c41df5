"""Values of a batch: the tasks, what they have in common, and their results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from asciiart.errors import ImageError, ImageWarning, OutputError
from asciiart.io.addresses import FetchLimits
from asciiart.io.pictures.picture_search import PictureSource
from asciiart.options import ArtistOptions, Options

if TYPE_CHECKING:
    from asciiart.io.terminal.color_mode import ColorMode
    from asciiart.motion.single_frame import FrameChoice
    from asciiart.pipeline import Artist


@dataclass(frozen=True)
class DrawingTask:
    """One picture to draw, and where the result goes."""

    picture: PictureSource
    """The picture."""
    output: str | None
    """The file to write; None to return the result."""
    format: str
    """A name in `asciiart.art.formats.registry.FORMATS`."""


@dataclass(frozen=True)
class Work:
    """Settings that all tasks share."""

    artist: ArtistOptions
    """Options of the artist, among them the target that texts will be pasted into."""
    options: Options
    """Options of each drawing."""
    limits: FetchLimits
    """Limits for pictures on the web."""
    color: ColorMode | str
    """Colors of the output."""
    encoding: str
    """Encoding of text."""
    make_folders: bool
    """Whether missing folders of outputs are created."""
    keep_text: bool
    """Whether results written to files are returned, too."""
    frame: FrameChoice | None = None
    """The frame of a film that is drawn; None for the first."""
    shrinks: bool = False
    """Whether text too large for its target is drawn again smaller, as no size was asked for."""


class TaskResult(NamedTuple):
    """The result of a task."""

    task: DrawingTask
    """The task."""
    result: str | bytes | None
    """The text, or a file's bytes; None if the task failed or its result is only in a file."""
    failure: ImageError | OutputError | None
    """Why the picture was not drawn, its file not written, or its text does not fit its target."""
    warnings: tuple[ImageWarning, ...] = ()
    """Warnings about the picture, for example that it is cut short."""


def make_artist(options: ArtistOptions) -> Artist:
    """Return the artist; see there for what may be wrong."""
    from asciiart.pipeline import Artist  # noqa: PLC0415 - heavy

    return Artist(**vars(options))
