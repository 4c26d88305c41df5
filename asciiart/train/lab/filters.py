"""Cheap ways to clean noisy pictures: a median filter, a linear filter and the nearest windows."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from asciiart.train.lab.windows import by_windows, cut_windows, random_windows

_RIDGE = 1e-4
"""Weight of the squared weights of a linear filter, beside an error that is a mean over pixels."""
_STRIDE = 2
"""Pixels between the windows whose means over the nearest ones are averaged."""


def median_filter(pictures: Tensor, window: int) -> Tensor:
    """Return each pixel's median over a square window, in the same shape; borders are mirrored."""
    edge = window // 2
    padded = functional.pad(pictures, (edge, edge, edge, edge), mode="reflect")
    windows = padded.unfold(2, window, 1).unfold(3, window, 1)  # (B, 1, H, W, w, w)
    return windows.flatten(4).median(4).values  # (B, 1, H, W)


@dataclass(frozen=True)
class LinearFilter:
    """The linear function of a pixel's neighborhood that has the least squared error."""

    weight: Tensor
    """Weights (side², 1) of the neighborhood's pixels."""
    bias: Tensor
    """What is added (1,)."""

    def __call__(self, pictures: Tensor) -> Tensor:
        """Return the filtered pictures (B, 1, H, W)."""
        side = round(len(self.weight) ** 0.5)
        around = functional.pad(pictures, (side // 2,) * 4)  # (B, 1, H', W')
        values = cut_windows(around, side, 1) @ self.weight + self.bias  # (B, H·W, 1)
        return values.view_as(pictures)


def fit_linear_filter(noisy: Tensor, clean: Tensor, side: int) -> LinearFilter:
    """Return the linear filter, of an odd side, that best makes ``clean`` of ``noisy`` pictures.

    Both are (B, 1, H, W). This is the Wiener filter of the pictures' and the noise's statistics.
    """
    around = functional.pad(noisy, (side // 2,) * 4)  # (B, 1, H', W')
    inputs = cut_windows(around, side, 1).flatten(0, 1)  # (N, S·S)
    targets = clean.flatten()[:, None]  # (N, 1)
    center, target_mean = inputs.mean(0), targets.mean(0)  # (S·S,), (1,)
    inputs, targets = inputs - center, targets - target_mean
    covariance = inputs.T @ inputs / len(inputs) + _RIDGE * torch.eye(side**2)  # (S·S, S·S)
    weight = torch.linalg.solve(covariance, inputs.T @ targets / len(inputs))  # (S·S, 1)
    return LinearFilter(weight, target_mean - center @ weight)


@dataclass(frozen=True)
class NearestWindows:
    """Means of clean windows, weighted by how well they explain the noisy one."""

    known: Tensor
    """Clean windows (N, side²)."""
    width: float
    """The weight falls to e^-1/2 at this distance."""

    def __call__(self, pictures: Tensor) -> Tensor:
        """Return the cleaned pictures (B, 1, H, W)."""
        side = round(self.known.shape[1] ** 0.5)
        return by_windows(self._mean, pictures, side, _STRIDE)

    def _mean(self, windows: Tensor) -> Tensor:
        distances = torch.cdist(windows, self.known)  # (R, N)
        weights = (-0.5 * (distances / self.width).square()).softmax(1)  # (R, N)
        return weights @ self.known  # (R, N) x (N, S·S) -> (R, S·S)


def remember_windows(
    pictures: Tensor, side: int, count: int, width: float, random: torch.Generator
) -> NearestWindows:
    """Return `NearestWindows` that know ``count`` random windows of pictures (B, 1, H, W)."""
    around = functional.pad(pictures, (side // 2,) * 4)  # (B, 1, H', W')
    return NearestWindows(random_windows(around, side, count, random).flatten(1), width)
