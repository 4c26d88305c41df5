"""The canvas: a finished piece of text art as a value, which every format reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.color.fill import Fill
from asciiart.color.palettes import Colors
from asciiart.errors import OptionError
from asciiart.glyphs.charsets import BLANKS
from asciiart.glyphs.grid import Grid, Placement
from asciiart.io.pictures.arrays import read_only
from asciiart.options import Background, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asciiart.glyphs.font import Font
    from asciiart.glyphs.typesetting import Typeset
    from asciiart.options import Options


class Alternative(NamedTuple):
    """A character that a cell could have, and how well it fits."""

    character: str
    """The character."""
    score: float
    """Higher is better; comparable within one mode and model."""


@dataclass(frozen=True, eq=False)
class Canvas:
    """Characters in their places, with their colors. Immutable: its arrays are read-only."""

    characters: NDArray[np.str_]
    """(R, C): each character in its first column, "" in the other columns that it spans and, in
    proportional fonts, after the row's end."""
    glyphs: str
    """The G characters from which the art was drawn."""
    glyph_ids: NDArray[np.int32]
    """(R, C, k): indices into ``glyphs`` of each cell's alternatives, best first and all of one
    width; -1 where a cell has fewer, or no character begins."""
    scores: NDArray[np.float32]
    """(R, C, k): scores of the alternatives; higher is better."""
    colors: Colors
    """(R, C, 3): the picture's mean color, sRGB, under each character, in its first column."""
    grid: Grid
    """Number of rows and columns, and size of a cell."""
    placement: Placement
    """Position and size of the picture on the page."""
    font: Font
    """Font for which the characters were chosen."""
    typeset: Typeset | None
    """Setting of a proportional font, whose columns are pixels; None for a monospaced font."""
    mode: Mode
    """Mode of the drawing, tone or structure."""
    background: Background
    """Background on which the text will be shown."""
    model: str
    """Name of the model."""
    options: Options
    """Options with which it was drawn."""
    fill: Fill | None = None
    """Two colors for each cell, if it was drawn with ``fill``."""
    target: str | None = None
    """Name of the target in `asciiart.art.targets` for which it was drawn, if any."""

    def __post_init__(self) -> None:
        """Keep read-only views of the arrays, so that their owners may go on writing."""
        for name in ("characters", "glyph_ids", "scores", "colors"):
            object.__setattr__(self, name, read_only(getattr(self, name)))
        if self.fill is not None:
            ink, paper, clear = self.fill
            own = Fill(read_only(ink), read_only(paper), read_only(clear))
            object.__setattr__(self, "fill", own)

    def __setstate__(self, state: Mapping[str, object]) -> None:
        """Restore a copied or pickled art, whose arrays arrive writable."""
        for name, value in state.items():
            object.__setattr__(self, name, value)
        self.__post_init__()

    @property
    def rows(self) -> tuple[str, ...]:
        """The lines of text, C columns each."""
        return tuple("".join(row) for row in self.characters.tolist())

    def __str__(self) -> str:
        """Return the plain text without blanks at the ends of lines."""
        return "\n".join(row.rstrip(BLANKS) for row in self.rows)

    def alternatives(self, row: int, column: int, k: int | None = None) -> list[Alternative]:
        """Return the best characters of a cell, best first.

        Raises
        ------
        OptionError
            If there is no such cell, or fewer than ``k`` alternatives were kept.
        """
        rows, columns, kept = self.glyph_ids.shape
        if not (0 <= row < rows and 0 <= column < columns):
            raise OptionError(f"no cell ({row}, {column}) in {rows} rows of {columns} columns")
        if k is not None and not 1 <= k <= kept:
            raise OptionError(f"k must be 1 to {kept}, the alternatives that were kept, not {k}")
        pairs = zip(self.glyph_ids[row, column, :k], self.scores[row, column, :k], strict=True)
        return [Alternative(self.glyphs[i], float(score)) for i, score in pairs if i >= 0]
