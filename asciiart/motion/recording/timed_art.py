"""Arts in time, and how they are written."""

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
    """What is shown."""
    seconds: float
    """How long it is shown."""


@dataclass(frozen=True)
class Recording:
    """How an animation is written; a format passes over what it has no use for."""

    color: ColorMode = ColorMode.NONE
    """Colors of the ink."""
    font_size: float | None = None
    """Pixels per em; None leaves it to the format."""
    plays: int = 1
    """How often a viewer plays it, or `FOREVER`."""


Arts: TypeAlias = Iterator[TimedArt]
Writer: TypeAlias = Callable[[Arts, Path, Recording], None]


class TimedArts(Protocol):
    """What can be recorded: the arts of a moving picture, drawn while they are iterated."""

    @property
    def frames(self) -> Frames:
        """The frames that they are drawn from."""
        ...

    def timed(self, *, ahead: bool = False) -> Arts:
        """Yield the arts and how long each is shown; with ``ahead`` the next is drawn meanwhile."""
        ...
