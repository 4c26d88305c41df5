"""Stage 7, format json: all data of an art; `asciiart.art.reading.json_reader` reads it back.

One object, one field a line::

    version       1
    rows          R strings
    columns       C; pixels in a proportional font
    starts        R lists of the column where each character begins, present where some cover more
                  columns than one or the font is proportional
    cell          [h, w], pixels of a cell on the page that the encoder read
    font          {"name" that finds it, "sha256", "aspect" = height / width of a cell}; for
                  a proportional one also {"size", "line_height"} in pixels. The hash is
                  `asciiart.glyphs.font.Font.digest`
    placement     {"left", "top", "width", "height"} of the whole picture, of which cropped art
                  shows a part, in cells; in a proportional font in pixels
    mode          "tone" or "structure"
    background    "dark" or "light"
    model         the encoder's name
    options       every other option of the drawing, see `asciiart.options.Options`
    charset       the characters from which the art was drawn
    colors        R lists of a color "#rrggbb" a character, the picture's mean under each
    ink, paper    likewise, the colors of a filled art; otherwise absent
    alternatives  R lists, a character each, of lists of up to k pairs [character, score], best
                  first
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from asciiart.art.formats.color_layers import pack
from asciiart.art.formats.color_runs import by_character, has_wide, starts
from asciiart.art.formats.renderer import RenderOptions

if TYPE_CHECKING:
    from asciiart.art.canvas import Canvas
    from asciiart.color.fill import Fill
    from asciiart.color.palettes import Colors

VERSION = 1
"""Version of the fields and their meaning."""
_SCORE_DIGITS = 5
"""Significant digits of a score; float32 holds 7."""


class JsonRenderer:
    """The text for other programs, with its alternatives and its origin."""

    name: str = "json"

    def render(self, art: Canvas, options: RenderOptions) -> str:  # noqa: ARG002 - a Renderer
        """Return the object; the same art gives the same text."""
        fields = {
            "version": VERSION,
            "rows": art.rows,
            "columns": art.grid.columns,
            **({"starts": starts(art)} if has_wide(art) else {}),
            "cell": [art.grid.cell.height, art.grid.cell.width],
            "font": _font(art),
            "placement": asdict(art.placement),
            "mode": art.mode,
            "background": art.background,
            "model": art.model,
            "options": asdict(art.options),
            "charset": art.glyphs,
            "colors": _colors(art, art.colors),
            **_fill(art),
            "alternatives": _alternatives(art),
        }
        lines = (f"{_dump(name)}: {_dump_rows(value)}" for name, value in fields.items())
        return "{\n" + ",\n".join(lines) + "\n}"


def _dump_rows(value: object) -> str:
    """Return JSON; an iterator becomes a list, of which one item at a time is in memory."""
    if isinstance(value, Iterator):
        return "[" + ", ".join(map(_dump, value)) + "]"
    return _dump(value)


def _colors(art: Canvas, colors: Colors) -> Iterator[list[str]]:
    for row in by_character(art, pack(colors)):
        yield [f"#{color:06x}" for color in row]


def _fill(art: Canvas) -> dict[str, object]:
    if art.fill is None:
        return {}
    return {"ink": _colors(art, art.fill.ink), "paper": _papers(art, art.fill)}


def _papers(art: Canvas, fill: Fill) -> Iterator[list[str | None]]:
    for row in zip(_colors(art, fill.paper), by_character(art, fill.clear), strict=True):
        yield [None if clear else color for color, clear in zip(*row, strict=True)]


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _rounded(number: float) -> float:
    return float(f"{number:.{_SCORE_DIGITS}g}")


def _font(art: Canvas) -> dict[str, str | float]:
    font, typeset = art.font, art.typeset
    fields: dict[str, str | float] = {
        "name": font.name,
        "sha256": font.digest,
        "aspect": _rounded(font.aspect),
    }
    if typeset is None:
        return fields
    return fields | {"size": typeset.font_size, "line_height": typeset.line_height}


def _alternatives(art: Canvas) -> Iterator[list[list[tuple[str, float]]]]:
    ids, scores = by_character(art, art.glyph_ids), by_character(art, art.scores)
    for row in zip(ids, scores, strict=True):
        yield [
            [(art.glyphs[i], _rounded(score)) for i, score in zip(*cell, strict=True) if i >= 0]
            for cell in zip(*row, strict=True)
        ]
