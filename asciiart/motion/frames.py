"""Frames: one picture of many, and what a moving picture is that is read while it is iterated."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from asciiart.io.pictures.sources import Source

Pixels = NDArray[np.uint8]


MovingSource = Source | int | Iterable[Source]
"""What can be read as a moving picture: a `Source`, a webcam's number, or pictures one by one."""


FOREVER = 0
"""How often a picture plays that never ends."""


DEFAULT_RATE = 25.0
"""Frames per second where nothing says how many."""


class Frame(NamedTuple):
    """One picture of many."""

    pixels: Pixels
    """(H, W, 3), or (H, W, 4) with alpha."""
    seconds: float
    """How long it is shown."""


class Frames(Protocol):
    """A moving picture that is read while it is iterated; nothing that was read is kept.

    After the last whole frame of a damaged file the iterator raises an `ImageError`. A second
    iteration begins at the first frame again, but for a webcam, which goes on.
    """

    name: str
    """What messages call it."""
    plays: int
    """How often it asks to be played, or `FOREVER`."""
    is_still: bool
    """Whether it is a single picture."""
    is_live: bool
    """Whether it is filmed just now, so that it never ends and no frame can wait."""
    target: tuple[int, int] | None
    """Height and width in pixels that suffice: frames may come smaller, but not below it. May be
    changed at any time."""

    @property
    def count(self) -> int | None:
        """How many frames there are, if that is known."""
        ...

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames."""
        ...


def reduced_size(height: int, width: int, target: tuple[int, int] | None) -> tuple[int, int]:
    """Return the least height and width in the same proportions that are not below the target.

    They may be a little larger if that keeps the proportions better, or else an art of such a frame
    could have a row more or less than one of a frame in full size.
    """
    scale = 1.0 if target is None else max(target[0] / height, target[1] / width)
    if scale >= 1:
        return height, width
    least = math.ceil(width * scale)
    sizes = [(math.ceil(w * height / width), w) for w in range(least, min(least + 32, width) + 1)]
    return min(sizes, key=lambda size: size[0] / size[1] - height / width)
