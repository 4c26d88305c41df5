"""Two colors a cell, chosen with its character."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    pass


class Fill(NamedTuple):
    """Two colors for each cell, chosen with its character."""

    ink: NDArray[np.uint8]
    """(R, C, 3), sRGB."""
    paper: NDArray[np.uint8]
    """(R, C, 3), sRGB."""
    clear: NDArray[np.bool_]
    """(R, C): where the picture is clear, so that the page itself is the paper."""
