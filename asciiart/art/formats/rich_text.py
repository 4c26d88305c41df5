"""Stage 7, for rich: Canvas -> lines for rich's panels, tables and columns.

This module is imported only when rich (https://github.com/Textualize/rich) asks for the lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.ansi import AnsiDecoder
from rich.cells import cell_len
from rich.measure import Measurement

from asciiart.art.formats.ansi import AnsiRenderer
from asciiart.art.formats.renderer import RenderOptions
from asciiart.io.terminal.color_mode import ColorMode

if TYPE_CHECKING:
    from rich.text import Text

    from asciiart.art.canvas import Canvas

_MODES = {
    "standard": ColorMode.ANSI16,
    "windows": ColorMode.ANSI16,
    "256": ColorMode.ANSI256,
    "truecolor": ColorMode.TRUECOLOR,
}
"""Rich's color systems -> color modes."""


def to_lines(art: Canvas, color_system: str | None) -> Iterator[Text]:
    """Yield the lines of an art in the colors of a color system of rich's, or without for None.

    Lines that are too long are cropped, never wrapped.
    """
    mode = _MODES.get(color_system or "", ColorMode.NONE)
    bare = replace(art, target=None)  # it is shown here, not pasted there
    decoder = AnsiDecoder()
    for row in AnsiRenderer().render(bare, RenderOptions(mode)).split("\n"):
        line = decoder.decode_line(row)
        line.no_wrap, line.overflow = True, "crop"
        yield line


def measure_lines(art: Canvas) -> Measurement:
    """Return the width of the longest line as minimum and maximum, since lines are not wrapped."""
    width = max(map(cell_len, str(art).split("\n")), default=0)
    return Measurement(width, width)
