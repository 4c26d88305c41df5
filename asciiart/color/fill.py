"""The two colors of each cell, chosen together with its character."""

from __future__ import annotations

from typing import NamedTuple

from asciiart.color.palettes import Colors
from asciiart.io.pictures.arrays import Mask


class Fill(NamedTuple):
    """Two colors for each cell."""

    ink: Colors
    """(R, C, 3), sRGB: colors of the characters."""
    paper: Colors
    """(R, C, 3), sRGB: colors behind the characters."""
    clear: Mask
    """(R, C): True where the picture is transparent, so that the page itself is the paper."""
