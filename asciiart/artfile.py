"""Text art in a file: read back, scored and drawn."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from asciiart.art import Background, Placement
from asciiart.errors import AsciiArtError, ImageError
from asciiart.glyphs import load_font
from asciiart.grid import MAX_CELLS, MAX_COLUMNS
from asciiart.image import load_image
from asciiart.metrics import Fidelity, score
from asciiart.render.json_format import ReadArt, parse_json
from asciiart.render.raster import draw_picture

_TEXT_FONT = "DejaVu Sans Mono"
_TEXT_BACKGROUND: Background = "dark"
"""What a text, which does not tell, was drawn for where nobody says."""
_JSON = re.compile(r'\s*\{\s*"version"')
"""How JSON art begins; by this it is known on standard input, where nothing has a suffix."""


def read_art(path: str, font: str | None = None, background: Background | None = None) -> ReadArt:
    """Return the art of a text or JSON file, or of standard input (``-``).

    ``font`` and ``background`` come before what a JSON art says of itself.

    Raises
    ------
    ImageError
        If the file cannot be read or is not text art.
    """
    name = "standard input" if path == "-" else path
    text = _read_text(path, name)
    if _JSON.match(text) if path == "-" else Path(path).suffix.lower() == ".json":
        try:
            art = parse_json(text)
        except AsciiArtError as error:
            raise ImageError(f"{name}: {error}") from error
    else:
        art = _parse_text(text, name)
    return replace(art, font=font or art.font, background=background or art.background)


def _read_text(path: str, name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise ImageError(f"{name}: cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise ImageError(f"{name}: not UTF-8 text") from error
    except (AttributeError, ValueError) as error:  # closed, or a null character in the name
        raise ImageError(f"{name}: cannot be read ({error})") from error


def _parse_text(text: str, name: str) -> ReadArt:
    rows = tuple(text.splitlines())
    columns = max(map(len, rows), default=0)
    if columns == 0:
        raise ImageError(f"{name}: there is no text in it")
    if columns > MAX_COLUMNS or columns * len(rows) > MAX_CELLS:
        raise ImageError(f"{name}: {columns} columns by {len(rows)} rows are no text art")
    odd = next((c for row in rows for c in row if not c.isprintable()), None)
    if odd is not None:
        raise ImageError(f"{name}: not plain text (it holds U+{ord(odd):04X})")
    placement = Placement(0, 0, columns, len(rows))
    lines = tuple(row.ljust(columns) for row in rows)
    return ReadArt(lines, columns, placement, _TEXT_BACKGROUND, "tone", _TEXT_FONT)


def score_file(
    picture: str, path: str, font: str | None = None, background: Background | None = None
) -> Fidelity:
    """Return how faithful the text art in a file is to a picture; see `read_art`."""
    art = read_art(path, font, background)
    loaded = load_image(picture)
    rgb = loaded.on(0 if art.background == "dark" else 255)
    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(255)
    return score(gray, art.rows, load_font(art.font), art.background, art.placement)


def render_file(
    path: str, font: str | None, background: Background | None, font_size: float
) -> bytes:
    """Return the text art in a file as a PNG file; see `read_art`."""
    art = read_art(path, font, background)
    characters = np.array([list(row) for row in art.rows])
    return draw_picture(characters, load_font(art.font), art.background, font_size)
