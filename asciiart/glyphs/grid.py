"""Geometry: the cells of a page, and the grid of cells that covers a picture."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace

from asciiart.errors import OptionError
from asciiart.options import MAX_COLUMNS, MAX_ROWS, Options

MAX_CELLS = 4_000_000
"""Largest number of cells. Drawing takes up to 500 bytes for each (tests/benchmarks/memory.py), so
that the largest page takes 2 GB in addition to its picture."""
_HUGE = 1e12
"""Largest number of columns that a message states; longer numbers would be hard to read."""


@dataclass(frozen=True)
class Cell:
    """The cell where a row and a column of the encoder's page cross.

    It is a half-width character's box in monospaced fonts, and one pixel wide in proportional ones.
    """

    height: int
    """Height h in pixels."""
    width: int
    """Width w in pixels, a multiple of the code's horizontal stride."""
    aspect: float
    """Exact height divided by width in the font, which height / width only approximates."""
    unit: int
    """Width of a half-width character in pixels, the unit of strokes and blurs: equal to the width
    unless columns are pixels."""

    @property
    def columns_are_pixels(self) -> bool:
        """Whether this is a column of a proportional font."""
        return self.unit != self.width

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.height, self.width


@dataclass(frozen=True)
class Grid:
    """R rows by C columns of equal cells that cover a picture."""

    rows: int
    """Number of rows, R."""
    columns: int
    """Number of columns, C."""
    cell: Cell
    """The cell that all of them share."""

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
    stretch: bool = False,
    cell_ratio: float | None = None,
) -> Grid:
    """Return the grid that shows a picture (``height``, ``width``) in its true proportions.

    With both ``columns`` and ``rows`` the picture is fitted into that box or, with ``stretch``,
    fills it. ``cell_ratio`` is the height of a half-width character's cell divided by its width, if
    the text is not shown with the font's own. ``magnify`` is the
    number of page pixels per picture pixel; a cell is ``cell.height`` page pixels high.

    Raises
    ------
    PageSizeError
        If the page would be too large.
    OptionError
        If no size is given, or sizes contradict each other, are not positive, or are too large for
        any picture.
    """
    if magnify is not None and (columns is not None or rows is not None):
        raise OptionError(
            "magnify cannot be combined with columns or rows", "magnify", "columns", "rows"
        )
    for name, value in (("columns", columns), ("rows", rows), ("magnify", magnify)):
        if value is not None and not 0 < value < math.inf:
            raise OptionError(f"{name} must be positive, not {value}", name)
    across = "width" if cell.columns_are_pixels else "columns"
    for name, count, most in ((across, columns, MAX_COLUMNS), ("rows", rows, MAX_ROWS)):
        if count is not None and count > most:
            raise OptionError(f"{name} must be at most {most}, not {count}", name)
    if columns is None and rows is None and magnify is None:
        raise OptionError("one of columns, rows or magnify is needed", "columns", "rows", "magnify")
    aspect = cell.aspect if cell_ratio is None else cell_ratio * cell.unit / cell.width
    shape = _Shape(height, width, replace(cell, aspect=aspect))
    if stretch and columns is not None and rows is not None:
        size = _Size(rows, columns)
    else:
        size = shape.fitted(columns, rows, magnify)
    if not size.is_small_enough:
        raise _too_large(size, shape, rows, magnify)
    return Grid(rows=size.rows, columns=size.columns, cell=cell)


def grid_of(
    options: Options, height: int, width: int, cell: Cell, *, columns: int | None, rows: int | None
) -> Grid:
    """Return the grid that shows a picture as ``options`` ask for; see `fit_grid`.

    ``columns`` are the grid's, which in a proportional font are pixels.
    """
    return fit_grid(
        height,
        width,
        cell,
        columns=columns,
        rows=rows,
        magnify=options.magnify,
        stretch=options.stretch,
        cell_ratio=options.cell_ratio,
    )


class PageSizeError(OptionError):
    """The page would be too large; the message names sizes that fit."""


@dataclass(frozen=True)
class _Size:
    rows: int
    columns: int

    @property
    def is_small_enough(self) -> bool:
        lengths = self.rows <= MAX_ROWS and self.columns <= MAX_COLUMNS
        return lengths and self.rows * self.columns <= MAX_CELLS


@dataclass(frozen=True)
class _Shape:
    """A picture's height and width in pixels, and the cell in which it will be shown."""

    height: int
    width: int
    cell: Cell

    def fitted(self, columns: int | None, rows: int | None, magnify: float | None) -> _Size:
        """Return the size of the page that shows the picture, however large it is."""
        rows_per_column = self.height / self.width / self.cell.aspect
        if magnify is not None:
            exact = min(self.width * magnify * self.cell.aspect / self.cell.height, _HUGE)
        else:
            by_width = math.inf if columns is None else columns
            by_height = math.inf if rows is None else rows / rows_per_column
            exact = min(by_width, by_height)
        fitted_rows = max(1, round(exact * rows_per_column))
        return _Size(
            rows=fitted_rows if rows is None else min(fitted_rows, rows),
            columns=max(1, round(exact)),
        )


def _too_large(
    size: _Size, shape: _Shape, rows: int | None, magnify: float | None
) -> PageSizeError:
    """Return the error that states how large the page would be, and which sizes fit."""
    in_pixels = shape.cell.columns_are_pixels
    unit, across = ("pixels", "width") if in_pixels else ("characters", "columns")
    fits: dict[str, str] = {}
    if magnify is not None:
        fits["magnify"] = _largest_magnification(shape, magnify)
    else:
        most = _largest(MAX_COLUMNS, lambda count: shape.fitted(count, rows, None))
        if most:
            fits[across] = str(most)
        most = _largest(MAX_ROWS, lambda count: shape.fitted(None, count, None))
        if most:
            fits["rows"] = str(most)
    return PageSizeError(
        f"a page of {size.rows:,} lines of {size.columns:,} {unit} would be too large "
        f"(at most {MAX_ROWS:,} lines, {MAX_COLUMNS:,} {unit} a line and {MAX_CELLS:,} in all); "
        + " or ".join(f"{name} {value}" for name, value in fits.items())
        + " fits",
        *fits,
    )


def _largest(limit: int, fitted: Callable[[int], _Size]) -> int:
    """Return the largest number, up to ``limit``, that makes a page small enough; 0 if none."""
    numbers = range(1, limit + 1)
    return bisect_left(numbers, True, key=lambda count: not fitted(count).is_small_enough)


def _largest_magnification(shape: _Shape, magnify: float) -> str:
    """Return the largest magnification below ``magnify`` that fits, with three digits."""
    low, high = 0.0, min(magnify, 2 * MAX_COLUMNS * shape.cell.height / shape.width)
    for _ in range(100):
        middle = (low + high) / 2
        if shape.fitted(None, None, middle).is_small_enough:
            low = middle
        else:
            high = middle
    digits = 10 ** (math.floor(math.log10(low)) - 2)
    return f"{math.floor(low / digits) * digits:.3g}"


@dataclass(frozen=True)
class Placement:
    """The rectangle of the whole picture on the page; either may reach beyond the other.

    It is in cells, or in pixels if the art is typeset in a proportional font. Of a picture that was
    cropped the page shows a part.
    """

    left: float
    top: float
    width: float
    height: float
