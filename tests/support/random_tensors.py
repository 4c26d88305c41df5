"""Random numbers that are the same in every run."""

from __future__ import annotations

import torch
from torch import Tensor


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def signs(seed: int, *shape: int) -> Tensor:
    """Return a tensor of -1 and 1."""
    return torch.rand(shape, generator=generator(seed)).round() * 2 - 1
