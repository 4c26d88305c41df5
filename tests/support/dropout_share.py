"""How much of a tensor dropout has set to 0."""

from __future__ import annotations

from torch import Tensor


def share_dropped(out: Tensor) -> float:
    """Return the share of zeros in a tensor that has none without dropout."""
    return float((out == 0).float().mean())
