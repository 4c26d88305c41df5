"""Text art in a file: read back, scored and drawn."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from asciiart.art import Background, Placement
from asciiart.errors import AsciiArtError, ImageError
from asciiart.files import write_atomically
from asciiart.glyphs import load_font
from asciiart.image import load_image
from asciiart.metrics import Fidelity, score
from asciiart.render.json_format import ReadArt, parse_json
from asciiart.render.raster import draw_picture


def read_art(path: str, font: str, background: Background) -> ReadArt:
    """Return the art of a text or JSON file, or of standard input (``-``).

    ``font`` and ``background`` are taken for a text, which does not tell.

    Raises
    ------
    ImageError
        If the file cannot be read.
    AsciiArtError
        If it is not text art.
    """
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise ImageError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ImageError(f"{path}: not UTF-8 text") from error
    if text.startswith("{") and (path == "-" or Path(path).suffix == ".json"):
        try:
            return parse_json(text)
        except AsciiArtError as error:
            raise ImageError(f"{path}: {error}") from error
    rows = tuple(text.splitlines())
    columns = max(map(len, rows), default=0)
    if columns == 0:
        raise ImageError(f"{path}: there is no text in it")
    odd = next((c for row in rows for c in row if not c.isprintable()), None)
    if odd is not None:
        raise ImageError(f"{path}: not plain text (it holds U+{ord(odd):04X})")
    placement = Placement(0, 0, columns, len(rows))
    lines = tuple(row.ljust(columns) for row in rows)
    return ReadArt(lines, columns, placement, background, "tone", font)


def score_file(picture: str, path: str, font: str, background: Background) -> Fidelity:
    """Return how faithful the text art in a file is to a picture."""
    art = read_art(path, font, background)
    loaded = load_image(picture)
    rgb = loaded.on(0 if art.background == "dark" else 255)
    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(255)
    return score(gray, art.rows, load_font(art.font), art.background, art.placement)


def render_file(
    path: str, output: Path, font: str, background: Background, font_size: float
) -> None:
    """Draw the text art in a file to a PNG file."""
    art = read_art(path, font, background)
    characters = np.array([list(row) for row in art.rows])
    picture = draw_picture(characters, load_font(art.font), art.background, font_size)
    write_atomically(output, picture)
