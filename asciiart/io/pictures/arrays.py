"""The types of pictures as NumPy arrays, declared once."""

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Levels 0 to 255: sRGB (H, W, 3), or one channel (H, W)."""
Gray = NDArray[np.float32]
"""Brightness of pixels (H, W)."""
Mask = NDArray[np.bool_]
"""Which pixels (H, W) are meant."""
