"""Timed arts, and the interface of the formats that record them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol, TypeAlias

from asciiart.art.art import Art
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.motion.frames import Frames


class TimedArt(NamedTuple):
    """One frame of an animation."""

    art: Art
    """The art of the frame."""
    seconds: float
    """Time for which it is shown."""


@dataclass(frozen=True)
class Recording:
    """Options of a recording; a format ignores those that do not apply to it."""

    color: ColorMode = ColorMode.NONE
    """Colors of the ink."""
    font_size: float | None = None
    """Font size in pixels per em; None for the format's default."""
    plays: int = 1
    """Number of times that a viewer plays it, or `FOREVER`."""


Arts: TypeAlias = Iterator[TimedArt]
"""Arts in the order in which they are shown."""
Writer: TypeAlias = Callable[[Arts, Path, Recording], None]
"""Writes arts to a path."""


class TimedArts(Protocol):
    """A source for recordings: the arts of a moving picture, drawn while they are iterated."""

    @property
    def frames(self) -> Frames:
        """The frames from which they are drawn."""
        ...

    def timed(self, *, ahead: bool = False) -> Arts:
        """Yield the timed arts; with ``ahead``, the next is drawn in the meantime."""
        ...
