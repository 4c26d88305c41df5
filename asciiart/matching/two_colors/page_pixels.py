"""A picture's pixels as cells of two colors are fitted to them: resized, adjusted and dithered."""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.color.dithering import dither_palette
from asciiart.color.palettes import Colors, PaletteMode, palette
from asciiart.glyphs.grid import Grid
from asciiart.io.pictures.arrays import Pixels
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.matching.dot_patterns import DotPatterns
from asciiart.options import Options
from asciiart.page.brightness import adjust
from asciiart.page.levels import LevelRange, Levels, measure_levels
from asciiart.page.resampling import resize, to_dots

_Value = TypeVar("_Value", bound=np.generic)

CELL_HEIGHT, CELL_WIDTH = 16, 8
"""Pixels of a cell: an eighth of a block character is whole pixels."""
_LEAST_SPAN = 64
"""Fewest levels, of 255, from black to white; a picture with less contrast is meant to be flat."""
_DITHERED = (2, 2)
"""Dots down and across a cell in which a palette is dithered if the characters are not dots."""


def to_page_size(
    pixels: Pixels, grid: Grid, patterns: DotPatterns | None, *, squares: bool
) -> Pixels:
    """Return pixels (H, W) or (H, W, 3) at the page's size.

    With ``squares``, pixels that are no smaller than the dots of the characters stay squares.
    """
    size = (grid.columns * CELL_WIDTH, grid.rows * CELL_HEIGHT)
    if squares and patterns is not None:
        down, across = grid.rows * patterns.rows, grid.columns * patterns.columns
        if down >= pixels.shape[0] and across >= pixels.shape[1]:
            dots = to_dots(pixels, (across, down))
            return dots.repeat(size[1] // down, axis=0).repeat(size[0] // across, axis=1)
    return resize(pixels, size, squares=squares)


def cut_cells(pixels: NDArray[_Value], grid: Grid) -> NDArray[_Value]:
    """Return the cells (N, 3 or 1, n) of pixels (H, W, 3) or (H, W)."""
    shape = (grid.rows, CELL_HEIGHT, grid.columns, CELL_WIDTH, -1)
    blocks = pixels.reshape(shape).transpose(0, 2, 4, 1, 3)
    return blocks.reshape(grid.rows * grid.columns, blocks.shape[2], -1)


def join_cells(cells: NDArray[_Value], grid: Grid) -> NDArray[_Value]:
    """Return the pixels (H, W, 3) of cells (N, 3, n): the inverse of `cut_cells`."""
    blocks = cells.reshape(grid.rows, grid.columns, -1, CELL_HEIGHT, CELL_WIDTH)
    shape = (grid.rows * CELL_HEIGHT, grid.columns * CELL_WIDTH, blocks.shape[2])
    return np.ascontiguousarray(blocks.transpose(0, 3, 1, 4, 2).reshape(shape))


def adapt_colors(
    pixels: Colors,
    grid: Grid,
    patterns: DotPatterns | None,
    mode: ColorMode,
    options: Options,
    *,
    levels: Levels | None,
) -> Colors:
    """Return the pixels (H, W, 3) with levels, contrast, gamma and dithering applied.

    Only pictures in 16 colors are stretched to ``levels``, by default to their own; only palettes
    are dithered.
    """
    if mode is ColorMode.ANSI16:
        pixels = _stretched(pixels, None if levels is None else levels.tone)
    pixels = _adjusted(pixels, options)
    if mode in (ColorMode.ANSI16, ColorMode.ANSI256) and options.dither != "none":
        dots = _DITHERED if patterns is None else (patterns.rows, patterns.columns)
        pixels = _dithered(pixels, grid, dots, mode, options)
    return pixels


def _stretched(pixels: Colors, levels: LevelRange | None) -> Colors:
    """Return the pixels with their darkest and brightest, or given levels, at black and white.

    Sixteen colors have but four grays, and what lies between two of them would be one area.
    """
    gray = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    levels = levels or measure_levels(gray).tone
    if levels.span < _LEAST_SPAN:
        return pixels
    return _mapped(pixels, levels.table())


def _adjusted(pixels: Colors, options: Options) -> Colors:
    """Return the pixels with the contrast, brightness and gamma of the options."""
    return _mapped(pixels, adjust(np.linspace(0, 1, 256, dtype=np.float32), options))


def _mapped(pixels: Colors, levels: NDArray[np.floating]) -> Colors:
    """Return the pixels with each level replaced by ``levels`` (256,), 0 to 1."""
    table = np.rint(255 * np.clip(levels, 0, 1)).astype(np.uint8)
    if np.array_equal(table, np.arange(256)):
        return pixels
    return np.asarray(cv2.LUT(pixels, table), np.uint8)


def _dithered(
    pixels: Colors, grid: Grid, dots: tuple[int, int], mode: PaletteMode, options: Options
) -> Colors:
    """Return the pixels as dots of the palette's colors, ``dots`` down and across a cell."""
    height, width = dots
    small = resize(pixels, (grid.columns * width, grid.rows * height))
    dithered = palette(mode)[dither_palette(small, mode, options.dither)]
    return dithered.repeat(CELL_HEIGHT // height, axis=0).repeat(CELL_WIDTH // width, axis=1)
