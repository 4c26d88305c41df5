"""Stage 2: the mean colors of a picture under cells and glyphs, and the page behind it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.color.palettes import Colors
from asciiart.glyphs.grid import Grid
from asciiart.io.pictures.arrays import Gray, Pixels
from asciiart.io.pictures.image import Picture
from asciiart.options import Background

PAGE_GRAY: dict[Background, int] = {"dark": 0, "light": 255}
"""Gray level of the page, 0 to 255."""
_LUMA = np.array((0.299, 0.587, 0.114), np.float32)
"""Weights of red, green and blue in brightness (ITU-R BT.601)."""
_DARK = 110
"""Most brightness, 0 to 255, of a line on a light page."""
_BRIGHT = 170
"""Least value of the strongest of red, green and blue, 0 to 255, of a line on a dark page."""
_FAINT = 0.02
"""Least mean difference, 0 to 1, from the page at which a transparent picture is visible."""


def cell_colors(picture: Picture, grid: Grid, background: Background) -> Colors:
    """Return the mean color (R, C, 3) of the picture under each cell of a grid."""
    size = (grid.columns, grid.rows)
    rgb = on_page(picture, background)
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def glyph_colors(colors: Colors, spans: NDArray[np.int64], top: float, left: float) -> Colors:
    """Return the mean color (R', C', 3) under each glyph, in the cell in which it begins.

    ``colors`` (R, C, 3) are those of the picture's cells; ``spans`` (R', C') are the columns that
    the glyph beginning in each cell covers. The picture begins ``top`` rows, a fraction, below the
    first row's top and ``left`` columns right of the first column's left.
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


def line_colors(colors: Colors, background: Background) -> Colors:
    """Return the colors (R, C, 3) of lines that lie on cells of these colors.

    Their hues are the same, but bright enough to show on a dark page, and dark enough on a light
    one: a black stroke's cell is mostly paper.
    """
    rgb = colors.astype(np.float32)
    if background == "light":
        brightness = rgb @ _LUMA
        factor = np.minimum(1, _DARK / np.maximum(brightness, 1))
    else:
        brightest = rgb.max(axis=2)
        rgb[brightest == 0] = 1
        factor = np.maximum(1, _BRIGHT / np.maximum(brightest, 1))
    return np.asarray(np.rint(rgb * factor[..., None]), np.uint8)


def on_page(picture: Picture, background: Background) -> Pixels:
    """Return the picture (H, W, 3) on its page, whose gray `page_gray` returns."""
    return picture.on(page_gray(picture, background))


def brightness_on_page(picture: Picture, background: Background) -> Gray:
    """Return the brightness (H, W), in [0, 1], of the picture on its page; see `on_page`."""
    return gray_on_page(picture, background).astype(np.float32) / np.float32(255)


def gray_on_page(picture: Picture, background: Background) -> Pixels:
    """Return the gray levels (H, W) of the picture on its page; see `on_page`."""
    return np.asarray(cv2.cvtColor(on_page(picture, background), cv2.COLOR_RGB2GRAY), np.uint8)


def page_gray(picture: Picture, background: Background) -> int:
    """Return the gray behind a transparent picture, 0 to 255.

    It is the page's or, if the picture cannot be seen on that, the opposite.
    """
    page = PAGE_GRAY[background]
    if picture.alpha is None:
        return page
    weight = picture.alpha.astype(np.float32) / 255
    luminance = cv2.cvtColor(picture.rgb, cv2.COLOR_RGB2GRAY)
    difference = float((weight * np.abs(luminance.astype(np.float32) - page)).sum())
    # A wholly clear picture, whose weights are 0, stays on its page.
    visible = difference >= _FAINT * 255 * float(weight.sum())
    return page if visible else 255 - page
