"""Type aliases of pictures as NumPy arrays."""

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Levels 0 to 255: sRGB (H, W, 3) or a single channel (H, W)."""
Gray = NDArray[np.float32]
"""Brightness of each pixel (H, W)."""
Mask = NDArray[np.bool_]
"""True for each selected pixel (H, W) or cell (R, C)."""
