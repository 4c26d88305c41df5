"""Cells of two colors: the characters, inks and papers that together show a picture best."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from asciiart.errors import OptionError
from asciiart.glyphs.font import Font
from asciiart.glyphs.grid import Grid
from asciiart.io.pictures.image import Picture
from asciiart.io.terminal.color_mode import parse_color_mode
from asciiart.matching.dot_patterns import find_dot_patterns
from asciiart.matching.two_colors.color_fitting import (
    Filled,
    concatenate_rows,
    fit_cells,
    glyph_masks,
)
from asciiart.matching.two_colors.page_pixels import (
    CELL_HEIGHT,
    adapt_colors,
    cut_cells,
    to_page_size,
)
from asciiart.matching.two_colors.silhouettes import (
    cut_out_silhouettes,
    find_cover,
    without_holes,
)
from asciiart.options import Options
from asciiart.page.bands import split
from asciiart.page.cell_colors import PAGE_GRAY, page_gray
from asciiart.page.levels import Levels
from asciiart.page.resampling import shows_squares

_BAND = 1 << 14
"""Cells of which more than their pixels is kept at once."""


def fit_two_colors(
    picture: Picture,
    grid: Grid,
    font: Font,
    characters: str,
    options: Options,
    *,
    levels: Levels | None = None,
) -> Filled:
    """Return the cells that show a picture with the best pair of colors each.

    Cells of which a good part is fully transparent have the page as their paper: a character shows
    the rest as a silhouette, in its mean color. Half-transparent parts are blended with the page.
    ``levels`` are those that become black and white among 16 colors; by default those of the
    picture itself.

    Raises
    ------
    OptionError
        If the font is proportional.
    """
    if font.proportional:
        raise OptionError("fill is for monospaced fonts, whose characters are cells", "fill")
    mode = parse_color_mode(options.palette)
    page = page_gray(picture, options.background)
    patterns = find_dot_patterns(characters)
    squares = shows_squares(picture.rgb, options.resample, fill=True)
    pixels = to_page_size(picture.on(page), grid, patterns, squares=squares)
    alpha = None
    if picture.alpha is not None and page == PAGE_GRAY[options.background]:
        alpha = to_page_size(picture.alpha, grid, patterns, squares=squares)
        for rows, band in _bands(grid):
            pixels[rows] = without_holes(pixels[rows], find_cover(alpha[rows], band), band, page)
    pixels = adapt_colors(pixels, grid, patterns, mode, options, levels=levels)
    masks = glyph_masks(font, characters)
    parts = []
    for rows, band in _bands(grid):
        cells = cut_cells(pixels[rows], band)
        filled = fit_cells(cells, band, masks, mode, options.neighbors)
        if alpha is not None:
            cover = find_cover(alpha[rows], band)
            filled = cut_out_silhouettes(filled, cells, cover, masks, mode=mode, page=page)
        parts.append(filled)
    return concatenate_rows(parts, grid)


def _bands(grid: Grid) -> Iterator[tuple[slice, Grid]]:
    """Yield the rows of the page's pixels that are worked on at once, and the grid of those."""
    for band in split(grid.rows, _BAND // grid.columns):
        rows = slice(band.top * CELL_HEIGHT, band.bottom * CELL_HEIGHT)
        yield rows, replace(grid, rows=band.bottom - band.top)
