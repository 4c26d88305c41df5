"""Stage 2: a picture's page, laid into the cells or rows that draw it best."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from asciiart.errors import ImageError, OptionError
from asciiart.glyphs.grid import Cell, Grid, PageSizeError, Placement, fit_grid
from asciiart.glyphs.typesetting import Typeset
from asciiart.io.pictures.image import Picture
from asciiart.matching.large_matching import choose_offset_in_bands, survey
from asciiart.matching.match import Matcher, Offset, RowRules, choose_offset
from asciiart.options import MAX_COLUMNS, PROPORTIONAL, Options
from asciiart.page.bands import InkPage, is_one_band
from asciiart.page.ink_page import DRAWING_SCALE, Page, to_page
from asciiart.page.large_pages import LargePages
from asciiart.page.levels import Levels

_SIZES = 4
"""So many widths of the picture are tried for the best, """
_SMALLER = 0.05
"""of which the smallest is smaller by this share."""


def count_columns(options: Options, typeset: Typeset | None) -> int | None:
    """Return the grid's columns: half-width cells, or pixels of a proportional font.

    Raises
    ------
    OptionError
        If an option is for another kind of font.
    """
    if typeset is not None:
        half_ems = options.columns
        if half_ems is None:
            return options.width
        most = 2 * MAX_COLUMNS // typeset.font_size
        if half_ems > most:
            raise OptionError(f"columns must be at most {most}, not {half_ems}", "columns")
        return round(half_ems * typeset.font_size / 2)
    for name in PROPORTIONAL:
        if getattr(options, name) is not None:
            raise OptionError(
                f"{name} is for proportional fonts; this one has columns", name, "columns"
            )
    return options.columns


def needed_pixels(options: Options, columns: int | None, cell: Cell) -> tuple[int, int] | None:
    """Return the height and width under which a picture is too small for its page."""
    if options.magnify is not None:
        return None
    scale = DRAWING_SCALE if "structure" in options.shares else 1
    height, width = scale * cell.height, scale * cell.width
    return max(1, (options.rows or 0) * height), max(1, (columns or 0) * width)


@dataclass(frozen=True)
class PageCheck:
    """Refuses a picture whose page would be too large, by its height and width alone."""

    name: str
    """What messages call the picture."""
    columns: int | None
    """Those of the grid; see `count_columns`."""
    options: Options
    cell: Cell

    def __call__(self, height: int, width: int) -> None:
        """Check the page of a picture of that height and width, in pixels.

        Raises
        ------
        ImageError
            If it would be too large; the message names sizes that fit.
        OptionError
            If the sizes that were asked for make no sense for any picture.
        """
        try:
            fit_grid(
                height,
                width,
                self.cell,
                columns=self.columns,
                rows=self.options.rows,
                magnify=self.options.magnify,
            )
        except PageSizeError as error:
            raise ImageError(f"{self.name}: {error}", *error.parameters) from error


class Layout(NamedTuple):
    """A page that is laid out."""

    pages: tuple[InkPage, ...]
    """What each of the matcher's sides sees."""
    grid: Grid
    """The cells that the picture covers, if it is not moved."""
    offset: Offset
    """How it is moved."""


def fit_page(
    picture: Picture,
    columns: int | None,
    options: Options,
    matcher: Matcher,
    rules: RowRules,
    *,
    levels: Levels | None = None,
) -> Layout:
    """Return the page, where its rows (and in good and best quality its columns) draw it best."""
    grids = _grids(picture, columns, options, matcher.cell, rules.proportional)
    moves = _may_move(columns, options, rules.proportional)
    best, best_score = None, -math.inf
    for grid in grids:
        pages = _pages(picture, grid, options, matcher, levels)
        offset, score = Offset(0, 0, 0.0), 0.0
        if moves:
            offset, score = _best_offset(pages[-1], matcher, rules)
        if score > best_score:
            best, best_score = Layout(pages, grid, offset), score
    assert best is not None
    return best


def _pages(
    picture: Picture, grid: Grid, options: Options, matcher: Matcher, levels: Levels | None
) -> tuple[InkPage, ...]:
    """Return what each of the matcher's sides sees."""
    density = matcher.index.density
    if is_one_band(grid.page_shape):
        return tuple(
            to_page(picture, grid, side.mode, options, density, levels=levels)
            for side in matcher.sides
        )
    large = LargePages(picture, grid, options, levels)
    return tuple(large.page(side.mode, density) for side in matcher.sides)


def _best_offset(page: InkPage, matcher: Matcher, rules: RowRules) -> tuple[Offset, float]:
    """Return the best offset, and a score by which sizes compare: hits by ink, not their length."""
    side, cell = matcher.sides[-1], matcher.cell
    if isinstance(page, Page):
        offset, ink = choose_offset(page.ink, side, cell, rules), float(page.ink.sum())
    else:
        known = survey(page, cell)
        offset, ink = choose_offset_in_bands(page, known, side, cell, rules), known.ink
    return offset, offset.score / max(1.0, ink)


def _may_move(columns: int | None, options: Options, proportional: bool) -> bool:
    if proportional:
        return options.rows is None
    sizes = [size for size in (columns, options.rows) if size is not None]
    lines_only = "tone" not in options.shares  # shading would end in half-filled cells
    return options.quality != "fast" and lines_only and min(sizes, default=2) > 1


def _grids(
    picture: Picture, columns: int | None, options: Options, cell: Cell, proportional: bool
) -> list[Grid]:
    """Return the grids that come into question, the largest first.

    A picture that may be moved in its cells has one row and column less.
    """
    height, width = picture.rgb.shape[:2]
    rows, less = options.rows, 0
    if not proportional and _may_move(columns, options, proportional):
        columns, rows = (None if size is None else size - 1 for size in (columns, rows))
        if options.quality == "best" and columns is not None:
            less = min(_SIZES - 1, int(_SMALLER * columns))
    wanted = [None] if columns is None else range(columns, columns - less - 1, -1)
    return [
        fit_grid(height, width, cell, columns=size, rows=rows, magnify=options.magnify)
        for size in wanted
    ]


def place_picture(grid: Grid, down: float, right: float, typeset: Typeset | None) -> Placement:
    """Return where a picture lies that covers a grid, moved by rows and columns."""
    row = 1 if typeset is None else typeset.line_height
    return Placement(right, down * row, grid.columns, grid.rows * row)
