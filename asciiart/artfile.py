"""Text art in a file: read back, scored and drawn."""

from __future__ import annotations

import html
import re
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asciiart.art import Background, Placement
from asciiart.errors import AsciiArtError, FontError, ImageError, OptionError
from asciiart.glyphs import Font, load_font
from asciiart.grid import MAX_CELLS, MAX_COLUMNS
from asciiart.image import load_image
from asciiart.metrics import Fidelity, score_characters
from asciiart.preprocess import brightness_on_page
from asciiart.render.json_reading import ReadArt, ReadFill, parse_json
from asciiart.render.layers import CLEAR, Layers, Numbers
from asciiart.render.raster import TYPESET_SCALE, draw_picture, encode_png
from asciiart.typeset import Typeset, choose_typeset, lay_out

_TEXT_FONT = "DejaVu Sans Mono"
_TEXT_BACKGROUND: Background = "dark"
"""What a text, which does not tell, was drawn for where nobody says."""
_PICTURE_SIZE = 20
"""Pixels per em of a picture in a monospaced font where nobody says."""
_JSON = re.compile(r'\s*\{\s*"version"')
"""How JSON art begins; by this it is known on standard input, where nothing has a suffix."""


_REFERENCE = re.compile(r"&#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6});")
"""How a board writes a character that its encoding lacks."""


@dataclass(frozen=True, eq=False)
class LaidArt:
    """Text art from a file, laid out in a font."""

    characters: NDArray[np.str_]
    """(R, C), as in `asciiart.art.Art`."""
    font: Font
    """What it is set in."""
    typeset: Typeset | None
    """How, if the font is proportional."""
    background: Background
    """What the text stands on."""
    placement: Placement | None
    """Where the picture lies, as in an art; None where nobody says and it covers the page."""
    layers: Layers | None = None
    """The cells' own colors 0xRRGGBB, if it has any."""


def read_art(
    path: str,
    font: str | None = None,
    background: Background | None = None,
    *,
    font_size: int | None = None,
    line_height: int | None = None,
    columns: int | None = None,
) -> LaidArt:
    """Return the art of a text or JSON file, or of standard input (``-``).

    What is asked for comes before what a JSON art says of itself. ``font_size`` and
    ``line_height`` are for proportional fonts, in whose text numeric references (``&#9829;``)
    stand for characters. ``columns`` is the page's width where no row need be as long.

    Raises
    ------
    ImageError
        If the file cannot be read or is not text art, or its font cannot set it.
    FontError
        If there is no such font.
    OptionError
        If a size is none that text has, or a row is longer than ``columns``.
    """
    name = "standard input" if path == "-" else path
    text = _read_text(path, name)
    if _JSON.match(text) if path == "-" else Path(path).suffix.lower() == ".json":
        try:
            art = parse_json(text)
        except AsciiArtError as error:
            raise ImageError(f"{name}: {error}") from error
        return _lay_json(
            art,
            name,
            font,
            background,
            font_size=font_size,
            line_height=line_height,
            columns=columns,
        )
    used = load_font(font or _TEXT_FONT)
    typeset = choose_typeset(used, font_size, line_height)
    rows = _parse_text(text, name, references=typeset is not None)
    characters = _lay(rows, used, typeset, columns, name)
    return LaidArt(characters, used, typeset, background or _TEXT_BACKGROUND, None)


