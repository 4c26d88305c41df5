"""Text art in a file, read back and set in a font, to be scored or drawn."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from asciiart.art.formats.color_layers import CLEAR, Layers, Numbers
from asciiart.art.formats.png import TYPESET_SCALE, draw_picture, encode_picture
from asciiart.art.reading.json_reader import ReadArt, parse_json
from asciiart.art.reading.read_page import ReadColors
from asciiart.art.reading.saved_text import SavedText, decode_text
from asciiart.art.reading.text_reader import parse_text, visible_characters
from asciiart.errors import AsciiArtError, FontError, ImageError, OptionError
from asciiart.glyphs.charsets import is_blank
from asciiart.glyphs.font import DEFAULT_FONT, Font, default_font, load_font
from asciiart.glyphs.grid import Placement
from asciiart.glyphs.typesetting import Typeset, choose_typeset, typeset_rows
from asciiart.io.pictures.arrays import read_only
from asciiart.options import Background, Options, ReadArtOptions, RenderFileOptions, spelled_out

_TEXT_BACKGROUND: Background = "dark"
"""Background assumed for a text, which does not tell."""
_PICTURE_SIZE = 20
"""Default font size, in pixels per em, of a picture in a monospaced font."""
_MAX_BYTES = 64 << 20
"""Maximum size of a file; a million cells in JSON take less."""
_LONGEST_NAME = 200
"""Maximum length of a font's name in characters."""
_JSON = re.compile(r'\s*\{\s*"version"')
"""Matches the start of JSON art, to recognize it on standard input, which has no suffix."""


@dataclass(frozen=True, eq=False)
class TypesetArt:
    """Text art from a file, set in a font. Immutable: its arrays are read-only."""

    characters: NDArray[np.str_]
    """(R, C), as in `asciiart.art.canvas.Canvas`."""
    font: Font
    """Font in which it is set."""
    typeset: Typeset | None
    """Setting of a proportional font; None for a monospaced font."""
    background: Background
    """Background on which the text is shown."""
    placement: Placement | None
    """Position of the picture, if the file tells; None if it covers the page."""
    layers: Layers | None = None
    """Colors 0xRRGGBB of the cells, if the file has any."""
    edits: Options = field(default_factory=Options)
    """How the picture was edited before it was drawn, if the file tells; see `EDITS`."""

    def __post_init__(self) -> None:
        """Keep read-only views of the arrays."""
        object.__setattr__(self, "characters", read_only(self.characters))
        if self.layers is not None:
            ink, paper = self.layers
            layers = Layers(read_only(ink), None if paper is None else read_only(paper))
            object.__setattr__(self, "layers", layers)


@spelled_out(ReadArtOptions)
def read_art(path: str, options: ReadArtOptions) -> TypesetArt:
    """Return the art of a text or JSON file, set in a font.

    In the text of a proportional font, numeric references (``&#9829;``) stand for characters. Text
    made for a PC's screen is wrapped at ``width``. How an ``encoding`` is chosen is said in
    `asciiart.art.reading.saved_text.decode_text`.

    Parameters
    ----------
    path : str
        A file, or ``"-"`` for standard input.

    Raises
    ------
    ImageError
        If the file cannot be read or is not text art, or its font cannot set it.
    FontError
        If there is no such font.
    OptionError
        If a size is out of its range, or there is no such encoding.
    """
    name = "standard input" if path == "-" else path
    suffix = "" if path == "-" else Path(path).suffix.lower()
    saved = decode_text(_read(path, name), name, suffix, options.encoding)
    if suffix == ".json" or (path == "-" and _JSON.match(saved.text)):
        try:
            art = parse_json(saved.text)
        except AsciiArtError as error:
            raise ImageError(f"{name}: {error}") from error
        return _typeset_json(art, name, options)
    return _typeset_text(saved, name, options)


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


