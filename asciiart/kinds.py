"""What there is to choose from, apart from what needs NumPy, so that help and completion do not."""

from __future__ import annotations

from typing import Literal

Mode = Literal["tone", "structure"]
Background = Literal["dark", "light"]
Quality = Literal["fast", "good", "best"]
Palette = Literal["16", "256", "truecolor"]
Dither = Literal["none", "ordered", "diffusion", "noise"]
BrailleBlank = Literal["pattern", "space"]
Resample = Literal["auto", "nearest", "smooth"]
LevelChoice = Literal["auto", "film", "none"]

DEFAULT_DETAIL = 0.5
DEFAULT_MAX_PIXELS = 100_000_000
"""A picture with more pixels is refused before it is decoded, """
DEFAULT_MAX_UNREDUCED_PIXELS = 50_000_000
"""and one with more than these, if it is in a file that can only be decoded at its full size."""
