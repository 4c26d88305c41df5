"""What a renderer is, what it may be told, and the measures that documents share."""

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
"""Pixels per em; more is taken for a mistake."""
_WIDE_FONT_SIZE = 16
"""Pixels per em of a document with full-width characters where no font size is asked for."""
FINENESS = 64
"""Browsers calculate widths in parts of a pixel, so many; finer ones would be rounded."""


@dataclass(frozen=True)
class RenderOptions:
    """How an art is shown; a format passes over what it has no use for."""

    color: ColorMode = ColorMode.NONE
    """Colors of the ink; the page has those of `asciiart.color.palettes.PAPER`."""
    font_size: float | None = None
    """Pixels per em, rounded so that a row is whole pixels, or rounded itself where the document
    carries the font; None leaves it to the format."""


class Renderer(Protocol):
    """One format."""

    name: str
    """What ``format`` calls it."""

    def render(self, art: Canvas, options: RenderOptions) -> str | bytes:
        """Return the art in this format; text without a newline at its end."""
        ...


def quoted(value: str) -> str:
    """Return an attribute's value as HTML and XML have it, in double quotes."""
    return f'"{escape(value, quote=False).replace(chr(34), "&quot;")}"'


def row_height(font: Font, font_size: float | None, default: int) -> int:
    """Return the height of a row in whole pixels.

    Without a size it is ``default``, or the next multiple of a bitmap font's own height.

    Raises
    ------
    OptionError
        If no font has such a size.
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
    """How far rows and columns are apart, in pixels."""

    row: int
    """From one row to the next."""
    column: float
    """From one column to the next."""


def typeset_pitch(typeset: Typeset, font_size: float) -> Pitch:
    """Return the pitch of typeset rows at another font size, rounded so that rows are whole pixels.

    Raises
    ------
    OptionError
        If no font has such a size.
    """
    row = max(1, round(_checked(font_size) * typeset.line_height / typeset.font_size))
    return Pitch(row, row / typeset.line_height)


class Measures(NamedTuple):
    """How a document sets an art whose font it embeds, in pixels."""

    row: int
    """From one row to the next."""
    column: float
    """From one column to the next; a whole number of 64ths."""
    font_size: int
    """Per em; Chromium cuts most fractions."""
    baseline: int
    """From a row's top to its baseline."""


def measure(art: Canvas, font_size: float | None) -> Measures:
    """Return how a document sets an art with characters of different widths.

    Raises
    ------
    OptionError
        If no font has such a size.
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
    """Return CSS's font-family: the names that a browser may know the font by, then any."""
    name = font.name.removesuffix(format_location(font.location))
    names = dict.fromkeys([name, font.family or name])
    return ", ".join([*(f"'{_escaped(name)}'" for name in names), "monospace"])


def _escaped(name: str) -> str:
    """Return a name as it stands in a CSS string; controls would end it."""
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return "".join(c if c.isprintable() else f"\\{ord(c):x} " for c in escaped)


def font_variation(font: Font) -> str:
    """Return CSS that sets an instance of a variable font; "" for any other font."""
    axes = ", ".join(f"'{tag}' {value:g}" for tag, value in font.location)
    return f" font-variation-settings:{axes};" if axes else ""


def summary(art: Canvas) -> str:
    """Return what a screen reader says in place of the characters."""
    unit = "columns" if art.typeset is None else "pixels"
    return f"Text art, {art.grid.columns} {unit} by {art.grid.rows} rows"
