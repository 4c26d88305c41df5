"""The canvas: a finished piece of text art as a value, which every format reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.color.fill import Fill
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
    """One character that a cell could have, and how well it fits."""

    character: str
    """The character."""
    score: float
    """Higher is better; comparable within one mode and model."""


@dataclass(frozen=True, eq=False)
class Canvas:
    """Characters in their places, with their colors. Immutable: its arrays are read-only."""

    characters: NDArray[np.str_]
    """(R, C): a character where it begins, "" in the columns that it covers beside its first; in
    proportional fonts also where a row has ended."""
    glyphs: str
    """The G characters that were to choose from."""
    glyph_ids: NDArray[np.int32]
    """(R, C, k), indices into ``glyphs``, best first and of one width; -1 where a cell has fewer
    alternatives, or none begins."""
    scores: NDArray[np.float32]
    """(R, C, k), higher is better."""
    colors: NDArray[np.uint8]
    """(R, C, 3), the picture's mean color under each character, where it begins, sRGB."""
    grid: Grid
    """Rows, columns and cell."""
    placement: Placement
    """Where the picture lies."""
    font: Font
    """What the characters were chosen for."""
    typeset: Typeset | None
    """How a proportional font sets its rows, whose columns are then pixels; None for cells."""
    mode: Mode
    """tone or structure."""
    background: Background
    """What the text will stand on."""
    model: str
    """Name of the encoder."""
    options: Options
    """What it was drawn with."""
    fill: Fill | None = None
    """The cells' own colors, if it was drawn with ``fill``."""
    target: str | None = None
    """Where it will be pasted, of `asciiart.art.targets`, if it was drawn for a place."""

    def __post_init__(self) -> None:
        """Make the arrays read-only: views, so that whoever gave them may go on writing."""
        for name in ("characters", "glyph_ids", "scores", "colors"):
            object.__setattr__(self, name, read_only(getattr(self, name)))
        if self.fill is not None:
            ink, paper, clear = self.fill
            own = Fill(read_only(ink), read_only(paper), read_only(clear))
            object.__setattr__(self, "fill", own)

    def __setstate__(self, state: Mapping[str, object]) -> None:
        """Take the fields of an art that was copied or pickled, whose arrays are writable."""
        for name, value in state.items():
            object.__setattr__(self, name, value)
        self.__post_init__()

    @property
    def rows(self) -> tuple[str, ...]:
        """The lines of text, C columns each."""
        return tuple("".join(row) for row in self.characters.tolist())

    def __str__(self) -> str:
        """Return the plain text, blanks at the ends of lines cut."""
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
