"""The geometry: cells, and the grid of them that covers a picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

from asciiart.errors import OptionError

MAX_COLUMNS = 10_000
"""More columns than this is taken for a mistake."""
MAX_CELLS = 4_000_000
"""More cells than this (about a gigabyte of page) is taken for a mistake."""


@dataclass(frozen=True)
class Cell:
    """One column of one row on the page that the encoder reads.

    In monospaced fonts that is a half-width character's box, in proportional ones a pixel's width.
    """

    height: int
    """Pixels, h."""
    width: int
    """Pixels, w; a multiple of the code's horizontal step."""
    aspect: float
    """Height divided by width as the font really is; height / width only approximates it."""
    unit: int
    """Pixels of a half-width character, by which strokes and blurs are measured: the width, unless
    columns are pixels."""

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.height, self.width


@dataclass(frozen=True)
class Grid:
    """R rows by C columns of equal cells; row r, column c covers the picture's cell (r, c)."""

    rows: int
    """R."""
    columns: int
    """C."""
    cell: Cell
    """One character's box."""

    @property
    def page_shape(self) -> tuple[int, int]:
        """Height and width of the page in pixels, (R * h, C * w)."""
        return self.rows * self.cell.height, self.columns * self.cell.width


def fit_grid(
    height: int,
    width: int,
    cell: Cell,
    *,
    columns: int | None = None,
    rows: int | None = None,
    magnify: float | None = None,
) -> Grid:
    """Return the grid that shows a picture (``height``, ``width``) in its true proportions.

    With both ``columns`` and ``rows`` the picture is fitted inside that box. ``magnify`` is the
    number of page pixels (a cell is ``cell.height`` of them high) per picture pixel.

    Raises
    ------
    OptionError
        If the sizes contradict each other, are not positive, or ask for an absurdly large page.
    """
    if magnify is not None and (columns is not None or rows is not None):
        raise OptionError(
            "magnify cannot be combined with columns or rows", "magnify", "columns", "rows"
        )
    for name, value in (("columns", columns), ("rows", rows), ("magnify", magnify)):
        if value is not None and not (math.isfinite(value) and value > 0):
            raise OptionError(f"{name} must be positive, not {value}", name)
    rows_per_column = height / width / cell.aspect
    if columns is None and rows is None:
        if magnify is None:
            raise OptionError(
                "one of columns, rows or magnify is needed", "columns", "rows", "magnify"
            )
        exact = width * magnify * cell.aspect / cell.height
    else:
        by_width = math.inf if columns is None else float(columns)
        by_height = math.inf if rows is None else rows / rows_per_column
        exact = min(by_width, by_height)
    fitted_columns = max(1, round(exact))
    fitted_rows = max(1, round(exact * rows_per_column))
    if rows is not None:
        fitted_rows = min(fitted_rows, rows)
    if fitted_columns > MAX_COLUMNS or fitted_columns * fitted_rows > MAX_CELLS:
        raise OptionError(
            f"{fitted_columns} columns by {fitted_rows} rows is too large a page "
            f"(at most {MAX_COLUMNS} columns and {MAX_CELLS} characters)"
        )
    return Grid(rows=fitted_rows, columns=fitted_columns, cell=cell)
