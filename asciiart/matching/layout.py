"""Stage 2: a picture's page, fitted into the cells or rows that draw it best."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NamedTuple

from asciiart.errors import ImageError, OptionError
from asciiart.glyphs.grid import Cell, Grid, PageSizeError, Placement, grid_of
from asciiart.glyphs.typesetting import Typeset
from asciiart.io.pictures.image import Picture
from asciiart.matching.large_matching import choose_offset_in_bands, survey
from asciiart.matching.matcher import Matcher
from asciiart.matching.offsets import NOT_MOVED, Offset, choose_offset
from asciiart.matching.row_steps import RowRules
from asciiart.options import MAX_COLUMNS, MAX_ROWS, PROPORTIONAL, Options
from asciiart.page.bands import InkPage, is_one_band
from asciiart.page.ink_page import DRAWING_SCALE, WholePage, to_page
from asciiart.page.large_pages import to_large_page
from asciiart.page.levels import Levels
from asciiart.page.mode_choice import choose_mode
from asciiart.page.subject import SMALLEST, WELL_SEEN, WHOLE, CropBox

_PIXELS_PER_CHARACTER = 2
"""Least number of a picture's pixels across that a half-width character covers where pictures are
not enlarged."""
_SIZES = 4
"""Number of widths tried with quality best."""
_SMALLER = 0.05
"""Largest reduction of the width that is tried, as a fraction of it."""
_STRETCH = 0.04
"""Largest change of the height that is tried with quality best, as a fraction of it."""


def count_columns(options: Options, typeset: Typeset | None) -> int | None:
    """Return the grid's columns: half-width cells, or pixels of a proportional font.

    Raises
    ------
    OptionError
        If an option is for the other kind of font, monospaced or proportional.
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
    """Return the height and width, in pixels, below which a picture is too small for its page.

    None if it is magnified by a factor, for which no picture is too small, or edited, for which its
    own pixels count.
    """
    if options.magnify is not None or options.is_edited:
        return None
    scale = DRAWING_SCALE if "structure" in options.shares else 1
    if options.crop == "subject":
        scale = math.ceil(scale / SMALLEST)
    least = WELL_SEEN if options.seeks_subject else 1
    height, width = scale * cell.height, scale * cell.width
    return max(least, (options.rows or 0) * height), max(least, (columns or 0) * width)