def _typeset_text(saved: SavedText, name: str, options: ReadArtOptions) -> TypesetArt:
    used = load_font(options.font or default_font(visible_characters(saved.text)))
    if saved.is_pc and used.name != DEFAULT_FONT:  # which has all that a PC's screen could show
        used = replace(used, fallback=load_font(DEFAULT_FONT))
    background = options.background or _TEXT_BACKGROUND
    typeset = choose_typeset(used, options.font_size, options.line_height)
    try:
        page = parse_text(saved, used, background, options.width)
    except AsciiArtError as error:
        raise ImageError(f"{name}: {error}") from error
    characters = _typeset(page.rows, used, typeset, options.width, name)
    layers = None if page.colors is None else _spread_colors(page.colors, characters, page.paper)
    return TypesetArt(characters, used, typeset, background, None, layers)


def _typeset_json(art: ReadArt, name: str, options: ReadArtOptions) -> TypesetArt:
    used = load_font(options.font) if options.font else _font_of(art, name)
    font_size, line_height = options.font_size, options.line_height
    if art.typeset is not None and font_size is None:
        font_size = art.typeset.font_size
        line_height = art.typeset.line_height if line_height is None else line_height
    typeset = choose_typeset(used, font_size, line_height)
    width, placement = options.width, None
    characters = _typeset(art.rows, used, typeset, width, name)
    if typeset == art.typeset:
        placement = art.placement
        if width is None and characters.shape[1] < art.columns:
            # Another font may need more columns than the art had; its own, as many or fewer.
            characters = _typeset(art.rows, used, typeset, art.columns, name)
    background = options.background or art.background
    layers = None if art.fill is None else _spread_colors(art.fill, characters, CLEAR)
    return TypesetArt(characters, used, typeset, background, placement, layers, art.edits)


def _font_of(art: ReadArt, name: str) -> Font:
    """Return the font that an art names. Never a file, since a stranger may have written it."""
    try:
        if len(art.font) > _LONGEST_NAME or Path(art.font).name != art.font:
            raise FontError(f"{art.font[:_LONGEST_NAME]!r} is no font's name")
        return load_font(art.font)
    except FontError as error:
        raise FontError(f"{name}: {error}; font takes the name or file of one", "font") from error


def _spread_colors(colors: ReadColors, characters: NDArray[np.str_], paper: int) -> Layers:
    """Return the colors of cells (R, C), given those of each row's characters and the page's."""
    return Layers(
        _spread_numbers(colors.ink, characters, CLEAR),
        _spread_numbers(colors.paper, characters, paper),
    )


def _spread_numbers(
    rows: tuple[tuple[int, ...], ...], characters: NDArray[np.str_], usual: int
) -> Numbers:
    laid = np.full(characters.shape, usual)  # remains where a row has grown longer
    for cells, begins, numbers in zip(laid, characters != "", rows, strict=True):
        cells[np.flatnonzero(begins)[: len(numbers)]] = numbers
    return laid


def _typeset(
    rows: tuple[str, ...], font: Font, typeset: Typeset | None, columns: int | None, name: str
) -> NDArray[np.str_]:
    try:
        return typeset_rows([_with_spaces(row, font) for row in rows], font, typeset, columns)
    except (FontError, OptionError) as error:
        raise ImageError(f"{name}: {error}", *error.parameters) from error


def _with_spaces(row: str, font: Font) -> str:
    """Return a row with spaces for other blanks, such as braille's, that the font cannot set."""
    if row.isascii():
        return row
    unset = {
        blank
        for blank in set(row)
        if is_blank(blank) and not (font.has(blank) and (font.proportional or font.span(blank)))
    }
    return "".join(" " if character in unset else character for character in row)


@spelled_out(RenderFileOptions)
def render_file(path: str, options: RenderFileOptions) -> bytes:
    """Return the text art in a file as a PNG file.

    An art that was filled, or holds a terminal's codes, is drawn in its own colors.

    Parameters
    ----------
    path : str
        A text or JSON file, or ``"-"`` for standard input.

    Raises
    ------
    ImageError, FontError
        See `read_art`.
    OptionError
        See `read_art`; also if ``scale`` is not above 0, or the picture would be absurdly large.
    """
    art = read_art(path, **options.part(ReadArtOptions))
    font_size, scale = options.font_size, options.scale
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
    return encode_picture(picture)
