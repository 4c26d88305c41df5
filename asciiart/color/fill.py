"""Two colors a cell, chosen with its character."""

from __future__ import annotations

from typing import NamedTuple

from asciiart.color.palettes import Colors
from asciiart.io.pictures.arrays import Mask


class Fill(NamedTuple):
    """Two colors for each cell, chosen with its character."""

    ink: Colors
    """(R, C, 3), sRGB."""
    paper: Colors
    """(R, C, 3), sRGB."""
    clear: Mask
    """(R, C): where the picture is clear, so that the page itself is the paper."""
