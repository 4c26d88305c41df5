"""Stage 2: Picture + Grid -> ink page (R·h, C·w), 0 = paper, 1 = full ink, and cell colors."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.art import Background, Mode
from asciiart.bands import read_padded
from asciiart.contours import WORKING_UNIT, trace_photograph
from asciiart.grid import Grid
from asciiart.image import Picture
from asciiart.line_network import load_line_network
from asciiart.lines import is_drawing, trace_drawing
from asciiart.options import Options
from asciiart.strokes import widen

Gray = NDArray[np.float32]
Ink = NDArray[np.float32]
Mask = NDArray[np.bool_]

PAGE_GRAY: dict[Background, int] = {"dark": 0, "light": 255}
"""What the pictures of a page are compared with, 0 to 255."""
DRAWING_SCALE = 2
"""Drawn strokes are followed at so many times the page's size: half a pixel is a visible step."""
STRETCH: dict[Mode, tuple[float, float]] = {"tone": (2.0, 98.0), "structure": (0.5, 99.5)}
"""Percentiles of brightness that become black and white."""
_LOCAL_BAND = (1 / 3, 2.0)
"""Local contrast lies between blurs of so many cell widths."""
_LOCAL_GAIN = 1.3
"""Local contrast is raised by at most so much."""
FULL = 0.9
"""Share of the densest glyph's ink that stands for white: the rest is left to local contrast."""
_HEADROOM = 1.25
"""Local contrast may ask for so many times the densest glyph's ink."""
_FLAT = 5
"""Of 255: a smaller span between the two is a blank picture, not a faint one."""
_FAINT = 0.02
"""A transparent picture that differs less from its page cannot be seen on it."""


class Page(NamedTuple):
    """What the page's text has to show, as a whole; an `InkPage`."""

    ink: Ink
    """(R·h, C·w), as the encoder reads it."""
    lines: Mask | None
    """(S·R·h, S·C·w) with a whole S: a drawing's lines, one pixel wide, as they were found."""

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.ink.shape[0], self.ink.shape[1]

    def ink_rows(self, top: int, bottom: int) -> Ink:
        """Return rows of the ink, 0 beyond the page."""
        return read_padded(lambda first, last: self.ink[first:last], self.shape[0], top, bottom)

    def line_rows(self, top: int, bottom: int, scale: int) -> Mask | None:
        """Return rows of the lines, if they were found at that scale."""
        height, width = (scale * pixels for pixels in self.shape)
        lines = self.lines
        if lines is None or lines.shape != (height, width):
            return None
        return read_padded(lambda first, last: lines[first:last], height, top, bottom)


def to_page(picture: Picture, grid: Grid, mode: Mode, options: Options, density: float) -> Page:
    """Return the page that the text has to show in one mode.

    ``density`` is full ink as far as the font can give it (tone's ink is scaled to it).
    """
    if mode == "structure":
        return _lines(picture, grid, options)
    gray = _to_gray(picture, grid, STRETCH[mode], options)
    return Page(tone_ink(gray, grid, options, density), None)


def cell_colors(picture: Picture, grid: Grid, background: Background) -> NDArray[np.uint8]:
    """Return the mean color (R, C, 3) of the picture under each cell."""
    size = (grid.columns, grid.rows)
    rgb = on_page(picture, background)
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def glyph_colors(
    colors: NDArray[np.uint8], spans: NDArray[np.int64], top: float, left: float
) -> NDArray[np.uint8]:
    """Return the mean color (R', C', 3) under each glyph, where it begins.

    ``colors`` (R, C, 3) are of the picture's cells, ``spans`` (R', C') the columns that the glyph
    beginning in each covers. The picture begins ``top`` rows below the first row's top and ``left``
    columns right of the first column's left.
    """
    for axis, offset in enumerate((top, left)):
        if spans.shape[axis] > colors.shape[axis]:
            before, after = (
                np.pad(colors, [side if i == axis else (0, 0) for i in range(3)], "edge")
                for side in ((1, 0), (0, 1))
            )
            colors = np.asarray(cv2.addWeighted(before, offset, after, 1 - offset, 0), np.uint8)
    if spans.max() <= 1:
        return colors
    sums = np.pad(np.cumsum(colors.astype(np.int64), axis=1), ((0, 0), (1, 0), (0, 0)))
    lefts = np.arange(spans.shape[1])
    rights = np.minimum(lefts + np.maximum(spans, 1), spans.shape[1])
    row = np.arange(len(spans))[:, None]
    means = (sums[row, rights] - sums[row, lefts]) / (rights - lefts)[..., None]
    return np.rint(means).astype(np.uint8)


def on_page(picture: Picture, background: Background) -> NDArray[np.uint8]:
    """Return the picture (H, W, 3) on the page, or on the other one if it cannot be seen there."""
    return picture.on(page_gray(picture, background))


def brightness_on_page(picture: Picture, background: Background) -> Gray:
    """Return the brightness (H, W), in [0, 1], of the picture on its page; see `on_page`."""
    gray = cv2.cvtColor(on_page(picture, background), cv2.COLOR_RGB2GRAY)
    return np.asarray(gray, np.float32) / np.float32(255)


