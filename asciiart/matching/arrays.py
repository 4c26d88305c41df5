"""Types of arrays that all of matching uses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
"""Codes, keys, features, scores."""
Ids = NDArray[np.int64]
"""Positions: of glyphs among others, of rows, of columns."""
