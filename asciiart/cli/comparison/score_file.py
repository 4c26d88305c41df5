"""Scoring a file: how faithful saved text art is to a picture."""

from __future__ import annotations

from asciiart.art.reading.saved_art import read_art
from asciiart.io.pictures.edits import edit
from asciiart.io.pictures.image import load_image
from asciiart.matching.metrics import Fidelity, score_characters
from asciiart.options import ReadArtOptions, ScoreFileOptions, spelled_out
from asciiart.page.cell_colors import brightness_on_page


@spelled_out(ScoreFileOptions)
def score_file(picture: str, path: str, options: ScoreFileOptions) -> Fidelity:
    """Return how faithful the text art in a file is to a picture.

    Parameters
    ----------
    picture : str
        The picture's file or address.
    path : str
        The art's file, as `read_art` takes it.

    Raises
    ------
    ImageError
        If the picture or the file cannot be read.
    FontError
        If there is no such font.
    OptionError
        If a size or the encoding is impossible.
    """
    art = read_art(path, **options.part(ReadArtOptions))
    drawn = edit(load_image(picture, strict=options.strict), art.edits)
    gray = brightness_on_page(drawn, art.background)
    return score_characters(
        gray, art.characters, art.font, art.typeset, art.background, placement=art.placement
    )
