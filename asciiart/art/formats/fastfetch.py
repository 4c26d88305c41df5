"""Stage 7, format fastfetch: a logo for https://github.com/fastfetch-cli/fastfetch.

Without color it is a logo file. With color it is a configuration that contains the logo, since only
a configuration can define the colors of the placeholders $1 to $9.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from asciiart.art.formats.color_runs import by_character, color_runs
from asciiart.art.formats.ink_colors import ink_colors
from asciiart.art.formats.renderer import RenderOptions
from asciiart.color.palettes import Colors, nearest_palette
from asciiart.glyphs.charsets import BLANKS
from asciiart.io.terminal.color_mode import ColorMode

if TYPE_CHECKING:
    from asciiart.art.canvas import Canvas

_MOST_COLORS = 9
"""Number of fastfetch's color placeholders."""
_SCHEMA = "https://github.com/fastfetch-cli/fastfetch/raw/dev/doc/json_schema.json"
_BRIGHT_FROM = 8
"""Index of the first bright color among the 16."""


class FastfetchRenderer:
    """A logo file or, in color, a configuration with the logo."""

    name: str = "fastfetch"

    def render(self, art: Canvas, options: RenderOptions) -> str:
        """Return the file for ``fastfetch --logo`` or, in color, for ``fastfetch --config``."""
        if options.color is ColorMode.NONE:
            return _escaped(str(art))
        reduced = _reduce(ink_colors(art), art.characters)
        rows = zip(art.rows, by_character(art, reduced.numbers), strict=True)
        lines = [_line(row.rstrip(BLANKS), numbers) for row, numbers in rows]
        codes = _codes(reduced.colors, options.color)
        logo = {"type": "data", "source": "\n".join(lines), "color": codes}
        return json.dumps({"$schema": _SCHEMA, "logo": logo}, ensure_ascii=False, indent=2)


class _Reduced(NamedTuple):
    """An art's colors, reduced to a few."""

    colors: Colors
    """(P, 3): the colors that are left, at most nine."""
    numbers: NDArray[np.int64]
    """(R, C): the number of each cell's color, 1 to P."""


def _escaped(text: str) -> str:
    return text.replace("$", "$$")


def _reduce(colors: Colors, characters: NDArray[np.str_]) -> _Reduced:
    """Reduce colors (R, C, 3) by median cut to the nine that suit the inked cells best."""
    from PIL import Image  # noqa: PLC0415 - not needed for text

    inked = colors[~np.isin(characters, ["", *BLANKS])]
    sample = inked if len(inked) else colors.reshape(-1, 3)
    palette = Image.fromarray(sample[np.newaxis]).quantize(_MOST_COLORS, Image.Quantize.MEDIANCUT)
    few = np.array(palette.getpalette(), np.uint8).reshape(-1, 3)[:_MOST_COLORS]
    distances = ((colors[..., np.newaxis, :].astype(np.int64) - few) ** 2).sum(axis=-1)
    return _Reduced(few, distances.argmin(axis=-1) + 1)


def _line(text: str, numbers: list[int]) -> str:
    if not text:
        return ""
    runs = color_runs(text, numbers[: len(text)])
    return "".join(
        ("" if run.color is None else f"${run.color}") + _escaped(run.text) for run in runs
    )


def _codes(colors: Colors, mode: ColorMode) -> dict[str, str]:
    """Return the SGR parameters of each placeholder."""
    if mode is ColorMode.ANSI16 or mode is ColorMode.ANSI256:
        indices = [int(index) for index in nearest_palette(colors, mode)]
        dim = [f"38;5;{i}" if mode is ColorMode.ANSI256 else _basic(i) for i in indices]
        return {str(number): code for number, code in enumerate(dim, 1)}
    full = [f"38;2;{red};{green};{blue}" for red, green, blue in colors.tolist()]
    return {str(number): code for number, code in enumerate(full, 1)}


def _basic(index: int) -> str:
    return str(30 + index if index < _BRIGHT_FROM else 90 + index - _BRIGHT_FROM)
