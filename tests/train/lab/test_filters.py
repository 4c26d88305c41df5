"""Cheap ways to clean pictures, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from asciiart.train.lab.filters import (
    NearestWindows,
    fit_linear_filter,
    median_filter,
    remember_windows,
)


@pytest.mark.parametrize("window", [3, 5])
def test_median_filter_is_the_median_of_each_window(window: int) -> None:
    picture = torch.rand(2, 1, 9, 7)
    edge = window // 2
    padded = np.pad(picture.numpy()[:, 0], ((0, 0), (edge, edge), (edge, edge)), mode="reflect")
    for row, column in np.ndindex(9, 7):
        expected = np.median(padded[:, row : row + window, column : column + window], axis=(1, 2))
        found = median_filter(picture, window)[:, 0, row, column]
        np.testing.assert_array_equal(found.numpy(), expected)


def test_linear_filter_finds_the_filter_that_made_the_pictures() -> None:
    random = torch.Generator().manual_seed(0)
    noisy = torch.rand(20, 1, 9, 9, generator=random)
    kernel = torch.tensor([[0.0, 0.2, 0.0], [0.2, -0.5, 0.2], [0.0, 0.2, 0.0]])
    clean = torch.nn.functional.conv2d(noisy, kernel[None, None], padding=1) + 0.3
    found = fit_linear_filter(noisy, clean, 3)
    torch.testing.assert_close(found.weight.view(3, 3), kernel, atol=0.01, rtol=0)
    torch.testing.assert_close(found(noisy), clean, atol=0.01, rtol=0)


def test_nearest_windows_are_weighted_by_their_distance() -> None:
    known = torch.tensor([[0.0] * 4, [1.0] * 4])
    clean = NearestWindows(known, width=0.5)
    picture = torch.full((1, 1, 2, 2), 0.75)
    squares = np.array([4 * 0.75**2, 4 * 0.25**2])
    weights = np.exp(-squares / (2 * 0.5**2))
    expected = weights[1] / weights.sum()
    torch.testing.assert_close(clean(picture), torch.full((1, 1, 2, 2), expected))


def test_nearest_windows_restore_what_they_know() -> None:
    random = torch.Generator().manual_seed(0)
    pictures = torch.rand(1, 1, 6, 6, generator=random).round()
    clean = remember_windows(pictures, 4, 500, 0.01, random)
    assert clean.known.shape == (500, 16)
    torch.testing.assert_close(clean(pictures), pictures)
