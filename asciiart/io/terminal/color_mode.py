"""How many colors a terminal can show; without NumPy, unlike `asciiart.color.palettes`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from asciiart.errors import OptionError


class ColorMode(Enum):
    """How many colors a terminal can show."""

    NONE = "none"
    ANSI16 = "16"
    ANSI256 = "256"
    TRUECOLOR = "truecolor"


def parse_color_mode(
    name: ColorMode | str, *, automatic: ColorMode = ColorMode.TRUECOLOR
) -> ColorMode:
    """Return the mode called ``name``; for ``auto`` it is ``automatic``.

    Raises
    ------
    OptionError
        If there is no such mode.
    """
    if name == "auto":
        return automatic
    try:
        return ColorMode(name)
    except ValueError:
        known = ", ".join(mode.value for mode in ColorMode)
        raise OptionError(f"color {name!r} is unknown (there are: {known}, auto)") from None


def detect_color(environ: Mapping[str, str], is_terminal: bool) -> ColorMode:
    """Return the mode that ``auto`` stands for.

    The first of these decides: ``NO_COLOR`` (https://no-color.org), ``FORCE_COLOR`` (0 to 3;
    anything else means 1), whether the output is a terminal, ``COLORTERM``, ``TERM``. Empty
    variables count as unset.
    """
    if environ.get("NO_COLOR"):
        return ColorMode.NONE
    if forced := environ.get("FORCE_COLOR"):
        levels = {"0": ColorMode.NONE, "2": ColorMode.ANSI256, "3": ColorMode.TRUECOLOR}
        return levels.get(forced, ColorMode.ANSI16)
    return _terminal_colors(environ) if is_terminal else ColorMode.NONE


def _terminal_colors(environ: Mapping[str, str]) -> ColorMode:
    terminal = environ.get("TERM", "")
    if terminal == "dumb":
        return ColorMode.NONE
    # Windows Terminal sets WT_SESSION and neither of the others.
    if environ.get("COLORTERM") in ("truecolor", "24bit") or environ.get("WT_SESSION"):
        return ColorMode.TRUECOLOR
    if terminal.endswith(("-direct", "-kitty", "-ghostty")):
        return ColorMode.TRUECOLOR
    if terminal.endswith("-256color"):
        return ColorMode.ANSI256
    return ColorMode.ANSI16 if terminal else ColorMode.NONE
