"""Type aliases of pictures as NumPy arrays, and read-only views of arrays."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Levels 0 to 255: sRGB (H, W, 3) or a single channel (H, W)."""
Gray = NDArray[np.float32]
"""Brightness of each pixel (H, W)."""
Samples = NDArray[np.float32]
"""Channels of pixels (...) or (..., 3) that are not rounded to levels."""
Mask = NDArray[np.bool_]
"""True for each selected pixel (H, W) or cell (R, C)."""
Points = NDArray[np.float64]
"""Positions x, y (N, 2) in pixels."""

_Scalar = TypeVar("_Scalar", bound=np.generic)


def read_only(array: NDArray[_Scalar]) -> NDArray[_Scalar]:
    """Return a view of an array that cannot be written to; the array itself still can."""
    view = array.view()
    view.flags.writeable = False
    return view
