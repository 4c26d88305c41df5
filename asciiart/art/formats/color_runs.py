"""Runs: a row's neighboring characters of one color."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.glyphs.charsets import is_blank

if TYPE_CHECKING:
    from asciiart.art.canvas import Canvas
    from asciiart.art.formats.color_layers import Layers


class Run(NamedTuple):
    """Neighboring characters of one color."""

    text: str
    """One or more characters."""
    color: int | None
    """Color of the characters, as given to `color_runs`; None if all are blank."""
    paper: int | None = None
    """Color behind the characters, if it was given."""


def color_runs(
    row: str, colors: Iterable[int], papers: Iterable[int] | None = None
) -> Iterator[Run]:
    """Yield the runs of a row, given its characters' colors and optionally those behind them.

    A blank shows no ink, so it joins the run before it; blanks that open the row form their own.
    """
    text, current, under = "", None, None
    below: Iterable[int | None] = repeat(None, len(row)) if papers is None else papers
    for character, color, paper in zip(row, colors, below, strict=True):
        blank = is_blank(character)
        if paper != under or (color != current and not blank):
            if text:
                yield Run(text, current, under)
            text, current, under = "", None if blank else color, paper
        text += character
    yield Run(text, current, under)


def row_runs(art: Canvas, layers: Layers) -> Iterator[Iterator[Run]]:
    """Yield the runs of each row."""
    for row, colors, below in zip(art.rows, *layers_by_character(art, layers), strict=True):
        yield color_runs(row, colors, below)


def layers_by_character(
    art: Canvas, layers: Layers
) -> tuple[Iterator[list[int]], Iterator[list[int] | None]]:
    """Return the inks of each row's characters, and their papers or Nones without papers."""
    inks = by_character(art, layers.ink)
    if layers.paper is None:
        return inks, repeat(None, len(layers.ink))
    return inks, by_character(art, layers.paper)


def by_character(art: Canvas, values: NDArray[Any]) -> Iterator[list[Any]]:
    """Yield ``values`` (R, C, ...) where characters begin: R lists with an item per character."""
    for row, characters in zip(values, art.characters, strict=True):
        yield row[characters != ""].tolist()


def starts(art: Canvas) -> Iterator[list[int]]:
    """Yield the columns where characters begin: R lists with one per character."""
    columns = np.arange(art.grid.columns)
    return by_character(art, np.broadcast_to(columns, art.characters.shape))


def has_wide(art: Canvas) -> bool:
    """Tell whether characters may span different numbers of columns."""
    return art.typeset is not None or bool((art.characters == "").any())
