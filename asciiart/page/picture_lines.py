"""The lines of a picture at the picture's own size: its strokes, or a photograph's contours."""

from __future__ import annotations

import cv2
import numpy as np

from asciiart.io.pictures.arrays import Mask, Pixels
from asciiart.io.pictures.image import Source, load_image
from asciiart.options import Options
from asciiart.page.bands import to_levels
from asciiart.page.brightness import interpolation
from asciiart.page.cell_colors import on_page
from asciiart.page.contour_network import load_line_network
from asciiart.page.contours import WORKING_UNIT, trace_contours
from asciiart.page.drawing_lines import as_strokes, find_paper, is_drawing, trace_drawing
from asciiart.page.ink_page import resize
from asciiart.page.levels import measure_levels
from asciiart.page.thinning import thin

_COLUMNS = 120
"""Width, in half-width characters, of the page for which a photograph's contours are traced: finer
ones are texture. Of a picture that is taller than wide it is the height."""
_STROKE = 1 / 40
"""Width of a drawing's widest stroke, as a share of the picture's longer side."""
_SHORTEST = 1 / 80
"""Length of the shortest line of a drawing that is kept at a detail of 0, as such a share."""
_COVERED = 0.4
"""Share of a pixel that a line covers once it is scaled, to be kept."""
_LARGEST_SCALE = 2.0
"""Largest factor by which a small picture is magnified."""


def trace_lines(
    source: Source, *, detail: float = 0.5, subject: float = 0.0, max_pixels: int | None = None
) -> Mask:
    """Return the lines of a picture, one pixel wide: (H, W) bool, at the picture's own size.

    Of a line drawing these are the middles of its strokes and the outlines of its filled areas; of
    any other picture they are the contours that structure mode draws.

    Parameters
    ----------
    source : Source
        The picture, as `load_image` takes it. What is transparent is white.
    detail : float
        How weak and how short a line may be, from 0 (the clearest only) to 1.
    subject : float
        How much more of a photograph's subject is traced than of what lies behind it, from 0
        (both alike) to 1.
    max_pixels : int, optional
        Largest number of pixels, as in `load_image`.

    Raises
    ------
    ImageError
        If the picture cannot be read, or has more than ``max_pixels`` pixels.
    ModelError
        If the contour network is missing or damaged.
    OptionError
        If ``detail`` or ``subject`` is not from 0 to 1.
    TypeError
        If ``source`` is nothing that can hold a picture.

    Warns
    -----
    ImageWarning
        If a part of the picture is missing, or its file damaged where that does not show.
    """
    Options(detail=detail, subject=subject)  # refuses what is out of range
    rgb = on_page(load_image(source, max_pixels=max_pixels), "light")
    pixels = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    range_ = measure_levels(pixels).of("structure")
    gray = np.asarray(cv2.LUT(pixels, range_.table()), np.float32)
    drawing = as_strokes(gray, find_paper(gray[::8, ::8]))
    side = max(gray.shape)
    stroke = max(2, round(_STROKE * side))
    if is_drawing(drawing, stroke):
        shortest = round(_SHORTEST * side * (1 - detail))
        return trace_drawing(drawing, stroke=stroke, shortest=shortest)
    spread = np.asarray(cv2.LUT(rgb, to_levels(255 * range_.table_of_faint())), np.uint8)
    return _trace_contours(spread, detail, subject)


def _trace_contours(rgb: Pixels, detail: float, subject: float) -> Mask:
    """Return the contours of a picture (H, W, 3), found at the size of a page."""
    shape = (rgb.shape[0], rgb.shape[1])
    scale = min(_LARGEST_SCALE, _COLUMNS * WORKING_UNIT / max(shape))
    height, width = (max(1, round(scale * side)) for side in shape)
    how = interpolation(shape, (height, width))
    small = np.asarray(cv2.resize(rgb, (width, height), interpolation=how), np.uint8)
    lines = trace_contours(load_line_network().look(small), detail=detail, subject=subject)
    if lines.shape == shape:
        return lines
    return thin(resize(lines.astype(np.float32), shape) > _COVERED)
