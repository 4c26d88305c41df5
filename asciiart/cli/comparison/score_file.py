"""Scoring a file: how faithful saved text art is to a picture."""

from __future__ import annotations

from asciiart.art.reading.saved_art import read_art
from asciiart.io.pictures.image import load_image
from asciiart.matching.metrics import Fidelity, score_characters
from asciiart.options import Background
from asciiart.page.cell_colors import brightness_on_page


def score_file(
    picture: str,
    path: str,
    font: str | None = None,
    background: Background | None = None,
    *,
    font_size: int | None = None,
    line_height: int | None = None,
    width: int | None = None,
    encoding: str | None = None,
    strict: bool = False,
) -> Fidelity:
    """Return how faithful the text art in the file ``path`` is to ``picture``.

    The other arguments are those of `read_art`; ``strict`` refuses a damaged picture.

    Raises
    ------
    ImageError
        If the picture or the file cannot be read.
    FontError
        If there is no such font.
    OptionError
        If a size or the encoding is impossible.
    """
    art = read_art(
        path,
        font,
        background,
        font_size=font_size,
        line_height=line_height,
        width=width,
        encoding=encoding,
    )
    gray = brightness_on_page(load_image(picture, strict=strict), art.background)
    return score_characters(
        gray, art.characters, art.font, art.typeset, art.background, placement=art.placement
    )
