"""Text art in a file: read back, scored and drawn."""

from __future__ import annotations

import math
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asciiart.art.formats.color_layers import CLEAR, Layers, Numbers
from asciiart.art.formats.png import TYPESET_SCALE, draw_picture, encode_png
from asciiart.art.reading.json_reader import ReadArt, parse_json
from asciiart.art.reading.read_page import ReadColors
from asciiart.art.reading.saved_text import SavedText, decode_text
from asciiart.art.reading.text_reader import parse_text, visible_characters
from asciiart.errors import AsciiArtError, FontError, ImageError, OptionError
from asciiart.glyphs.charsets import is_blank
from asciiart.glyphs.font import DEFAULT_FONT, Font, default_font, load_font
from asciiart.glyphs.grid import Placement
from asciiart.glyphs.typesetting import Typeset, choose_typeset, typeset_rows
from asciiart.options import MAX_COLUMNS, Background

_TEXT_BACKGROUND: Background = "dark"
"""What a text, which does not tell, was drawn for where nobody says."""
_PICTURE_SIZE = 20
"""Pixels per em of a picture in a monospaced font where nobody says."""
_MAX_FONT_SIZE = 1000
"""Pixels per em; more is taken for a mistake."""
_MAX_BYTES = 64 << 20
"""A larger file is no text art: a million cells in JSON take less."""
_LONGEST_NAME = 200
"""Characters of a font's name."""
_JSON = re.compile(r'\s*\{\s*"version"')
"""How JSON art begins; by this it is known on standard input, where nothing has a suffix."""


@dataclass(frozen=True, eq=False)
class TypesetArt:
    """Text art from a file, laid out in a font."""

    characters: NDArray[np.str_]
    """(R, C), as in `asciiart.art.art.Art`."""
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


@dataclass(frozen=True)
class _Setting:
    """How a text is to be set, as far as that was asked for; see `read_art`."""

    font: str | None
    background: Background | None
    font_size: int | None
    line_height: int | None
    width: int | None

    def __post_init__(self) -> None:
        """Check what does not depend on the font."""
        if self.width is not None and not 0 < self.width <= MAX_COLUMNS:
            raise OptionError(f"width must be from 1 to {MAX_COLUMNS}, not {self.width}", "width")
        if self.font_size is not None and not 0 < self.font_size <= _MAX_FONT_SIZE:
            raise OptionError(
                f"font_size must be from 1 to {_MAX_FONT_SIZE}, not {self.font_size}", "font_size"
            )


def read_art(
    path: str,
    font: str | None = None,
    background: Background | None = None,
    *,
    font_size: int | None = None,
    line_height: int | None = None,
    width: int | None = None,
    encoding: str | None = None,
) -> TypesetArt:
    """Return the art of a text or JSON file, or of standard input (``-``).

    What is asked for comes before what a JSON art says of itself. ``font_size`` and
    ``line_height``, in pixels, are for proportional fonts, in whose text numeric references
    (``&#9829;``) stand for characters. ``width`` is the page's, in columns or in pixels of a
    proportional font, where no row need be as long; what was made for a PC's screen is wrapped
    there. ``encoding`` is the text's, see `asciiart.art.reading.saved_text.decode_text`.

    Raises
    ------
    ImageError
        If the file cannot be read or is not text art, or its font cannot set it.
    FontError
        If there is no such font.
    OptionError
        If a size is none that text has, or there is no such encoding.
    """
    setting = _Setting(font, background, font_size, line_height, width)
    name = "standard input" if path == "-" else path
    suffix = "" if path == "-" else Path(path).suffix.lower()
    saved = decode_text(_read(path, name), name, suffix, encoding)
    if suffix == ".json" or (path == "-" and _JSON.match(saved.text)):
        try:
            art = parse_json(saved.text)
        except AsciiArtError as error:
            raise ImageError(f"{name}: {error}") from error
        return _lay_json(art, name, setting)
    return _lay_text(saved, name, setting)


