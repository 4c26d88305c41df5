"""Pictures in overlapping windows: cut, changed one by one, and averaged where they overlap."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

_PART = 4096
"""Windows that are changed at once, since there may be many."""


def cut_windows(pictures: Tensor, side: int, stride: int) -> Tensor:
    """Return windows (B, R, side²) of pictures (B, 1, H, W), from left to right, then down.

    Pixels at the right and the bottom that no window reaches are left out.
    """
    return functional.unfold(pictures, side, stride=stride).transpose(1, 2)  # (B, R, S·S)


def join_windows(windows: Tensor, size: tuple[int, int], stride: int) -> Tensor:
    """Return the pictures (B, 1, H, W) of ``size`` whose pixels are the means of all windows.

    ``windows`` (B, R, side²) are placed as `cut_windows` takes them.
    """
    side = round(windows.shape[2] ** 0.5)
    columns = windows.transpose(1, 2)  # (B, R, S·S) -> (B, S·S, R)
    total = functional.fold(columns, size, side, stride=stride)  # (B, 1, H, W)
    count = functional.fold(torch.ones_like(columns), size, side, stride=stride)  # (B, 1, H, W)
    return total / count.clamp(min=1)


def by_windows(
    change: Callable[[Tensor], Tensor], pictures: Tensor, side: int, stride: int
) -> Tensor:
    """Return pictures (B, 1, H, W) of which ``change`` changed every window, (R, side²) at once.

    The windows are ``stride`` apart and reach beyond the edges, where no ink is, so that every
    pixel lies in equally many if the stride divides the side.
    """
    height, width = pictures.shape[2:]
    lead = side - stride
    right, below = (lead + -(length + lead) % stride for length in (width, height))
    padded = functional.pad(pictures, (lead, right, lead, below))  # (B, 1, H', W')
    windows = cut_windows(padded, side, stride)  # (B, R, S·S)
    changed = torch.cat([change(part) for part in torch.split(windows.flatten(0, 1), _PART)])
    size = (padded.shape[2], padded.shape[3])
    joined = join_windows(changed.view_as(windows), size, stride)  # (B, 1, H', W')
    return joined[:, :, lead : lead + height, lead : lead + width]


def random_windows(pictures: Tensor, side: int, count: int, random: torch.Generator) -> Tensor:
    """Return ``count`` windows (count, 1, side, side) at random places of pictures (B, 1, H, W)."""
    height, width = pictures.shape[2:]
    picture = torch.randint(len(pictures), (count,), generator=random)
    top = torch.randint(height - side + 1, (count,), generator=random)
    left = torch.randint(width - side + 1, (count,), generator=random)
    offsets = torch.arange(side)
    rows = (top[:, None] + offsets)[:, :, None]  # (count, S, 1)
    columns = (left[:, None] + offsets)[:, None]  # (count, 1, S)
    return pictures[picture[:, None, None], 0, rows, columns][:, None]  # (count, 1, S, S)