def keep_small(options: Options, columns: int | None, cell: Cell, picture: Picture) -> Options:
    """Return options with which a small picture is not enlarged, if they say so.

    ``columns`` are the grid's; see `count_columns`.
    """
    if options.enlarge:
        return options
    height, width = picture.rgb.shape[:2]
    most = -(-width // _PIXELS_PER_CHARACTER)
    with suppress(PageSizeError):
        grid = grid_of(options, height, width, cell, columns=columns, rows=options.rows)
        if grid.columns * cell.width <= most * cell.unit:
            return options
    rows = options.rows if options.stretch else None
    return replace(options, columns=most, width=None, rows=rows, magnify=None)


def square_pixels(options: Options, columns: int | None, cell: Cell, picture: Picture) -> Options:
    """Return options with which each pixel becomes a square of cells, if they ask for that.

    ``columns`` are the grid's; see `count_columns`.
    """
    if not options.pixel_art or cell.columns_are_pixels:
        return options
    height, width = picture.rgb.shape[:2]
    most_rows, most_columns = options.rows or MAX_ROWS, columns or MAX_COLUMNS
    if options.magnify is not None:
        with suppress(PageSizeError):
            grid = grid_of(options, height, width, cell, columns=None, rows=None)
            most_rows, most_columns = grid.rows, grid.columns
    sizes = [
        (rows, max(1, round(rows * cell.aspect))) for rows in range(1, most_rows // height + 1)
    ]
    fitting = [(rows, across) for rows, across in sizes if width * across <= most_columns]
    if not fitting:
        return options
    rows, across = fitting[-1]
    return replace(
        options,
        columns=width * across,
        rows=height * rows,
        magnify=None,
        stretch=True,
        resample="nearest",
    )


@dataclass(frozen=True)
class PageCheck:
    """A check that refuses a picture whose page would be too large, by its size alone."""

    name: str
    """The picture's name in messages."""
    columns: int | None
    """The grid's columns; see `count_columns`."""
    options: Options
    cell: Cell

    def __call__(self, height: int, width: int) -> None:
        """Check the page of a picture of that height and width, in pixels.

        Raises
        ------
        ImageError
            If the page would be too large; the message names sizes that fit.
        OptionError
            If the sizes that were asked for fit no picture.
        """
        try:
            grid_of(
                self.options,
                height,
                width,
                self.cell,
                columns=self.columns,
                rows=self.options.rows,
            )
        except PageSizeError as error:
            raise ImageError(f"{self.name}: {error}", *error.parameters) from error


class Layout(NamedTuple):
    """A page fitted into a grid."""

    pages: tuple[InkPage, ...]
    """The page of each of the matcher's modes."""
    grid: Grid
    """The cells that the picture covers before it is moved."""
    offset: Offset
    """How far the picture is moved."""


def fit_page(
    picture: Picture,
    columns: int | None,
    options: Options,
    matcher: Matcher,
    rules: RowRules,
    *,
    levels: Levels | None = None,
    still: bool = False,
) -> Layout:
    """Return the page in the size and at the offset at which its rows draw it best.

    Several sizes are tried only with quality best; offsets for line drawings, with good and best
    for all outlines and, in a proportional font, always unless its rows are given. ``levels`` are
    the gray levels that become black and white; by default those of the picture itself. A picture
    that has to keep ``still``, as those of a film do, is neither moved nor made smaller.
    """
    moves = not still and _may_move(columns, options, rules.proportional)
    if moves and not rules.proportional and options.quality == "fast":
        moves = _is_drawing(picture, columns, options, matcher.cell, levels)
    grids = _grids(picture, columns, options, matcher.cell, moves=moves)
    best, best_score = None, -math.inf
    for grid in grids:
        pages = _pages(picture, grid, options, matcher, levels)
        offset, score = NOT_MOVED, 0.0
        if moves:
            offset, score = _best_offset(pages[-1], matcher, rules)
        if score > best_score:
            best, best_score = Layout(pages, grid, offset), score
    assert best is not None
    return best


def _pages(
    picture: Picture, grid: Grid, options: Options, matcher: Matcher, levels: Levels | None
) -> tuple[InkPage, ...]:
    """Return the page of each of the matcher's modes."""
    make = to_page if is_one_band(grid.page_shape) else to_large_page
    return tuple(
        make(picture, grid, own.mode, options, matcher.index.density, levels=levels)
        for own in matcher.mode_matchers
    )


def _best_offset(page: InkPage, matcher: Matcher, rules: RowRules) -> tuple[Offset, float]:
    """Return the best offset and its score per ink, by which different sizes compare."""
    mode_matcher, cell = matcher.mode_matchers[-1], matcher.cell
    if isinstance(page, WholePage):
        offset, ink = choose_offset(page.ink, mode_matcher, cell, rules), float(page.ink.sum())
    else:
        known = survey(page, cell)
        offset, ink = choose_offset_in_bands(page, known, mode_matcher, cell, rules), known.ink
    return offset, offset.score / max(1.0, ink)


def _may_move(columns: int | None, options: Options, proportional: bool) -> bool:
    """Tell whether the picture may be moved in its rows and columns."""
    if proportional:
        return options.rows is None
    sizes = [size for size in (columns, options.rows) if size is not None]
    lines_only = "tone" not in options.shares  # shading would end in half-filled cells
    return lines_only and min(sizes, default=2) > 1


def _is_drawing(
    picture: Picture, columns: int | None, options: Options, cell: Cell, levels: Levels | None
) -> bool:
    """Tell whether a picture is a line drawing on the page that it fills."""
    [grid] = _grids(picture, columns, options, cell, moves=False)
    return choose_mode(picture, grid, options, levels) == "structure"


def _grids(
    picture: Picture, columns: int | None, options: Options, cell: Cell, *, moves: bool
) -> list[Grid]:
    """Return the grids to try, from wide to narrow; of each width the undistorted one comes first.

    A picture that ``moves`` in its cells leaves one row and one column free.
    """
    height, width = picture.rgb.shape[:2]
    rows, less = options.rows, 0
    moves = moves and not cell.columns_are_pixels
    if moves:
        columns, rows = (None if size is None else size - 1 for size in (columns, rows))
        if options.quality == "best" and columns is not None:
            less = min(_SIZES - 1, int(_SMALLER * columns))
    wanted = [None] if columns is None else range(columns, columns - less - 1, -1)
    grids = [grid_of(options, height, width, cell, columns=size, rows=rows) for size in wanted]
    stretches = moves and options.quality == "best" and rows is None
    return [each for grid in grids for each in (_stretched(grid) if stretches else [grid])]


def _stretched(grid: Grid) -> list[Grid]:
    """Return a grid and those of a row less and a row more, if that is no large distortion."""
    if grid.rows * _STRETCH < 1:
        return [grid]
    return [replace(grid, rows=rows) for rows in (grid.rows, grid.rows - 1, grid.rows + 1)]


def place_picture(grid: Grid, down: float, right: float, typeset: Typeset | None) -> Placement:
    """Return the place of a picture that covers a grid and is moved ``down`` and ``right``.

    Both are in rows and columns; the result is in columns and rows or, in a proportional font, in
    pixels.
    """
    row = 1 if typeset is None else typeset.line_height
    return Placement(right, down * row, grid.columns, grid.rows * row)


def place_whole(part: Placement, box: CropBox) -> Placement:
    """Return the place of a whole picture, of which the part in a box is placed at ``part``."""
    if box == WHOLE:
        return part
    width, height = part.width / (box.right - box.left), part.height / (box.bottom - box.top)
    return Placement(part.left - box.left * width, part.top - box.top * height, width, height)
