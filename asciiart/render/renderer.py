"""What a renderer is, what it may be told, and the measures that documents share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from asciiart.color import ColorMode
from asciiart.errors import OptionError

if TYPE_CHECKING:
    from asciiart.art import Art
    from asciiart.glyphs import Font

_MAX_FONT_SIZE = 1000
"""Pixels per em; more is taken for a mistake."""


@dataclass(frozen=True)
class RenderOptions:
    """How an art is shown; a format passes over what it has no use for."""

    color: ColorMode = ColorMode.NONE
    """Colors of the ink; the page has those of `asciiart.color.PAPER`."""
    font_size: float | None = None
    """Pixels per em, rounded so that a row is whole pixels; None leaves it to the format."""


class Renderer(Protocol):
    """One format."""

    name: str
    """What ``--format`` calls it."""
    suffixes: tuple[str, ...]
    """Ends of the names of its files, with the dot, in lower case."""

    def render(self, art: Art, options: RenderOptions) -> str | bytes:
        """Return the art in this format; text without a newline at its end."""
        ...


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
    if not 0 < font_size <= _MAX_FONT_SIZE:
        raise OptionError(f"font size must be above 0 and at most 1000, not {font_size}")
    return max(1, round(font_size * own / font.size))


def font_families(font: Font) -> str:
    """Return CSS's font-family: the names that a browser may know the font by, then any."""
    family = font.face().getname()[0] or font.name
    names = dict.fromkeys([font.name, family])
    escaped = (name.replace("\\", "\\\\").replace("'", "\\'") for name in names)
    return ", ".join([*(f"'{name}'" for name in escaped), "monospace"])


def summary(art: Art) -> str:
    """Return what a screen reader says in place of the characters."""
    return f"Text art, {art.grid.columns} columns by {art.grid.rows} rows"
