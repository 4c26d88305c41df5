"""Stage 6: nearest glyphs (N, k), grid and colors -> Art, which every renderer reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from asciiart.charsets import BLANKS
from asciiart.errors import OptionError
from asciiart.grid import Grid
from asciiart.kinds import Background, Mode, Quality

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.measure import Measurement

    from asciiart.color_mode import ColorMode
    from asciiart.glyphs import Font
    from asciiart.index import Neighbors
    from asciiart.options import Options
    from asciiart.typeset import Typeset

_Scalar = TypeVar("_Scalar", bound=np.generic)

__all__ = ["Alternative", "Art", "Background", "Mode", "Placement", "Quality", "place"]


class Alternative(NamedTuple):
    """One character that a cell could have, and how well it fits."""

    character: str
    """The character."""
    score: float
    """Higher is better; comparable within one mode and model."""


class Fill(NamedTuple):
    """Two colors for each cell, chosen with its character."""

    ink: NDArray[np.uint8]
    """(R, C, 3), sRGB."""
    paper: NDArray[np.uint8]
    """(R, C, 3), sRGB."""
    clear: NDArray[np.bool_]
    """(R, C): where the picture is clear, so that the page itself is the paper."""


@dataclass(frozen=True)
class Placement:
    """Where the picture lies on the page; it may reach beyond it.

    In cells; in pixels where the art is typeset in a proportional font.
    """

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, eq=False)
class Art:
    """A finished piece of text art. Immutable: its arrays are read-only.

    ``print(art)`` shows it as plain text, ``art.save("art.svg")`` writes it, a notebook shows it
    as HTML, and rich's ``print(art)`` in the terminal's colors.
    """

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
    """Where it will be pasted, of `asciiart.targets`, if it was drawn for a place."""

    def __post_init__(self) -> None:
        """Make the arrays read-only: views, so that whoever gave them may go on writing."""
        for name in ("characters", "glyph_ids", "scores", "colors"):
            object.__setattr__(self, name, _read_only(getattr(self, name)))
        if self.fill is not None:
            ink, paper, clear = self.fill
            own = Fill(_read_only(ink), _read_only(paper), _read_only(clear))
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

    def __repr__(self) -> str:
        """Return a short description; the art itself is ``str(art)``."""
        size = f"{self.grid.columns} x {self.grid.rows}"
        return f"<Art {size} {self.mode} {self.font.name!r} on {self.background}>"

    def _repr_html_(self) -> str:
        from asciiart.render import render_fragment  # noqa: PLC0415 - renderers load on use

        return render_fragment(self, color="truecolor")

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """Return what IPython shows: HTML in notebooks, the text in terminals."""
        wanted = {"text/html", "text/plain"} if include is None else set(include)
        wanted -= set(exclude or ())
        shown = {"text/plain": self.__str__, "text/html": self._repr_html_}
        return {kind: show() for kind, show in shown.items() if kind in wanted}

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines in the colors that rich's console has."""
        from asciiart.render.rich_lines import to_lines  # noqa: PLC0415 - renderers load on use

        yield from to_lines(self, console.color_system)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Return the width that rich lays it out in, in cells."""
        from asciiart.render.rich_lines import measure_lines  # noqa: PLC0415

        return measure_lines(self)

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

    def render(self, format: str = "text", *, color: ColorMode | str = "none") -> str | bytes:
        """Return the art in a format of `asciiart.render`; bytes for PNG, else a string.

        Of an art that was drawn for a target, text and the formats that hold it are as they are
        pasted there; ``str(art)`` is the text alone.

        Raises
        ------
        OptionError
            If the format or color is unknown, or the target has no such colors.
        OutputError
            If it is more than its target takes.
        """
        from asciiart.render import check_fit, render  # noqa: PLC0415 - renderers load on use

        check_fit(self, format, color=color)
        return render(self, format, color=color)

    def save(
        self, path: str | Path, format: str | None = None, *, color: ColorMode | str = "none"
    ) -> None:
        """Write the art to ``path``, in the format that its suffix names.

        The file is written beside and renamed into place, so a failure leaves the old one whole.

        Raises
        ------
        OutputError
            If the file cannot be written, or the art is more than its target takes.
        OptionError
            If the suffix, format or color is unknown, or the target has no such colors.
        """
        from asciiart.render import check_fit, format_of, save  # noqa: PLC0415 - load on use

        check_fit(self, format or format_of(path), color=color)
        save(self, Path(path), format, color=color)


def _read_only(array: NDArray[_Scalar]) -> NDArray[_Scalar]:
    view = array.view()
    view.setflags(write=False)
    return view


def place(nearest: Neighbors, where: NDArray[np.bool_]) -> Neighbors:
    """Return the neighbors (R, C, k) of all cells from those (N, k) of the cells ``where`` (R, C).

    A cell that was not searched is blank paper: a space, without alternatives.
    """
    k = nearest.glyph_ids.shape[1]
    glyph_ids = np.full((*where.shape, k), -1, np.int32)
    glyph_ids[..., 0] = 0
    scores = np.zeros((*where.shape, k), np.float32)
    glyph_ids[where] = nearest.glyph_ids
    scores[where] = nearest.scores
    return type(nearest)(glyph_ids, scores)
