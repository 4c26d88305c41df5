"""Stage 7, format ansi: lines with a terminal's color codes; no other file writes such codes.

The codes are SGR of ECMA-48 (https://ecma-international.org/publications-and-standards/standards/
ecma-48/), with xterm's 38;5 and 38;2 for 256 colors and true color.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asciiart.color import ColorMode, ink_colors, nearest_palette
from asciiart.render.renderer import RenderOptions
from asciiart.render.runs import Run, by_character, color_runs, pack

if TYPE_CHECKING:
    from asciiart.art import Art

_RESET = "\x1b[0m"
_DARK, _BRIGHT = 30, 90
"""SGR parameters of the first of eight dark and of eight bright foregrounds."""
_BRIGHT_FROM = 8
"""The first bright one among the 16 colors."""


class AnsiRenderer:
    """Colored lines for a terminal; plain lines where it shows no colors."""

    name: str = "ansi"
    suffixes: tuple[str, ...] = (".ans", ".ansi")

    def render(self, art: Art, options: RenderOptions) -> str:
        """Return the lines, each of which ends in the terminal's own color."""
        mode = options.color
        if mode is ColorMode.NONE:
            return str(art)
        colors = ink_colors(art)
        numbers = pack(colors) if mode is ColorMode.TRUECOLOR else nearest_palette(colors, mode)
        lines = zip(art.rows, by_character(art, numbers), strict=True)
        return "\n".join(_line(row.rstrip(), numbers, mode) for row, numbers in lines)


def _line(text: str, numbers: list[int], mode: ColorMode) -> str:
    if not text:
        return ""
    runs = color_runs(text, numbers[: len(text)])
    return "".join(_colored(run, mode) for run in runs) + _RESET


def _colored(run: Run, mode: ColorMode) -> str:
    return run.text if run.color is None else f"\x1b[{foreground(run.color, mode)}m{run.text}"


def foreground(number: int, mode: ColorMode) -> str:
    """Return the SGR parameters of a palette index, or of a true color 0xRRGGBB."""
    if mode is ColorMode.TRUECOLOR:
        return f"38;2;{number >> 16};{number >> 8 & 255};{number & 255}"
    if mode is ColorMode.ANSI256:
        return f"38;5;{number}"
    return str((_DARK if number < _BRIGHT_FROM else _BRIGHT - _BRIGHT_FROM) + number)
