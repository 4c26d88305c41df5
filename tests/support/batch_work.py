"""Tasks for the tests of a batch, and the work that they share."""

from __future__ import annotations

from collections.abc import Sequence

from asciiart.cli.batch.tasks import DrawingTask, Work
from asciiart.io.addresses import FetchLimits
from asciiart.io.pictures.picture_search import PictureSource
from asciiart.options import ArtistOptions, Options

WORK = Work(
    artist=ArtistOptions(),
    options=Options(columns=20),
    limits=FetchLimits(),
    color="none",
    encoding="utf-8",
    make_folders=False,
    keep_text=False,
)


def tasks(names: Sequence[str]) -> list[DrawingTask]:
    """Return a task for each picture, whose text is returned."""
    return [DrawingTask(PictureSource(name), None, "text") for name in names]
