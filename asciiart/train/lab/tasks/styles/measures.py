"""Measures of a word's strokes and pitch, for cheap methods that tell styles apart."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

_ORIENTATIONS = 18
_LONGEST = 12
"""Longest run that is counted as such, in pixels."""
_LAGS = range(4, 16)
"""Distances in pixels at which letters may repeat."""


def measure_style(pictures: Tensor) -> Tensor:
    """Return measures (B, N) of pictures of words (B, 1, H, W), whatever their ink's strength.

    They are the orientations of edges, the lengths of inked and of blank runs across and down, and
    how alike columns at a distance are.
    """
    ink = pictures[:, 0] / pictures.flatten(1).quantile(0.98, 1).clamp_min(1e-3)[:, None, None]
    dark = (ink > 0.5).float()
    runs = [run_lengths(each) for each in (dark, 1 - dark, dark.mT, 1 - dark.mT)]
    return torch.cat([_orientations(ink), *runs, _pitch(ink)], 1)


def run_lengths(dark: Tensor) -> Tensor:
    """Return the shares (B, 12) of the lengths of runs of ones in the rows of (B, H, W)."""
    run = torch.zeros_like(dark[..., 0])  # (B, H)
    counts = dark.new_zeros(len(dark), _LONGEST + 1)
    following = functional.pad(dark, (0, 1))[..., 1:]
    for here, after in zip(dark.unbind(2), following.unbind(2), strict=True):
        run = (run + 1) * here
        ended = run * (1 - after)
        counts.scatter_add_(1, ended.long().clamp_max(_LONGEST), torch.ones_like(ended))
    counts = counts[:, 1:]  # no run ended where the length is 0
    return counts / counts.sum(1, keepdim=True).clamp_min(1)


def _orientations(ink: Tensor) -> Tensor:
    across = ink[:, 1:-1, 2:] - ink[:, 1:-1, :-2]  # (B, H - 2, W - 2)
    down = ink[:, 2:, 1:-1] - ink[:, :-2, 1:-1]
    angle = torch.atan2(down, across).remainder(math.pi) / math.pi * _ORIENTATIONS
    bins = angle.long().clamp_max(_ORIENTATIONS - 1).flatten(1)
    length = torch.hypot(across, down).flatten(1)
    counts = length.new_zeros(len(ink), _ORIENTATIONS).scatter_add_(1, bins, length)
    return counts / counts.sum(1, keepdim=True).clamp_min(1e-6)


def _pitch(ink: Tensor) -> Tensor:
    columns = ink.sum(1)  # (B, W)
    columns = columns - columns.mean(1, keepdim=True)
    power = columns.square().mean(1).clamp_min(1e-6)
    alike = [(columns[:, lag:] * columns[:, :-lag]).mean(1) / power for lag in _LAGS]
    return torch.stack(alike, 1)
