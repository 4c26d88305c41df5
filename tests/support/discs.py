"""A disc that moves: the film that every recording is made of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from asciiart.io.pictures.arrays import Pixels
from asciiart.motion.animation import animate
from asciiart.options import Options
from asciiart.pipeline import Artist

COUNT, COLUMNS = 5, 24
OPTIONS = Options(columns=COLUMNS)


def discs(count: int = COUNT) -> Iterator[Pixels]:
    y, x = np.mgrid[:60, :80]
    for i in range(count):
        disc = (x - 20 - 8 * i) ** 2 + (y - 30) ** 2 < 15**2
        yield np.where(disc[..., None], (250, 200, 30), (0, 0, 40)).astype(np.uint8)


def texts(artist: Artist) -> list[str]:
    return [str(art) for art in animate(list(discs()), OPTIONS, artist=artist)]
