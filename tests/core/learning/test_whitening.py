"""Whitening against its definition and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch import Tensor

from asciiart.core.learning.whitening import Whitening


def correlated(count: int = 200) -> Tensor:
    random = torch.Generator().manual_seed(0)
    mix = torch.tensor([[2.0, 0.5, 0.0], [0.0, 1.0, -0.7], [0.3, 0.0, 0.2]], dtype=torch.float64)
    return torch.randn(count, 3, generator=random, dtype=torch.float64) @ mix + 4


@pytest.mark.parametrize("kind", ["pca", "zca"])
def test_whitened_features_have_mean_zero_variance_one_and_no_correlation(kind: str) -> None:
    x = correlated()
    white = Whitening(x, kind=kind, epsilon=0)(x).numpy()
    np.testing.assert_allclose(white.mean(0), 0, atol=1e-10)
    np.testing.assert_allclose(np.cov(white.T), np.eye(3), atol=1e-10)


def test_pca_is_scikit_learns_but_for_signs() -> None:
    x = correlated()
    expected = PCA(whiten=True).fit_transform(x.numpy())
    found = Whitening(x, kind="pca", epsilon=0)(x).numpy()
    np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=1e-9)


def test_zca_turns_back_and_changes_the_data_least() -> None:
    x = correlated()
    pca, zca = Whitening(x, kind="pca"), Whitening(x, kind="zca")
    np.testing.assert_allclose(zca.matrix, zca.matrix.T, atol=1e-12)
    centered = x - x.mean(0)
    assert (zca(x) - centered).square().sum() < 0.9 * (pca(x) - centered).square().sum()


def test_epsilon_is_added_to_the_variances() -> None:
    x = correlated()
    variances, axes = np.linalg.eigh(np.cov(x.numpy().T))
    expected = axes @ np.diag((variances + 0.3) ** -0.5) @ axes.T
    np.testing.assert_allclose(Whitening(x, epsilon=0.3).matrix, expected, atol=1e-10)
    flat = torch.cat([x, torch.ones(200, 1)], 1)  # a feature without variance
    assert Whitening(flat)(flat).isfinite().all()


def test_a_variance_that_rounding_makes_negative_counts_as_none() -> None:
    random = torch.Generator().manual_seed(0)
    axes = 1e4 * torch.randn(2, 12, generator=random)
    x = torch.randn(100, 2, generator=random) @ axes  # ten of twelve directions are empty
    assert torch.linalg.eigvalsh(x.T.cov()).min() < -1e-5
    assert Whitening(x)(x).isfinite().all()


def test_a_single_feature_is_standardized() -> None:
    x = correlated()[:, :1]
    expected = (x - x.mean()) / x.std()
    np.testing.assert_allclose(Whitening(x, epsilon=0)(x), expected, atol=1e-12)


def test_the_map_is_fixed_and_saved_with_the_network() -> None:
    whitening = Whitening(correlated())
    assert not list(whitening.parameters())
    assert set(whitening.state_dict()) == {"mean", "matrix"}


def test_impossible_whitenings_are_refused() -> None:
    with pytest.raises(ValueError, match=r"'ica' is unknown \(there are: pca, zca\)"):
        Whitening(correlated(), kind="ica")
    with pytest.raises(ValueError, match=r"epsilon must be 0 or more, not -1"):
        Whitening(correlated(), epsilon=-1)
    with pytest.raises(ValueError, match=r"\(B, I\) with B > 1, not \(1, 3\)"):
        Whitening(correlated(1))
