"""Stage 7, format json: everything that an art says, and reading it back.

One object, one field a line::

    version       1
    rows          R strings of C characters
    columns       C
    cell          [h, w], pixels of a cell on the page that the encoder read
    font          {"name", "sha256" of its file, "aspect" = height / width of a cell}
    placement     {"left", "top", "width", "height"} of the picture, in cells
    mode          "tone" or "structure"
    background    "dark" or "light"
    model         the encoder's name
    options       every other option of the drawing, see `asciiart.options.Options`
    charset       the characters that were to choose from
    colors        R lists of C colors "#rrggbb", the picture's mean under each cell
    alternatives  R lists of C lists of up to k pairs [character, score], best first
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, TypeVar, get_args

from asciiart.art import Background, Mode, Placement
from asciiart.errors import AsciiArtError
from asciiart.render.renderer import RenderOptions
from asciiart.render.runs import pack

if TYPE_CHECKING:
    from asciiart.art import Art

_VERSION = 1
_SCORE_DIGITS = 5
"""Significant digits of a score; float32 holds 7."""
_UNWRITABLE = ("Cc", "Cs")
"""Unicode categories that no row may hold: controls, which a terminal obeys, and surrogates."""
_FARTHEST = 1e9
"""A placement beyond so many cells is taken for damage."""

Kind = TypeVar("Kind")


class JsonRenderer:
    """A machine's view: the text, its second choices and where they come from."""

    name: str = "json"
    suffixes: tuple[str, ...] = (".json",)

    def render(self, art: Art, options: RenderOptions) -> str:  # noqa: ARG002 - a Renderer
        """Return the object; the same art gives the same text."""
        fields = {
            "version": _VERSION,
            "rows": art.rows,
            "columns": art.grid.columns,
            "cell": [art.grid.cell.height, art.grid.cell.width],
            "font": {
                "name": art.font.name,
                "sha256": art.font.digest,
                "aspect": _rounded(art.font.aspect),
            },
            "placement": asdict(art.placement),
            "mode": art.mode,
            "background": art.background,
            "model": art.model,
            "options": asdict(art.options),
            "charset": art.glyphs,
            "colors": [[f"#{color:06x}" for color in row] for row in pack(art.colors).tolist()],
            "alternatives": _alternatives(art),
        }
        lines = (f"{_dump(name)}: {_dump(value)}" for name, value in fields.items())
        return "{\n" + ",\n".join(lines) + "\n}"


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _rounded(number: float) -> float:
    return float(f"{number:.{_SCORE_DIGITS}g}")


def _alternatives(art: Art) -> list[list[list[tuple[str, float]]]]:
    return [
        [
            [(art.glyphs[i], _rounded(score)) for i, score in zip(*cell, strict=True) if i >= 0]
            for cell in zip(ids, scores, strict=True)
        ]
        for ids, scores in zip(art.glyph_ids.tolist(), art.scores.tolist(), strict=True)
    ]


@dataclass(frozen=True)
class ReadArt:
    """What scoring and drawing need of an art that was saved."""

    rows: tuple[str, ...]
    """R lines of C characters."""
    columns: int
    """C."""
    placement: Placement
    """Where the picture lies, in cells."""
    background: Background
    """What the text was to stand on."""
    mode: Mode
    """tone or structure."""
    font: str
    """The font's name."""


def parse_json(text: str) -> ReadArt:
    """Read back what `JsonRenderer` wrote.

    Raises
    ------
    AsciiArtError
        If it is damaged, or no art at all.
    """
    fields = _parse_object(text)
    version = fields.get("version")
    if version != _VERSION:
        raise AsciiArtError(f"saved art: version {version!r} is not {_VERSION}, the one known")
    columns = _field(fields, "columns", int)
    return ReadArt(
        rows=_parse_rows(_field(fields, "rows", list), columns),
        columns=columns,
        placement=_parse_placement(_field(fields, "placement", dict)),
        background=_choice(fields, "background", get_args(Background)),
        mode=_choice(fields, "mode", get_args(Mode)),
        font=_field(_field(fields, "font", dict), "name", str),
    )


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
    # bool is a kind of int to Python, and not to us.
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
    return tuple(_parse_row(number, row, columns) for number, row in enumerate(rows))


def _parse_row(number: int, row: object, columns: int) -> str:
    if not isinstance(row, str) or len(row) != columns:
        raise AsciiArtError(f"saved art: row {number} is not {columns} characters")
    for character in row:
        if unicodedata.category(character) in _UNWRITABLE:
            raise AsciiArtError(f"saved art: row {number} holds U+{ord(character):04X}, no text")
    return row


def _parse_placement(fields: dict[str, object]) -> Placement:
    placement = Placement(
        left=_number(fields, "left"),
        top=_number(fields, "top"),
        width=_number(fields, "width"),
        height=_number(fields, "height"),
    )
    if placement.width <= 0 or placement.height <= 0:
        raise AsciiArtError("saved art: placement: the picture has no width or no height")
    return placement


def _number(fields: dict[str, object], name: str) -> float:
    number = fields.get(name)
    # The comparison refuses NaN and infinity too.
    if not isinstance(number, int | float) or not abs(number) < _FARTHEST:
        raise AsciiArtError(f"saved art: placement: {name!r} is missing or no sane number")
    return float(number)