def _read_text(path: str, name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise ImageError(f"{name}: cannot be read ({error.strerror or error})") from error
    except (AttributeError, ValueError) as error:  # closed, or a null character in the name
        raise ImageError(f"{name}: cannot be read ({error})") from error
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImageError(f"{name}: not UTF-8 text, nor cp932")


def _parse_text(text: str, name: str, *, references: bool) -> tuple[str, ...]:
    rows = tuple(text.splitlines())
    if references:
        rows = tuple(_REFERENCE.sub(lambda match: html.unescape(match[0]), row) for row in rows)
    longest = max(map(len, rows), default=0)
    if longest == 0:
        raise ImageError(f"{name}: there is no text in it")
    if longest > MAX_COLUMNS or longest * len(rows) > MAX_CELLS:
        raise ImageError(f"{name}: {longest} columns by {len(rows)} rows are no text art")
    odd = next((c for row in rows for c in row if not _plain(c)), None)
    if odd is not None:
        raise ImageError(f"{name}: not plain text (it holds U+{ord(odd):04X})")
    return rows


def _plain(character: str) -> bool:
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _lay_json(
    art: ReadArt,
    name: str,
    font: str | None,
    background: Background | None,
    *,
    font_size: int | None,
    line_height: int | None,
    columns: int | None,
) -> LaidArt:
    used = load_font(font or art.font)
    if art.typeset is not None and font_size is None:
        font_size = art.typeset.font_size
        line_height = art.typeset.line_height if line_height is None else line_height
    typeset = choose_typeset(used, font_size, line_height)
    characters = _lay(art.rows, used, typeset, columns, name)
    background = background or art.background
    placement = None
    if typeset == art.typeset:
        placement = art.placement
        # Another font may need more columns than the art had; its own, as many or fewer.
        missing = max(0, (columns or art.columns) - characters.shape[1])
        blank = " " if typeset is None else ""
        characters = np.pad(characters, ((0, 0), (0, missing)), constant_values=blank)
    layers = None if art.fill is None else _lay_colors(art.fill, characters)
    return LaidArt(characters, used, typeset, background, placement, layers)


def _lay_colors(fill: ReadFill, characters: NDArray[np.str_]) -> Layers:
    """Return the colors of characters (R, C) from those of each row's."""
    return Layers(*(_lay_numbers(rows, characters) for rows in fill))


def _lay_numbers(rows: tuple[tuple[int, ...], ...], characters: NDArray[np.str_]) -> Numbers:
    laid = np.full(characters.shape, CLEAR)  # where a row is longer than it was
    for cells, begins, numbers in zip(laid, characters != "", rows, strict=True):
        cells[np.flatnonzero(begins)[: len(numbers)]] = numbers
    return laid


def _lay(
    rows: tuple[str, ...], font: Font, typeset: Typeset | None, columns: int | None, name: str
) -> NDArray[np.str_]:
    try:
        return lay_out(rows, font, typeset, columns)
    except (FontError, OptionError) as error:
        raise ImageError(f"{name}: {error}") from error


def score_file(
    picture: str,
    path: str,
    font: str | None = None,
    background: Background | None = None,
    *,
    font_size: int | None = None,
    line_height: int | None = None,
    columns: int | None = None,
) -> Fidelity:
    """Return how faithful the text art in a file is to a picture; see `read_art`."""
    art = read_art(
        path, font, background, font_size=font_size, line_height=line_height, columns=columns
    )
    gray = brightness_on_page(load_image(picture), art.background)
    return score_characters(
        gray, art.characters, art.font, art.typeset, art.background, placement=art.placement
    )


def render_file(
    path: str,
    font: str | None = None,
    background: Background | None = None,
    scale: float | None = None,
    *,
    font_size: int | None = None,
    line_height: int | None = None,
    columns: int | None = None,
) -> bytes:
    """Return the text art in a file as a PNG file; see `read_art`.

    A filled art is in its colors. All is ``scale`` times as large as it is set: 1 in monospaced
    fonts, whose ``font_size`` is 20 pixels per em unless said, and 2 in proportional ones.
    """
    art = read_art(
        path, font, background, font_size=font_size, line_height=line_height, columns=columns
    )
    if art.typeset is None:
        size = (_PICTURE_SIZE if font_size is None else font_size) * (1 if scale is None else scale)
    else:
        size = art.typeset.font_size * (TYPESET_SCALE if scale is None else scale)
    picture = draw_picture(
        art.characters,
        art.font,
        art.typeset,
        art.background,
        font_size=size,
        layers=art.layers,
    )
    return encode_png(picture)
