"""Random tensors that a generator of any device decides."""

from __future__ import annotations

import torch
from torch import Tensor


def _home(like: Tensor, generator: torch.Generator | None) -> torch.device:
    return like.device if generator is None else generator.device


def uniform_like(like: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Return random numbers from [0, 1) in the shape, of the type and on the device of ``like``.

    They are drawn where the generator is, so that one of the CPU gives the same numbers wherever
    the network runs; without one, torch's global generator of the device draws them.
    """
    home = _home(like, generator)
    drawn = torch.rand(like.shape, generator=generator, dtype=like.dtype, device=home)
    return drawn.to(like.device)


def normal_like(like: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Return standard normal numbers, else as `uniform_like`."""
    home = _home(like, generator)
    drawn = torch.randn(like.shape, generator=generator, dtype=like.dtype, device=home)
    return drawn.to(like.device)
