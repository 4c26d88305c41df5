"""Cheap methods: they learn what they can, and their features are what they are said to be."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from asciiart.train.lab.cheap_methods import (
    classify_cheaply,
    gradient_histograms,
    label_spreading,
    logistic_regression,
    nearest_neighbors,
    principal_components,
    share_right,
)


def clouds(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return points (3 count, 2) about three centers, and which center it was."""
    random = torch.Generator().manual_seed(seed)
    labels = torch.arange(3).repeat(count)
    centers = torch.tensor([[0.0, 0], [8, 0], [0, 8]])
    return centers[labels] + torch.randn(len(labels), 2, generator=random), labels


@pytest.mark.parametrize("method", [logistic_regression, nearest_neighbors])
def test_tells_clouds_apart(method: Callable[[Tensor, Tensor, Tensor], Tensor]) -> None:
    known, labels = clouds(300, 0)
    asked, wanted = clouds(50, 1)
    assert share_right(method(known, labels, asked), wanted) > 0.97


def test_labels_spread_along_what_is_connected() -> None:
    angle = torch.rand(300, generator=torch.Generator().manual_seed(0)) * math.pi
    labels = torch.arange(300) % 2
    arches = torch.stack((angle.cos(), angle.sin()), 1)
    arches[labels == 1] = torch.tensor([1.0, 0.4]) - arches[labels == 1]  # interlocked
    ends, own = torch.tensor([[-1.0, 0], [2, 0.4]]), torch.tensor([0, 1])
    answers = label_spreading(ends, own, arches[:200], arches[200:], neighbors=12)
    assert share_right(answers, labels[200:]) == 1
    nearer = torch.cdist(arches[200:], ends).argmin(1)
    assert share_right(nearer, labels[200:]) < 0.75


def test_five_neighbors_vote() -> None:
    known = torch.tensor([[0.0], [1], [2], [3], [4], [100]])
    labels = torch.tensor([1, 0, 0, 2, 0, 1])
    assert nearest_neighbors(known, labels, torch.tensor([[0.0]])).tolist() == [0]


def test_a_strong_penalty_leaves_only_the_bias() -> None:
    known, labels = clouds(300, 0)
    mostly = (labels == 2).long()  # two of three are 0
    assert logistic_regression(known, mostly, known).any()
    assert not logistic_regression(known, mostly, known, decay=1e3).any()


@pytest.mark.parametrize("degrees", [0, 40, 80, 140])
def test_a_slope_falls_into_the_bin_of_its_gradient(degrees: float) -> None:
    y, x = torch.meshgrid(torch.arange(16.0), torch.arange(16.0), indexing="ij")
    angle = math.radians(degrees + 10)  # in the middle of a bin of 20 degrees
    slope = (x * math.cos(angle) + y * math.sin(angle)) / 32
    features = gradient_histograms(slope[None, None]).view(36, 9)  # 9 blocks of 2 x 2 cells
    center = features[:, 4].view(9, 4)
    assert center.argmax(0).tolist() == [int(degrees // 20)] * 4
    assert torch.allclose(center.square().sum(), torch.tensor(1.0), atol=1e-4)


def test_flat_pictures_have_no_gradients() -> None:
    assert not gradient_histograms(torch.zeros(2, 1, 12, 12)).any()


def test_pictures_are_classified_in_four_ways() -> None:
    random = torch.Generator().manual_seed(0)
    labels = torch.arange(2).repeat(40)
    pictures = torch.rand(80, 1, 12, 12, generator=random) * 0.2
    pictures[labels == 1, :, 4:8] += 0.8
    answers = classify_cheaply(pictures, labels, pictures[:10], 0)
    assert len(answers) == 4
    assert all(share_right(found, labels[:10]) == 1 for found in answers.values())


def test_principal_components_are_those_of_the_singular_values() -> None:
    random = torch.Generator().manual_seed(0)
    known = torch.randn(200, 20, generator=random) * torch.linspace(3, 0.1, 20)
    centered = (known - known.mean(0)).numpy()
    axes = np.linalg.svd(centered, full_matrices=False)[2]
    expected = np.abs(centered @ axes[:8].T)
    found = principal_components(known, 8, whitened=False)(known).flip(1).abs()
    np.testing.assert_allclose(found, expected, atol=1e-3)
    whitened = principal_components(known, 8, whitened=True)(known)
    np.testing.assert_allclose(whitened.T.cov(correction=0), np.eye(8), atol=1e-3)