def _read(path: str, name: str) -> bytes:
    try:
        if path == "-":
            data = sys.stdin.buffer.read(_MAX_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ImageError(f"{name}: cannot be read ({error.strerror or error})") from error
    except (AttributeError, ValueError) as error:  # closed, or a null character in the name
        raise ImageError(f"{name}: cannot be read ({error})") from error
    if len(data) > _MAX_BYTES:
        raise ImageError(f"{name}: over {_MAX_BYTES >> 20} MiB are no text art")
    return data


def _lay_text(saved: SavedText, name: str, setting: _Setting) -> TypesetArt:
    used = load_font(setting.font or default_font(visible_characters(saved.text)))
    if saved.is_pc and used.name != DEFAULT_FONT:  # which has all that a PC's screen could show
        used = replace(used, fallback=load_font(DEFAULT_FONT))
    background = setting.background or _TEXT_BACKGROUND
    typeset = choose_typeset(used, setting.font_size, setting.line_height)
    try:
        page = parse_text(saved, used, background, setting.width)
    except AsciiArtError as error:
        raise ImageError(f"{name}: {error}") from error
    characters = _lay(page.rows, used, typeset, setting.width, name)
    layers = None if page.colors is None else _lay_colors(page.colors, characters, page.paper)
    return TypesetArt(characters, used, typeset, background, None, layers)


def _lay_json(art: ReadArt, name: str, setting: _Setting) -> TypesetArt:
    used = load_font(setting.font) if setting.font else _font_of(art, name)
    font_size, line_height = setting.font_size, setting.line_height
    if art.typeset is not None and font_size is None:
        font_size = art.typeset.font_size
        line_height = art.typeset.line_height if line_height is None else line_height
    typeset = choose_typeset(used, font_size, line_height)
    width, placement = setting.width, None
    characters = _lay(art.rows, used, typeset, width, name)
    if typeset == art.typeset:
        placement = art.placement
        if width is None and characters.shape[1] < art.columns:
            # Another font may need more columns than the art had; its own, as many or fewer.
            characters = _lay(art.rows, used, typeset, art.columns, name)
    background = setting.background or art.background
    layers = None if art.fill is None else _lay_colors(art.fill, characters, CLEAR)
    return TypesetArt(characters, used, typeset, background, placement, layers)


def _font_of(art: ReadArt, name: str) -> Font:
    """Return the font that an art names, which is never a file: a stranger may have written it."""
    try:
        if len(art.font) > _LONGEST_NAME or Path(art.font).name != art.font:
            raise FontError(f"{art.font[:_LONGEST_NAME]!r} is no font's name")
        return load_font(art.font)
    except FontError as error:
        raise FontError(f"{name}: {error}; font takes the name or file of one", "font") from error


def _lay_colors(colors: ReadColors, characters: NDArray[np.str_], paper: int) -> Layers:
    """Return the colors of characters (R, C) from those of each row's, and the page's ``paper``."""
    return Layers(
        _lay_numbers(colors.ink, characters, CLEAR), _lay_numbers(colors.paper, characters, paper)
    )


def _lay_numbers(
    rows: tuple[tuple[int, ...], ...], characters: NDArray[np.str_], usual: int
) -> Numbers:
    laid = np.full(characters.shape, usual)  # where a row is longer than it was
    for cells, begins, numbers in zip(laid, characters != "", rows, strict=True):
        cells[np.flatnonzero(begins)[: len(numbers)]] = numbers
    return laid


def _lay(
    rows: tuple[str, ...], font: Font, typeset: Typeset | None, columns: int | None, name: str
) -> NDArray[np.str_]:
    try:
        return typeset_rows([_with_spaces(row, font) for row in rows], font, typeset, columns)
    except (FontError, OptionError) as error:
        raise ImageError(f"{name}: {error}", *error.parameters) from error


def _with_spaces(row: str, font: Font) -> str:
    """Return a row with spaces for the other blanks, such as braille's, that a font cannot set."""
    if row.isascii():
        return row
    unset = {
        blank
        for blank in set(row)
        if is_blank(blank) and not (font.has(blank) and (font.proportional or font.span(blank)))
    }
    return "".join(" " if character in unset else character for character in row)


def render_file(
    path: str,
    font: str | None = None,
    background: Background | None = None,
    scale: float | None = None,
    *,
    font_size: int | None = None,
    line_height: int | None = None,
    width: int | None = None,
    encoding: str | None = None,
) -> bytes:
    """Return the text art in a file as a PNG file; see `read_art`.

    An art is drawn in its own colors if it was filled or holds a terminal's codes. All is ``scale``
    times as large as it is set: 1 in monospaced fonts, whose ``font_size`` is 20 pixels per em
    unless said, and 2 in proportional ones.
    """
    if scale is not None and not (math.isfinite(scale) and scale > 0):
        raise OptionError(f"scale must be above 0, not {scale}", "scale")
    art = read_art(
        path,
        font,
        background,
        font_size=font_size,
        line_height=line_height,
        width=width,
        encoding=encoding,
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
