"""Films whose frames are of one gray each."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image

from asciiart.io.pictures.arrays import Pixels

GRAYS = (0, 120, 250)


def pictures(size: tuple[int, int] = (20, 10)) -> list[Image.Image]:
    """Return a picture of each of `GRAYS`."""
    return [Image.new("RGB", size, (gray, gray, gray)) for gray in GRAYS]


def saved(kind: str, **options: object) -> bytes:
    """Return `pictures` as the frames of a file."""
    first, *others = pictures()
    file = io.BytesIO()
    first.save(file, kind, save_all=True, append_images=others, **options)
    return file.getvalue()


def grays(count: int) -> Iterator[Pixels]:
    """Yield pictures from black to white."""
    for i in range(count):
        yield np.full((20, 30, 3), 255 * i // max(1, count - 1), np.uint8)
