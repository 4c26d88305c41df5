"""Type aliases of the arrays that tests of `asciiart.core` compute."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
"""Expected values, in double precision."""
