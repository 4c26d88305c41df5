"""Reading back files of the format json, in which nothing is trusted."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar, get_args

from asciiart.art.formats.color_layers import CLEAR
from asciiart.art.formats.json_writer import VERSION
from asciiart.art.reading.read_page import ReadColors
from asciiart.errors import AsciiArtError, OptionError
from asciiart.glyphs.grid import MAX_CELLS, Placement
from asciiart.options import EDITS, MAX_COLUMNS, Background, Mode, Options, parse_crop

if TYPE_CHECKING:
    from asciiart.glyphs.typesetting import Typeset

_UNWRITABLE = ("Cc", "Cs")
"""Unicode categories refused in rows: controls, which a terminal obeys, and surrogates."""
_FARTHEST = 2**16
"""Farthest plausible placement, in pages (plus two cells), that of the longest JPEG cropped to one
pixel; beyond it the file is damaged."""

_COLOR = re.compile(r"#([0-9a-fA-F]{6})", re.ASCII)

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class ReadArt:
    """The part of a saved art that scoring and drawing need."""

    rows: tuple[str, ...]
    """R lines of text."""
    columns: int
    """C, the number of columns."""
    starts: tuple[tuple[int, ...], ...] | None
    """Column in which each character begins; None if each spans one column."""
    placement: Placement
    """Position and size of the whole picture in cells, or in pixels if the art is typeset."""
    background: Background
    """Background for which the text was drawn."""
    mode: Mode
    """Mode of the drawing, tone or structure."""
    font: str
    """Name of the font."""
    typeset: Typeset | None
    """Setting of a proportional font, whose columns are pixels; None for a monospaced font."""
    fill: ReadColors | None = None
    """Two colors for each cell, if it was drawn with ``fill``."""
    edits: Options = field(default_factory=Options)
    """How the picture was turned, mirrored, cut and inverted; the other options are defaults."""


def parse_json(text: str) -> ReadArt:
    """Return the art that `JsonRenderer` wrote.

    Raises
    ------
    AsciiArtError
        If it is damaged or no art at all.
    """
    fields = _parse_object(text)
    version = fields.get("version")
    if version != VERSION:
        raise AsciiArtError(f"saved art: version {version!r} is not {VERSION}, the one known")
    columns = _field(fields, "columns", int)
    if not 0 < columns <= MAX_COLUMNS:
        raise AsciiArtError(f"saved art: 'columns' must be 1 to {MAX_COLUMNS}, not {columns}")
    font = _field(fields, "font", dict)
    typeset = _parse_typeset(font)
    rows = _parse_rows(_field(fields, "rows", list), columns)
    return ReadArt(
        rows=rows,
        columns=columns,
        starts=_parse_starts(fields, rows, columns, needed=typeset is not None),
        placement=_parse_placement(
            _field(fields, "placement", dict),
            columns,
            len(rows) * (1 if typeset is None else typeset.line_height),
        ),
        background=_choice(fields, "background", get_args(Background)),
        mode=_choice(fields, "mode", get_args(Mode)),
        font=_field(font, "name", str),
        typeset=typeset,
        fill=_parse_fill(fields, rows),
        edits=_parse_edits(fields.get("options")),
    )


def _parse_edits(options: object) -> Options:
    """Return those of the options with which the art was drawn that edited its picture."""
    if not isinstance(options, dict):
        return Options()
    try:
        edits = Options(**{name: options[name] for name in EDITS if name in options})
    except OptionError as error:
        raise AsciiArtError(f"saved art: options: {error}") from error
    return replace(edits, crop="none") if parse_crop(edits.crop) is None else edits


def _parse_object(text: str) -> dict[str, object]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AsciiArtError(f"saved art: not JSON ({error})") from error
    if not isinstance(fields, dict):
        raise AsciiArtError("saved art: not a JSON object")
    return fields


def _field(fields: dict[str, object], name: str, kind: type[Kind]) -> Kind:
    value = fields.get(name)
    # bool is a kind of int to Python, but not here.
    if not isinstance(value, kind) or isinstance(value, bool):
        raise AsciiArtError(f"saved art: {name!r} is missing or no {kind.__name__}")
    return value


def _choice(fields: dict[str, object], name: str, choices: tuple[Kind, ...]) -> Kind:
    for choice in choices:
        if fields.get(name) == choice:
            return choice
    raise AsciiArtError(f"saved art: {name!r} must be one of {', '.join(map(str, choices))}")


def _parse_rows(rows: list[object], columns: int) -> tuple[str, ...]:
    if not rows:
        raise AsciiArtError("saved art: it has no rows")
    if len(rows) * columns > MAX_CELLS:
        raise AsciiArtError(f"saved art: {columns} columns by {len(rows)} rows are no text art")
    return tuple(_parse_row(number, row) for number, row in enumerate(rows))


def _parse_row(number: int, row: object) -> str:
    if not isinstance(row, str):
        raise AsciiArtError(f"saved art: row {number} is no str")
    for character in row:
        if unicodedata.category(character) in _UNWRITABLE:
            raise AsciiArtError(f"saved art: row {number} holds U+{ord(character):04X}, no text")
    return row


def _parse_starts(
    fields: dict[str, object], rows: tuple[str, ...], columns: int, *, needed: bool
) -> tuple[tuple[int, ...], ...] | None:
    if not needed and "starts" not in fields:
        odd = next((number for number, row in enumerate(rows) if len(row) != columns), None)
        if odd is not None:
            raise AsciiArtError(f"saved art: row {odd} is not {columns} characters")
        return None
    lists = _field(fields, "starts", list)
    if len(lists) != len(rows):
        raise AsciiArtError(f"saved art: 'starts' is not of {len(rows)} rows")
    return tuple(
        _parse_row_starts(number, starts, len(row), columns)
        for number, (starts, row) in enumerate(zip(lists, rows, strict=True))
    )


def _parse_row_starts(number: int, starts: object, length: int, columns: int) -> tuple[int, ...]:
    if not isinstance(starts, list) or len(starts) != length:
        raise AsciiArtError(f"saved art: starts of row {number} are not {length}, one a character")
    whole = all(type(start) is int for start in starts)
    # Each is above the one before, from 0 to C - 1.
    if not whole or any(a >= b for a, b in pairwise([-1, *starts, columns])):
        raise AsciiArtError(f"saved art: starts of row {number} do not rise from 0 to {columns}")
    return tuple(starts)


def _parse_typeset(font: dict[str, object]) -> Typeset | None:
    if "size" not in font:
        return None
    from asciiart.glyphs.typesetting import Typeset  # noqa: PLC0415 - imports OpenCV and Pillow

    try:
        return Typeset(_field(font, "size", int), _field(font, "line_height", int))
    except OptionError as error:
        raise AsciiArtError(f"saved art: {error}") from error


def _parse_fill(fields: dict[str, object], rows: tuple[str, ...]) -> ReadColors | None:
    if "ink" not in fields and "paper" not in fields:
        return None
    return ReadColors(*(_parse_colors(fields, name, rows) for name in ReadColors._fields))


def _parse_colors(
    fields: dict[str, object], name: str, rows: tuple[str, ...]
) -> tuple[tuple[int, ...], ...]:
    lists = _field(fields, name, list)
    if len(lists) != len(rows):
        raise AsciiArtError(f"saved art: {name!r} is not of {len(rows)} rows")
    return tuple(
        _parse_row_colors(name, number, colors, len(row))
        for number, (colors, row) in enumerate(zip(lists, rows, strict=True))
    )


def _parse_row_colors(name: str, number: int, colors: object, length: int) -> tuple[int, ...]:
    where = f"saved art: {name} of row {number}"
    if not isinstance(colors, list) or len(colors) != length:
        raise AsciiArtError(f"{where} is not {length} colors, one a character")
    numbers = [_parse_color(color, clear=name == "paper") for color in colors]
    if None in numbers:
        raise AsciiArtError(f"{where} holds {colors[numbers.index(None)]!r}, no #rrggbb")
    return tuple(number for number in numbers if number is not None)


def _parse_color(color: object, *, clear: bool) -> int | None:
    """Return a color 0xRRGGBB, or `CLEAR` for null if that is allowed; None if it is no color."""
    if color is None and clear:
        return CLEAR
    match = _COLOR.fullmatch(color) if isinstance(color, str) else None
    return int(match[1], 16) if match else None


def _parse_placement(fields: dict[str, object], columns: int, height: int) -> Placement:
    """Return the placement on a page whose width and height have the same unit."""
    placement = Placement(
        left=_number(fields, "left", columns),
        top=_number(fields, "top", height),
        width=_number(fields, "width", columns),
        height=_number(fields, "height", height),
    )
    if placement.width <= 0 or placement.height <= 0:
        raise AsciiArtError("saved art: placement: the picture has no width or no height")
    return placement


def _number(fields: dict[str, object], name: str, page: int) -> float:
    number = fields.get(name)
    # The comparison refuses NaN and infinity too.
    if not isinstance(number, int | float) or not abs(number) <= _FARTHEST * page + 2:
        raise AsciiArtError(f"saved art: placement: {name!r} is missing or no sane number")
    return float(number)
