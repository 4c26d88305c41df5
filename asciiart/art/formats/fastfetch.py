"""Stage 7, format fastfetch: a logo for https://github.com/fastfetch-cli/fastfetch.

Without a color it is a logo file. With one it is a configuration that holds the logo, since what
the placeholders $1 to $9 look like can only be said there.
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
"""fastfetch's placeholders."""
_SCHEMA = "https://github.com/fastfetch-cli/fastfetch/raw/dev/doc/json_schema.json"
_BRIGHT_FROM = 8


class FastfetchRenderer:
    """A logo file, or in color a configuration with the logo."""

    name: str = "fastfetch"

    def render(self, art: Canvas, options: RenderOptions) -> str:
        """Return ``fastfetch --logo FILE``'s file, or in color ``fastfetch --config FILE``'s."""
        if options.color is ColorMode.NONE:
            return _escaped(str(art))
        reduced = _reduce(ink_colors(art), art.characters)
        rows = zip(art.rows, by_character(art, reduced.numbers), strict=True)
        lines = [_line(row.rstrip(BLANKS), numbers) for row, numbers in rows]
        codes = _codes(reduced.colors, options.color)
        logo = {"type": "data", "source": "\n".join(lines), "color": codes}
        return json.dumps({"$schema": _SCHEMA, "logo": logo}, ensure_ascii=False, indent=2)


class _Reduced(NamedTuple):
    """Colors of which there are few."""

    colors: Colors
    """(P, 3), P up to 9."""
    numbers: NDArray[np.int64]
    """(R, C), from 1 to P."""


def _escaped(text: str) -> str:
    return text.replace("$", "$$")


def _reduce(colors: Colors, characters: NDArray[np.str_]) -> _Reduced:
    """Reduce colors (R, C, 3) to the nine that suit what is not blank best, by median cut."""
    from PIL import Image  # noqa: PLC0415 - text needs it not

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
    """Return each placeholder's SGR parameters."""
    if mode is ColorMode.ANSI16 or mode is ColorMode.ANSI256:
        indices = [int(index) for index in nearest_palette(colors, mode)]
        dim = [f"38;5;{i}" if mode is ColorMode.ANSI256 else _basic(i) for i in indices]
        return {str(number): code for number, code in enumerate(dim, 1)}
    full = [f"38;2;{red};{green};{blue}" for red, green, blue in colors.tolist()]
    return {str(number): code for number, code in enumerate(full, 1)}


def _basic(index: int) -> str:
    return str(30 + index if index < _BRIGHT_FROM else 90 + index - _BRIGHT_FROM)
