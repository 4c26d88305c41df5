"""Stage 7, for rich: Art -> segments, so that it stands in rich's panels, tables and columns.

Rich (https://github.com/Textualize/rich) is imported by nobody else here, and only when it asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.color import Color
from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style

from asciiart.color import ColorMode, ink_colors, nearest_palette
from asciiart.render.runs import Run, by_character, color_runs, pack

if TYPE_CHECKING:
    from asciiart.art import Art

_MODES = {
    "standard": ColorMode.ANSI16,
    "windows": ColorMode.ANSI16,
    "256": ColorMode.ANSI256,
    "truecolor": ColorMode.TRUECOLOR,
}
"""Rich's color systems."""


def to_segments(art: Art, color_system: str | None) -> Iterator[Segment]:
    """Yield the runs of an art, each line ended; plain where rich's color system is None."""
    mode = _MODES.get(color_system or "", ColorMode.NONE)
    rows = (row.rstrip() for row in art.rows)
    if mode is ColorMode.NONE:
        for row in rows:
            yield from (Segment(row), Segment.line())
        return
    colors = ink_colors(art)
    numbers = pack(colors) if mode is ColorMode.TRUECOLOR else nearest_palette(colors, mode)
    for row, values in zip(rows, by_character(art, numbers), strict=True):
        runs = color_runs(row, values[: len(row)])
        yield from (Segment(run.text, _style(run, mode)) for run in runs)
        yield Segment.line()


def _style(run: Run, mode: ColorMode) -> Style | None:
    if run.color is None:
        return None
    if mode is not ColorMode.TRUECOLOR:
        return Style(color=Color.from_ansi(run.color))
    return Style(color=Color.from_rgb(run.color >> 16, run.color >> 8 & 255, run.color & 255))


def measure_lines(art: Art) -> Measurement:
    """Return the cells of the longest line, least and greatest: lines are never wrapped."""
    width = max(map(cell_len, str(art).split("\n")), default=0)
    return Measurement(width, width)
