"""Stage 2: Picture + Grid -> ink page (R·h, C·w), 0 = paper, 1 = full ink."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from asciiart.glyphs.grid import Grid
from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Gray, Mask, Pixels
from asciiart.io.pictures.image import Picture
from asciiart.options import Mode, Options
from asciiart.page.bands import read_padded, to_levels
from asciiart.page.brightness import PageBrightness, adjust, interpolation, page_brightness
from asciiart.page.cell_colors import gray_on_page, on_page
from asciiart.page.contour_network import load_line_network
from asciiart.page.contours import LARGEST_SIDE, WORKING_UNIT, enlarge_lines, trace_contours
from asciiart.page.drawing_lines import as_strokes, trace_drawing
from asciiart.page.levels import LevelRange, Levels, measure_levels
from asciiart.page.strokes import widen
from asciiart.page.tone_ink import tone_ink

DRAWING_SCALE = 2
"""Supersampling factor for tracing strokes; half a pixel is a visible step."""


class WholePage(NamedTuple):
    """The ink that a page's text has to show, held as a whole; an `InkPage`."""

    ink: Ink
    """(R·h, C·w), 0 to 1, as the encoder reads it."""
    lines: Mask | None
    """(S·R·h, S·C·w) with an integer S: the lines of a drawing, one pixel wide, as traced."""

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.ink.shape[0], self.ink.shape[1]

    def ink_rows(self, top: int, bottom: int) -> Ink:
        """Return the ink (bottom - top, C·w) of some rows of pixels; 0 beyond the page."""
        return read_padded(lambda first, last: self.ink[first:last], self.shape[0], top, bottom)

    def line_rows(self, top: int, bottom: int, scale: int) -> Mask | None:
        """Return some rows of the lines, or None if they were not traced at that ``scale``."""
        height, width = (scale * pixels for pixels in self.shape)
        lines = self.lines
        if lines is None or lines.shape != (height, width):
            return None
        return read_padded(lambda first, last: lines[first:last], height, top, bottom)


def to_page(
    picture: Picture,
    grid: Grid,
    mode: Mode,
    options: Options,
    density: float,
    *,
    levels: Levels | None = None,
) -> WholePage:
    """Return the page that the text has to show in one mode.

    ``density`` is the mean ink, 0 to 1, of the font's densest glyph, to which tone's ink is scaled.
    ``levels`` are the gray levels that become black and white; by default those of the picture
    itself.
    """
    found = None if levels is None else levels.of(mode)
    if mode == "structure":
        return _lines(picture, grid, options, found)
    even = _brightness(picture, grid, mode, options, found).whole()
    return WholePage(tone_ink(even, grid, options, density), None)


def _brightness(
    picture: Picture,
    grid: Grid,
    mode: Mode,
    options: Options,
    levels: LevelRange | None,
    *,
    scale: int = 1,
) -> PageBrightness:
    """Return the picture's brightness or, in tone, its ink at ``scale`` times the page's size."""
    height, width = (scale * pixels for pixels in grid.page_shape)
    gray = gray_on_page(picture, options.background)
    return page_brightness(gray, (height, width), mode, options, levels)


def _lines(picture: Picture, grid: Grid, options: Options, levels: LevelRange | None) -> WholePage:
    """Return the page of a picture's lines, as strokes about 1.5 px wide."""
    unit = grid.cell.unit
    paper = _brightness(picture, grid, "structure", options, levels).drawing_paper(unit)
    if paper is not None:
        fine = _brightness(picture, grid, "structure", options, levels, scale=DRAWING_SCALE)
        large = as_strokes(fine.whole(), paper)
        shortest = round(DRAWING_SCALE * unit * (1 - options.detail))
        lines = trace_drawing(large, stroke=4 * DRAWING_SCALE * unit, shortest=shortest)
        return WholePage(resize(widen(lines), grid.page_shape), lines)
    small = to_working_size(on_page(picture, options.background), grid, options, levels)
    maps = load_line_network().look(small)
    lines = trace_contours(maps, detail=options.detail, subject=options.subject)
    enlarged = enlarge_lines(lines, working_shape(grid))
    return WholePage(resize(enlarged.astype(np.float32), grid.page_shape), None)


def working_shape(grid: Grid) -> tuple[int, int]:
    """Return the height and width of a page at which half-width characters have `WORKING_UNIT`."""
    height, width = (-(-side * WORKING_UNIT // grid.cell.unit) for side in grid.page_shape)
    return height, width


def to_working_size(rgb: Pixels, grid: Grid, options: Options, levels: LevelRange | None) -> Pixels:
    """Return a picture (H, W, 3) at the size at which contours are traced, contrast adjusted.

    On a page of more than `LARGEST_SIDE` that is smaller; finer lines are no contours any more.
    If the ``levels``, by default the picture's own, are few, they are spread.
    """
    shape = working_shape(grid)
    scale = min(1.0, LARGEST_SIDE / max(shape))
    height, width = (max(1, round(scale * side)) for side in shape)
    how = interpolation(rgb.shape[:2], (height, width))
    small = np.asarray(cv2.resize(rgb, (width, height), interpolation=how), np.uint8)
    gray = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
    range_ = levels or measure_levels(gray).of("structure")
    table = adjust(range_.table_of_faint(), options)
    return np.asarray(cv2.LUT(small, to_levels(255 * table)), np.uint8)


def resize(gray: Gray, shape: tuple[int, int]) -> Gray:
    """Return ``gray`` with the height and width ``shape``."""
    how = cv2.INTER_AREA if gray.shape[0] > shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(gray, shape[::-1], interpolation=how), np.float32)