def page_gray(picture: Picture, background: Background) -> int:
    """Return the gray behind a transparent picture: the page's, if the picture shows on it."""
    page = PAGE_GRAY[background]
    if picture.alpha is None:
        return page
    weight = picture.alpha.astype(np.float32) / 255
    luminance = cv2.cvtColor(picture.rgb, cv2.COLOR_RGB2GRAY)
    difference = float((weight * np.abs(luminance.astype(np.float32) - page)).sum())
    visible = difference >= _FAINT * 255 * float(weight.sum())  # so is nothing at all
    return page if visible else 255 - page


def _to_gray(
    picture: Picture,
    grid: Grid,
    percentiles: tuple[float, float],
    options: Options,
    scale: int = 1,
) -> Gray:
    """Return the picture's brightness at ``scale`` times the page's size, contrast adjusted.

    Between the ``percentiles`` it fills the range from black to white.
    """
    rgb = on_page(picture, options.background)
    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    height, width = (scale * pixels for pixels in grid.page_shape)
    how = interpolation(gray.shape, (height, width))
    resized = np.asarray(cv2.resize(gray, (width, height), interpolation=how), np.uint8)
    stretched = np.asarray(cv2.LUT(resized, stretching(resized, percentiles)), np.float32)
    return adjust(stretched, options)


def interpolation(shape: tuple[int, ...], page_shape: tuple[int, int]) -> int:
    """Return how OpenCV is to bring a picture of one shape to another."""
    shrinks = shape[0] * shape[1] > page_shape[0] * page_shape[1]
    return cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC


def stretching(gray: NDArray[np.uint8], percentiles: tuple[float, float]) -> Gray:
    """Return what each of the 256 levels of ``gray`` becomes, its percentiles 0 and 1."""
    low, high = levels_at(gray, percentiles)
    if high - low < _FLAT:
        low, high = int(gray.min()), int(gray.max())
    if high - low < _FLAT:
        low, high = 0, 255
    return np.clip((np.arange(256) - low) / (high - low), 0, 1).astype(np.float32)


def levels_at(gray: NDArray[np.uint8], percentiles: tuple[float, float]) -> tuple[int, int]:
    """Return the levels, 0 to 255, at two percentiles of a picture's brightness."""
    counts = cv2.calcHist([gray], [0], None, [256], (0, 256)).ravel()
    low, high = np.searchsorted(np.cumsum(counts) * (100 / gray.size), percentiles)
    return int(low), int(high)


def adjust(gray: Gray, options: Options) -> Gray:
    """Return ``gray``, in [0, 1], with the contrast, brightness and gamma that are asked for."""
    if (options.contrast, options.brightness, options.gamma) == (1.0, 0.0, 1.0):
        return gray
    changed = (gray - 0.5) * options.contrast + 0.5 + options.brightness
    return np.asarray(np.clip(changed, 0, 1) ** (1 / options.gamma), np.float32)


def tone_ink(gray: Gray, grid: Grid, options: Options, density: float) -> Ink:
    """Return ink as bright (on dark) or as dark (on light) as the picture, with local contrast."""
    width = grid.cell.unit
    fine = cv2.GaussianBlur(gray, (0, 0), _LOCAL_BAND[0] * width)
    coarse = _wide_blur(gray, _LOCAL_BAND[1] * width)
    sharp = gray + _LOCAL_GAIN * options.detail * (fine - coarse)
    ink = sharp if options.background == "dark" else 1 - sharp
    share = options.shares.get("structure", 0.0)
    full = density * (1 - share**2)  # among lighter shading lines stand out
    return np.asarray(np.clip(FULL * ink, 0, _HEADROOM) * np.float32(full), np.float32)


def _wide_blur(gray: Gray, sigma: float) -> Gray:
    """Return a Gaussian blur, computed on a picture small enough for a sigma of 2 px."""
    height, width = gray.shape
    factor = max(1, round(sigma / 2))
    small_size = (-(-width // factor), -(-height // factor))
    small = cv2.resize(gray, small_size, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), sigma / factor)
    return np.asarray(cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR))


def _lines(picture: Picture, grid: Grid, options: Options) -> Page:
    """Return the picture's lines, and them as strokes of one width, about 1.5 px."""
    unit, stretch = grid.cell.unit, STRETCH["structure"]
    gray = _to_gray(picture, grid, stretch, options)
    page = 1.0 if float(np.median(gray[::8, ::8])) > 0.5 else 0.0
    if is_drawing(np.abs(1 - page - gray), 2 * unit):
        large = np.abs(1 - page - _to_gray(picture, grid, stretch, options, DRAWING_SCALE))
        shortest = round(DRAWING_SCALE * unit * (1 - options.detail))
        lines = trace_drawing(large, stroke=4 * DRAWING_SCALE * unit, shortest=shortest)
        return Page(_resize(widen(lines), grid.page_shape), lines)
    height, width = (-(-pixels * WORKING_UNIT // unit) for pixels in grid.page_shape)
    small = _resize(gray, (height, width))
    lines = trace_photograph(small, load_line_network().logits(small), detail=options.detail)
    return Page(_resize(lines.astype(np.float32), grid.page_shape), None)


def _resize(gray: Gray, shape: tuple[int, int]) -> Gray:
    """Return ``gray`` with the height and width ``shape``."""
    how = cv2.INTER_AREA if gray.shape[0] > shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(gray, shape[::-1], interpolation=how), np.float32)
