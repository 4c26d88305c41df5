"""Stage 7, format ansi: lines with a terminal's color codes; no other file writes such codes.

The codes are SGR of ECMA-48 (https://ecma-international.org/publications-and-standards/standards/
ecma-48/), with xterm's 38;5 and 38;2 for 256 colors and true color.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asciiart.art.formats.color_layers import CLEAR, colors_of, number_layers
from asciiart.art.formats.color_runs import color_runs, layers_by_character
from asciiart.art.formats.renderer import RenderOptions
from asciiart.art.pasting import wrap_for_target
from asciiart.art.targets import find_target
from asciiart.glyphs.charsets import BLANKS
from asciiart.io.terminal.color_mode import ColorMode

if TYPE_CHECKING:
    from asciiart.art.canvas import Canvas

_RESET = "\x1b[0m"
FOREGROUND, BACKGROUND = 30, 40
"""SGR parameters of the first of the eight dark colors, for text and for its background."""
_BRIGHT = 60
"""Offset from the first dark color to the first of the eight bright ones."""
_OTHER = 8
"""Offset of the parameter that introduces one of 256 colors or a true color."""
_DEFAULT = 9
"""Offset of the terminal's default color."""
_BRIGHT_FROM = 8
"""Index of the first bright color among the 16."""


class AnsiRenderer:
    """Colored lines for a terminal; plain lines where it shows no colors."""

    name: str = "ansi"

    def render(self, art: Canvas, options: RenderOptions) -> str:
        """Return the lines, each of which restores the terminal's own colors at its end.

        If the art has a target, they are as they are pasted there.
        """
        mode = options.color
        own = colors_of(art, mode)
        layers = number_layers(art, mode, joined=True, own=own)
        text = str(art)
        if layers is not None:
            lines = zip(art.rows, *layers_by_character(art, layers), strict=True)
            line = _line if own is None else _own_line
            text = "\n".join(line(row, ink, paper, mode) for row, ink, paper in lines)
        if art.target is None:
            return text
        return wrap_for_target(text, find_target(art.target), colored=layers is not None)


def _line(row: str, inks: list[int], papers: list[int] | None, mode: ColorMode) -> str:
    text = row.rstrip(BLANKS) if papers is None else row
    if not text:
        return ""
    parts: list[str] = []
    ink, paper = None, CLEAR
    for run in color_runs(text, inks[: len(text)], papers):
        codes = []
        if run.color is not None and run.color != ink:
            ink = run.color
            codes.append(color_code(ink, mode, FOREGROUND))
        if run.paper not in (None, paper):
            paper = run.paper
            codes.append(color_code(paper, mode, BACKGROUND))
        parts.append((f"\x1b[{';'.join(codes)}m" if codes else "") + run.text)
    return "".join(parts) + _RESET


def _own_line(row: str, inks: list[int], papers: list[int] | None, mode: ColorMode) -> str:
    """Return a line for a target that knows only a few codes, of which 0 alone removes a paper.

    Each line sets its colors anew, since the target may or may not keep those of the line before.
    """
    text = row.rstrip(BLANKS) if papers is None else row
    if not text:
        return ""
    parts: list[str] = []
    ink, paper = None, None
    for run in color_runs(text, inks[: len(text)], papers):
        codes = []
        if run.paper not in (None, paper):
            cleared = run.paper == CLEAR
            codes.append("0" if cleared else color_code(run.paper, mode, BACKGROUND))
            paper, ink = run.paper, None if cleared else ink
        if run.color is not None and run.color != ink:
            ink = run.color
            codes.append(color_code(ink, mode, FOREGROUND))
        parts.append((f"\x1b[{';'.join(codes)}m" if codes else "") + run.text)
    return "".join(parts)


def color_code(number: int, mode: ColorMode, layer: int) -> str:
    """Return the SGR parameters for a palette index, a true color 0xRRGGBB or `CLEAR`.

    ``layer`` is `FOREGROUND` or `BACKGROUND`.
    """
    if number == CLEAR:
        return str(layer + _DEFAULT)
    if mode is ColorMode.TRUECOLOR:
        return f"{layer + _OTHER};2;{number >> 16};{number >> 8 & 255};{number & 255}"
    if mode is ColorMode.ANSI256:
        return f"{layer + _OTHER};5;{number}"
    return str(layer + number + (_BRIGHT - _BRIGHT_FROM if number >= _BRIGHT_FROM else 0))
