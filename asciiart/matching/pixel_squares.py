"""Small pictures whose pixels are drawn as squares of one color."""

from __future__ import annotations

from dataclasses import replace

from asciiart.glyphs.grid import Cell, grid_of
from asciiart.io.pictures.image import Picture
from asciiart.options import Options
from asciiart.page.resampling import count_repeats, repeat_pixels, shows_squares


def keep_squares(
    picture: Picture, columns: int | None, cell: Cell, options: Options
) -> tuple[Picture, Options]:
    """Return a picture whose pixels stay squares when it is enlarged, and options for its size.

    Both are as they were unless ``options.resample`` asks for squares.
    """
    if not shows_squares(picture.rgb, options.resample, fill=False):
        return picture, options
    height, width = picture.rgb.shape[:2]
    grid = grid_of(options, height, width, cell, columns=columns, rows=options.rows)
    times = count_repeats((height, width), grid.page_shape)
    magnify = None if options.magnify is None else options.magnify / times
    return repeat_pixels(picture, times), replace(options, magnify=magnify)
