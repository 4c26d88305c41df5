"""Stage 2: Picture + Grid -> the mode that suits it: structure for a line drawing, else tone."""

from __future__ import annotations

from asciiart.glyphs.grid import Grid
from asciiart.io.pictures.image import Picture
from asciiart.options import Mode, Options
from asciiart.page.brightness import page_brightness
from asciiart.page.cell_colors import gray_on_page
from asciiart.page.levels import Levels


def choose_mode(picture: Picture, grid: Grid, options: Options, levels: Levels | None) -> Mode:
    """Return structure for what its page shows to be a line drawing, tone for any other picture.

    ``levels`` are the gray levels that become black and white; None for those of the picture.
    """
    gray = gray_on_page(picture, options.background)
    range_ = None if levels is None else levels.of("structure")
    brightness = page_brightness(gray, grid.page_shape, "structure", options, range_)
    return "tone" if brightness.drawing_paper(grid.cell.unit) is None else "structure"
