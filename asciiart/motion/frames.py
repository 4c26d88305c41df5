"""Frames: one picture of many, and moving pictures, which are read while they are iterated."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from asciiart.io.pictures.arrays import Pixels, read_only
from asciiart.io.pictures.image import Picture
from asciiart.io.pictures.sources import Source

MovingSource = Source | int | Iterable[Source]
"""A source of a moving picture: a `Source`, a webcam's number, or pictures one by one."""

PixelSize = tuple[int, int]
"""Height and width in pixels."""

WantedSize = Callable[[], PixelSize | None]
"""Returns the size that suffices for the next frame, or None for full size.

It is called once a frame, perhaps in another thread than the one that draws.
"""

FOREVER = 0
"""Number of plays of a picture that repeats without end."""

DEFAULT_RATE = 25.0
"""Frames per second where the source does not say."""


def full_size() -> PixelSize | None:
    """Ask for frames in full size; a `WantedSize`."""
    return None


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of many. Immutable: its pixels are read-only."""

    pixels: Pixels
    """(H, W, 3), or (H, W, 4) with alpha."""
    seconds: float
    """Time for which it is shown."""

    def __post_init__(self) -> None:
        """Keep a read-only view of the pixels, so that their owner may go on writing."""
        object.__setattr__(self, "pixels", read_only(self.pixels))


class Frames(Protocol):
    """A moving picture that is read while it is iterated; nothing that was read is kept.

    After the last whole frame of a damaged file the iterator raises an `ImageError`. Each
    iteration begins at the first frame, unless the frames can be read only once.
    """

    @property
    def name(self) -> str:
        """Name of the source in messages."""
        ...

    @property
    def plays(self) -> int:
        """Number of times that it asks to be played, or `FOREVER`."""
        ...

    @property
    def is_still(self) -> bool:
        """Whether it is a single picture."""
        ...

    @property
    def is_live(self) -> bool:
        """Whether it is being filmed, so that it never ends and no frame can wait."""
        ...

    @property
    def is_read_once(self) -> bool:
        """Whether frames that were read do not come again, as from a webcam or a generator."""
        ...

    @property
    def count(self) -> int | None:
        """The number of frames, if it is known."""
        ...

    def read(self, wanted_size: WantedSize = full_size) -> Iterator[Frame]:
        """Yield the frames; one may be smaller than its source, but no smaller than wanted."""
        ...

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames in full size."""
        ...


def pixels_of(picture: Picture) -> Pixels:
    """Return a picture as (H, W, 3), or as (H, W, 4) if it has alpha."""
    return picture.rgb if picture.alpha is None else np.dstack([picture.rgb, picture.alpha])


def reduced_size(height: int, width: int, wanted: PixelSize | None) -> PixelSize:
    """Return the least height and width in the same proportions that are not below those wanted.

    They may be a little larger if that keeps the proportions better; otherwise an art of such a
    frame could have a row more or less than one of a frame in full size.
    """
    scale = 1.0 if wanted is None else max(wanted[0] / height, wanted[1] / width)
    if scale >= 1:
        return height, width
    least = math.ceil(width * scale)
    sizes = [(math.ceil(w * height / width), w) for w in range(least, min(least + 32, width) + 1)]
    return min(sizes, key=lambda size: size[0] / size[1] - height / width)
