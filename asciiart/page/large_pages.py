"""Stage 2 for pages of more than one band: ink is computed when it is read.

A page keeps only its brightness, in 8 bits a pixel, or its lines, in one bit. Each band's ink
follows from these as `ink_page` computes that of a whole page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

import cv2
import numpy as np

from asciiart.glyphs.grid import Grid
from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Gray, Mask, Pixels
from asciiart.io.pictures.image import Picture
from asciiart.options import Mode, Options
from asciiart.page.bands import BAND_PIXELS, InkPage, Resized, read_padded, split, to_levels
from asciiart.page.cell_colors import on_page
from asciiart.page.contour_network import load_line_network
from asciiart.page.contours import WORKING_UNIT, find_edges, follow_edges
from asciiart.page.drawing_lines import is_drawing_in_bands, trace_drawing
from asciiart.page.ink_page import DRAWING_SCALE, adjust, interpolation, stretching, tone_ink
from asciiart.page.levels import Levels
from asciiart.page.strokes import widen

_MARGIN = 12
"""Largest distance, in half-width characters, at which brightness changes the ink of a pixel."""


@dataclass(frozen=True, eq=False)
class LargePages:
    """The pages of a picture that is drawn in many cells, one for each mode."""

    picture: Picture
    grid: Grid
    options: Options
    levels: Levels | None = None

    def page(self, mode: Mode, density: float) -> InkPage:
        """Return the page of a mode; see `ink_page.to_page`."""
        brightness = self._brightness(mode)
        if mode == "tone":
            return _TonePage(brightness, self.grid, self.options, density)
        median = np.median(brightness.of(self._levels[::8, ::8]))
        paper = 1.0 if float(median) > 0.5 else 0.0
        unit = self.grid.cell.unit
        height, width = self.grid.page_shape
        if is_drawing_in_bands(partial(brightness.drawing_rows, paper), height, width, 2 * unit):
            return _DrawingPage(self._trace_drawing(brightness, paper), self.grid.page_shape)
        small = self._reduced(brightness)
        del brightness, self.__dict__["_levels"]  # 128 bytes a cell
        edges = find_edges(small, load_line_network().logits(small), detail=self.options.detail)
        del small  # 128 bytes a cell, as each of the three that are needed at once
        lines = follow_edges(edges, detail=self.options.detail)
        return _ContourPage(lines.view(np.uint8), self.grid.page_shape)

    @cached_property
    def _gray(self) -> Pixels:
        """The picture's brightness at its own size."""
        rgb = on_page(self.picture, self.options.background)
        return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)

    @cached_property
    def _levels(self) -> Pixels:
        """The brightness at the page's size."""
        height, width = self.grid.page_shape
        how = interpolation(self._gray.shape, (height, width))
        return np.asarray(cv2.resize(self._gray, (width, height), interpolation=how), np.uint8)

    def _brightness(self, mode: Mode) -> _Brightness:
        levels = None if self.levels is None else self.levels.of(mode)
        table = stretching(self._levels, mode, self.options, levels)
        return _Brightness(self._levels, adjust(table, self.options))

    def _trace_drawing(self, brightness: _Brightness, paper: float) -> Pixels:
        """Return the lines of a drawing, packed into eight pixels a byte."""
        unit = self.grid.cell.unit
        height, width = (DRAWING_SCALE * side for side in self.grid.page_shape)
        stroke = 4 * DRAWING_SCALE * unit
        shortest = round(DRAWING_SCALE * unit * (1 - self.options.detail))
        around = 2 * stroke + shortest + 16  # an area's border, its strokes' halves, a short line
        how = interpolation(self._gray.shape, (height, width))
        own = self._gray
        resized = Resized(lambda top, bottom: own[top:bottom], len(own), (height, width), how)
        lines = np.empty((height, -(-width // 8)), np.uint8)
        for band in split(height, 2 * BAND_PIXELS // width, around):
            levels = to_levels(resized.rows(band.first, band.last))
            gray = np.abs(1 - paper - brightness.of(levels))
            found = trace_drawing(gray, stroke=stroke, shortest=shortest)[band.inner]
            lines[band.top : band.bottom] = np.packbits(found, axis=1)
        return lines

    def _reduced(self, brightness: _Brightness) -> Gray:
        """Return the brightness at which a half-width character is `WORKING_UNIT` pixels wide."""
        unit = self.grid.cell.unit
        height, width = (-(-side * WORKING_UNIT // unit) for side in self.grid.page_shape)
        small = np.empty((height, width), np.float32)
        for band in split(height, BAND_PIXELS // 4 // width):
            small[band.top : band.bottom] = brightness.reduced((height, width), *band[:2])
        return small


@dataclass(frozen=True, eq=False)
class _Brightness:
    """A page's brightness, contrast adjusted, stored as gray levels and a table."""

    levels: Pixels
    """(R·h, C·w), gray levels."""
    table: Gray
    """(256,), the brightness of each level, 0 to 1."""

    def of(self, levels: Pixels) -> Gray:
        """Return the brightness of levels (H, W)."""
        return np.asarray(cv2.LUT(np.ascontiguousarray(levels), self.table), np.float32)

    def rows(self, top: int, bottom: int) -> Gray:
        """Return the brightness of some rows."""
        return self.of(self.levels[top:bottom])

    def drawing_rows(self, page: float, top: int, bottom: int) -> Gray:
        """Return some rows with 0 = stroke, 1 = page; ``page`` is the page's brightness, 0 or 1."""
        return np.asarray(np.abs(1 - page - self.rows(top, bottom)), np.float32)

    def reduced(self, shape: tuple[int, int], top: int, bottom: int) -> Gray:
        """Return rows of the brightness resized to ``shape``."""
        how = cv2.INTER_AREA if len(self.levels) > shape[0] else cv2.INTER_LINEAR
        return Resized(self.rows, len(self.levels), shape, how).rows(top, bottom)


@dataclass(frozen=True, eq=False)
class _TonePage:
    """The page of tone, whose ink follows the picture's brightness."""

    brightness: _Brightness
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
        first = max(0, (top - around) // unit * unit)  # blurs are computed in blocks of this size
        last = min(self.shape[0], -(-(bottom + around) // unit) * unit)
        gray = self.brightness.rows(first, last)
        ink = tone_ink(gray, self.grid, self.options, self.density)
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
