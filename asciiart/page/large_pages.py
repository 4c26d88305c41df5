"""Stage 2 for pages of more than one band: ink is computed when it is read.

A page keeps only its brightness, in 8 bits a pixel, or its lines, in one bit. Each band's ink
follows from these as `ink_page` computes that of a whole page.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from asciiart.glyphs.grid import Grid
from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Mask, Pixels
from asciiart.io.pictures.image import Picture
from asciiart.options import Mode, Options
from asciiart.page.bands import BAND_PIXELS, InkPage, Resized, read_padded, split, to_levels
from asciiart.page.brightness import PageBrightness, interpolation, page_brightness
from asciiart.page.cell_colors import gray_on_page, on_page
from asciiart.page.contour_network import load_line_network
from asciiart.page.contours import enlarge_lines, trace_contours
from asciiart.page.drawing_lines import as_strokes, trace_drawing
from asciiart.page.ink_page import DRAWING_SCALE, to_working_size, working_shape
from asciiart.page.levels import Levels
from asciiart.page.strokes import widen
from asciiart.page.tone_ink import tone_ink

_MARGIN = 12
"""Largest distance, in half-width characters, at which brightness changes the ink of a pixel."""


def to_large_page(
    picture: Picture,
    grid: Grid,
    mode: Mode,
    options: Options,
    density: float,
    *,
    levels: Levels | None = None,
) -> InkPage:
    """Return the page of a picture that is drawn in many cells; see `ink_page.to_page`."""
    range_ = None if levels is None else levels.of(mode)
    gray = gray_on_page(picture, options.background)
    brightness = page_brightness(gray, grid.page_shape, mode, options, range_)
    if mode == "tone":
        return _TonePage(brightness, grid, options, density)
    paper = brightness.drawing_paper(grid.cell.unit)
    if paper is not None:
        return _DrawingPage(_drawn_lines(gray, brightness, paper, grid, options), grid.page_shape)
    del gray, brightness  # 128 bytes a cell
    small = to_working_size(on_page(picture, options.background), grid, options, range_)
    maps = load_line_network().look(small)
    found = trace_contours(maps, detail=options.detail, subject=options.subject)
    del small, maps
    lines = enlarge_lines(found, working_shape(grid))
    return _ContourPage(lines.view(np.uint8), grid.page_shape)


def _drawn_lines(
    gray: Pixels, brightness: PageBrightness, paper: float, grid: Grid, options: Options
) -> Pixels:
    """Return the lines of a drawing, packed into eight pixels a byte."""
    unit = grid.cell.unit
    height, width = (DRAWING_SCALE * side for side in grid.page_shape)
    stroke = 4 * DRAWING_SCALE * unit
    shortest = round(DRAWING_SCALE * unit * (1 - options.detail))
    around = 2 * stroke + shortest + 16  # an area's border, its strokes' halves, a short line
    how = interpolation(gray.shape, (height, width))
    resized = Resized(lambda top, bottom: gray[top:bottom], len(gray), (height, width), how)
    lines = np.empty((height, -(-width // 8)), np.uint8)
    for band in split(height, 2 * BAND_PIXELS // width, around):
        levels = to_levels(resized.rows(band.first, band.last))
        large = as_strokes(brightness.of(levels), paper)
        found = trace_drawing(large, stroke=stroke, shortest=shortest)[band.inner]
        lines[band.top : band.bottom] = np.packbits(found, axis=1)
    return lines


@dataclass(frozen=True, eq=False)
class _TonePage:
    """The page of tone, whose ink follows the picture's brightness."""

    brightness: PageBrightness
    grid: Grid
    options: Options
    density: float

    @property
    def shape(self) -> tuple[int, int]:
        return self.grid.page_shape

    def ink_rows(self, top: int, bottom: int) -> Ink:
        """Return the ink (bottom - top, C·w) of some rows of pixels; 0 beyond the page."""
        return read_padded(self._ink, self.shape[0], top, bottom)

    def _ink(self, top: int, bottom: int) -> Ink:
        around, unit = _MARGIN * self.grid.cell.unit, self.grid.cell.unit
        first = max(0, (top - around) // unit * unit)  # contrast is found in blocks of this size
        last = min(self.shape[0], -(-(bottom + around) // unit) * unit)
        even = self.brightness.rows(first, last)
        ink = tone_ink(even, self.grid, self.options, self.density)
        return ink[top - first : bottom - first]

    def line_rows(self, top: int, bottom: int, scale: int) -> None:  # noqa: ARG002 - an InkPage
        """Return None, since tone has no lines."""
        return


@dataclass(frozen=True, eq=False)
class _ContourPage:
    """The page of structure of a photograph: strokes along its contours."""

    lines: Pixels
    """(H, W), 0 or 1, at the resolution at which they were traced."""
    shape: tuple[int, int]

    def ink_rows(self, top: int, bottom: int) -> Ink:
        """Return the ink (bottom - top, C·w) of some rows of pixels; 0 beyond the page."""
        how = cv2.INTER_AREA if len(self.lines) > self.shape[0] else cv2.INTER_LINEAR
        resized = Resized(self._read, len(self.lines), self.shape, how)
        return read_padded(resized.rows, self.shape[0], top, bottom)

    def _read(self, top: int, bottom: int) -> Pixels:
        return self.lines[top:bottom]

    def line_rows(self, top: int, bottom: int, scale: int) -> None:  # noqa: ARG002 - an InkPage
        """Return None, since contours are traced at another scale."""
        return


@dataclass(frozen=True, eq=False)
class _DrawingPage:
    """The page of structure of a drawing: strokes along its lines."""

    lines: Pixels
    """(S·R·h, S·C·w / 8), S being `DRAWING_SCALE`, eight pixels a byte."""
    shape: tuple[int, int]

    def ink_rows(self, top: int, bottom: int) -> Ink:
        """Return the ink (bottom - top, C·w) of some rows of pixels; 0 beyond the page."""
        return read_padded(self._ink, self.shape[0], top, bottom)

    def _ink(self, top: int, bottom: int) -> Ink:
        first, last = max(0, top - 1), min(self.shape[0], bottom + 1)
        lines = self._lines(DRAWING_SCALE * first, DRAWING_SCALE * last)
        size = (self.shape[1], last - first)
        ink = np.asarray(cv2.resize(widen(lines), size, interpolation=cv2.INTER_AREA), np.float32)
        return ink[top - first : bottom - first]

    def line_rows(self, top: int, bottom: int, scale: int) -> Mask | None:
        """Return some rows of the lines, or None if they were not traced at that ``scale``."""
        if scale != DRAWING_SCALE:
            return None
        return read_padded(self._lines, len(self.lines), top, bottom)

    def _lines(self, top: int, bottom: int) -> Mask:
        width = DRAWING_SCALE * self.shape[1]
        return np.unpackbits(self.lines[top:bottom], axis=1, count=width).view(bool)
