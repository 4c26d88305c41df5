"""Cheap ways to restore black and white pictures of which some pixels are flipped."""

from __future__ import annotations

import math

import torch
from torch import Tensor

_PART = 256
"""Pictures that are compared at once, since there are many templates."""


def differing(pictures: Tensor, known: Tensor) -> Tensor:
    """Return how many pixels differ, (B, P), between pictures (B, N) and (P, N) of 0 and 1."""
    both = pictures @ known.T  # (B, N) x (N, P) -> (B, P)
    return pictures.sum(1, keepdim=True) + known.sum(1) - 2 * both  # (B, P)


def nearest(damaged: Tensor, known: Tensor) -> Tensor:
    """Return for each picture (B, N) the one of ``known`` (P, N) that differs least."""
    return known[differing(damaged, known).argmin(1)]  # (B, N), (P, N) -> (B, N)


def log_odds(flipped: float) -> float:
    """Return the logarithm of the odds that a pixel is right if a share was ``flipped``."""
    return math.log((1 - flipped) / flipped)


def weighted(damaged: Tensor, known: Tensor, *, flipped: float, trust: float) -> Tensor:
    """Return the mean (B, N) of ``known`` pictures (P, N), each weighted by its likelihood.

    If ``flipped`` is the share of flipped pixels and ``trust`` is 1, this is the posterior
    probability of every pixel if no other picture exists; a lower trust counts more of them.
    """
    means = []
    for part in torch.split(damaged, _PART):
        unlikely = log_odds(flipped) * differing(part, known)  # (b, N), (P, N) -> (b, P)
        weights = (-trust * unlikely).softmax(1)  # (b, P)
        means.append(weights @ known)  # (b, P) x (P, N) -> (b, N)
    return torch.cat(means)


def tiled(damaged: Tensor, known: Tensor, side: int, *, flipped: float, trust: float) -> Tensor:
    """Return what `weighted` makes of square tiles, averaged where they overlap by half, (B, N).

    Each tile is compared with those at the same place.
    """
    size = math.isqrt(damaged.shape[1])
    total = torch.zeros(len(damaged), size, size)
    count = torch.zeros(size, size)
    seen, stored = damaged.view(-1, size, size), known.view(-1, size, size)
    for top in range(0, size - side + 1, side // 2):
        for left in range(0, size - side + 1, side // 2):
            place = (..., slice(top, top + side), slice(left, left + side))
            tiles, of_known = seen[place].flatten(1), stored[place].flatten(1)  # (B, n), (P, n)
            made = weighted(tiles, of_known, flipped=flipped, trust=trust)  # (B, n)
            total[place] += made.view(-1, side, side)
            count[place] += 1
    return (total / count).flatten(1)
