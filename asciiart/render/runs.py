"""A row's characters joined to runs of one color."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.color import Colors

if TYPE_CHECKING:
    from asciiart.art import Art


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


def by_character(art: Art, values: NDArray[Any]) -> list[list[Any]]:
    """Return ``values`` (R, C, ...) where characters begin: R lists, an item a character."""
    begins = art.characters != ""
    return [row[where].tolist() for row, where in zip(values, begins, strict=True)]


def starts(art: Art) -> list[list[int]]:
    """Return the columns where characters begin: R lists, one a character."""
    columns = np.arange(art.grid.columns)
    return by_character(art, np.broadcast_to(columns, art.characters.shape))


def has_wide(art: Art) -> bool:
    """Tell whether characters differ in the columns that they cover."""
    return art.typeset is not None or bool((art.characters == "").any())


def pack(colors: Colors) -> NDArray[np.int64]:
    """Return colors (..., 3) as numbers (...), 0xRRGGBB."""
    packed: NDArray[np.int64] = colors.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    return packed
