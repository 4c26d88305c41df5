"""Renderers: their interface, their options, and the measures that documents share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, NamedTuple, Protocol

from asciiart.errors import OptionError
from asciiart.glyphs.font_names import format_location
from asciiart.io.terminal.color_mode import ColorMode

if TYPE_CHECKING:
    from asciiart.art.canvas import Canvas
    from asciiart.glyphs.font import Font
    from asciiart.glyphs.typesetting import Typeset

_MAX_FONT_SIZE = 1000
"""Largest font size in pixels per em; more is taken for a mistake."""
_WIDE_FONT_SIZE = 16
"""Default font size, in pixels per em, of a document with full-width characters."""
FINENESS = 64
"""Parts of a pixel in which browsers compute widths; finer ones would be rounded."""


@dataclass(frozen=True)
class RenderOptions:
    """Options of rendering; a format ignores the options that do not apply to it."""

    color: ColorMode = ColorMode.NONE
    """Colors of the ink; the page has a color of `asciiart.color.palettes.PAPER`."""
    font_size: float | None = None
    """Font size in pixels per em, or None for the format's default. It is rounded so that a row is
    a whole number of pixels, or to an integer if the document embeds the font."""


class Renderer(Protocol):
    """A format."""

    name: str
    """Value of the option ``format``."""

    def render(self, art: Canvas, options: RenderOptions) -> str | bytes:
        """Return the art in this format; text without a newline at its end."""
        ...


def quoted(value: str) -> str:
    """Return the value of an HTML or XML attribute, escaped and in double quotes."""
    return f'"{escape(value, quote=False).replace(chr(34), "&quot;")}"'


def row_height(font: Font, font_size: float | None, default: int) -> int:
    """Return the height of a row in whole pixels.

    Without a font size it is ``default`` or, for a bitmap font, the next multiple of its height.

    Raises
    ------
    OptionError
        If the font size is out of its range.
    """
    own = font.ascent + font.descent
    if font_size is None:
        return default if font.scalable else own * math.ceil(default / own)
    return max(1, round(_checked(font_size) * own / font.size))


def _checked(font_size: float) -> float:
    if not 0 < font_size <= _MAX_FONT_SIZE:
        raise OptionError(f"font size must be above 0 and at most 1000, not {font_size}")
    return font_size


class Pitch(NamedTuple):
    """The distances between rows and between columns, in pixels."""

    row: int
    """Distance from one row to the next."""
    column: float
    """Distance from one column to the next."""


def typeset_pitch(typeset: Typeset, font_size: float) -> Pitch:
    """Return the pitch of typeset rows at another font size, with rows of whole pixels.

    Raises
    ------
    OptionError
        If the font size is out of its range.
    """
    row = max(1, round(_checked(font_size) * typeset.line_height / typeset.font_size))
    return Pitch(row, row / typeset.line_height)


class Measures(NamedTuple):
    """Measures, in pixels, of a document that embeds its font."""

    row: int
    """Distance from one row to the next."""
    column: float
    """Distance from one column to the next, a multiple of 1/64."""
    font_size: int
    """Font size in pixels per em; an integer, since Chromium truncates most fractions."""
    baseline: int
    """Distance from a row's top to its baseline."""


def measure(art: Canvas, font_size: float | None) -> Measures:
    """Return the measures of a document with characters of different widths.

    Raises
    ------
    OptionError
        If the font size is out of its range.
    """
    font, typeset = art.font, art.typeset
    size, column, row = font.size, font.advance, font.ascent + font.descent
    if typeset is not None:
        size, column, row = typeset.font_size, 1, typeset.line_height
    own = _WIDE_FONT_SIZE if typeset is None else typeset.font_size
    em = max(1, round(_checked(own if font_size is None else font_size)))
    height = max(1, round(em * row / size))
    width = max(1, round(FINENESS * em * column / size)) / FINENESS
    rise = (font.ascent - font.descent) * em / font.size
    return Measures(height, width, em, round((height + rise) / 2))


def font_families(font: Font) -> str:
    """Return a value for CSS's font-family: the font's names, then any monospaced font."""
    name = font.name.removesuffix(format_location(font.location))
    names = dict.fromkeys([name, font.family or name])
    return ", ".join([*(f"'{_escaped(name)}'" for name in names), "monospace"])


def _escaped(name: str) -> str:
    """Return a name escaped for a CSS string, which control characters would end."""
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return "".join(c if c.isprintable() else f"\\{ord(c):x} " for c in escaped)


def font_variation(font: Font) -> str:
    """Return CSS that selects an instance of a variable font; "" for any other font."""
    axes = ", ".join(f"'{tag}' {value:g}" for tag, value in font.location)
    return f" font-variation-settings:{axes};" if axes else ""


def summary(art: Canvas) -> str:
    """Return the text that a screen reader speaks instead of the characters."""
    unit = "columns" if art.typeset is None else "pixels"
    return f"Text art, {art.grid.columns} {unit} by {art.grid.rows} rows"
