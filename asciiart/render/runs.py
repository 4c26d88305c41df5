"""A row's characters joined to runs of one color."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.color import Colors


class Run(NamedTuple):
    """Neighboring characters of one color."""

    text: str
    """One character or more."""
    color: int | None
    """The color that `color_runs` was given; None where all is blank."""


def color_runs(row: str, colors: Iterable[int]) -> Iterator[Run]:
    """Yield the runs of a row from its characters' colors.

    A blank shows no color, so it joins the run before it; blanks that open the row are alone.
    """
    text, current = "", None
    for character, color in zip(row, colors, strict=True):
        if color != current and not character.isspace():
            if text:
                yield Run(text, current)
            text, current = "", color
        text += character
    yield Run(text, current)


def pack(colors: Colors) -> NDArray[np.int64]:
    """Return colors (..., 3) as numbers (...), 0xRRGGBB."""
    packed: NDArray[np.int64] = colors.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    return packed
