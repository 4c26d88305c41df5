"""Color modes and the nearest color of a terminal's palette."""

from __future__ import annotations

from enum import Enum


class ColorMode(Enum):
    """How many colors a terminal can show."""

    NONE = "none"
    ANSI16 = "16"
    ANSI256 = "256"
    TRUECOLOR = "truecolor"
