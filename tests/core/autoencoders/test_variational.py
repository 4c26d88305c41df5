"""Variational autoencoders: divergence, bound and samples against their formulas."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from asciiart.core.autoencoders.variational import (
    ConvVariationalAutoencoder,
    Gaussian,
    VariationalAutoencoder,
    gaussian_kl,
    reparametrize,
)


def test_kl_is_the_closed_form_and_the_monte_carlo_estimate() -> None:
    torch.manual_seed(0)
    mean, log_variance = torch.randn(2, 3, dtype=torch.float64), torch.randn(2, 3).double()
    m, v = mean.numpy(), np.exp(log_variance.numpy())
    expected = 0.5 * (m**2 + v - 1 - np.log(v)).sum(1)
    found = gaussian_kl(Gaussian(mean, log_variance)).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    z = reparametrize(
        Gaussian(mean.expand(200000, 2, 3), log_variance.expand(200000, 2, 3))
    ).numpy()
    ratio = 0.5 * (z**2 - (z - m) ** 2 / v - np.log(v)).sum(2)
    np.testing.assert_allclose(ratio.mean(0), found, rtol=0.02)


def test_gradient_goes_through_the_sample() -> None:
    mean, log_variance = torch.zeros(1, 3, requires_grad=True), torch.ones(1, 3, requires_grad=True)
    z = reparametrize(Gaussian(mean, log_variance))
    z.sum().backward()
    assert mean.grad is not None
    assert torch.equal(mean.grad, torch.ones(1, 3))
    torch.testing.assert_close(log_variance.grad, z.detach() / 2)


def test_variational_loss_is_the_negative_bound() -> None:
    network = VariationalAutoencoder((1, 2, 3), (8,), 2).eval()
    x = torch.rand(4, 1, 2, 3)
    posterior = network.encode(x)
    p = network.restore(x).detach().numpy().astype(np.float64)
    error = -(x.numpy() * np.log(p) + (1 - x.numpy()) * np.log(1 - p)).sum() / 4
    expected = error + gaussian_kl(posterior).mean().item()
    assert network.loss((x,)).loss.item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("convolutional", [False, True])
def test_samples_are_seeded_and_follow_their_labels(convolutional: bool) -> None:
    network: ConvVariationalAutoencoder | VariationalAutoencoder
    if convolutional:
        network = ConvVariationalAutoencoder(16, (4, 8), 5, classes=3).eval()
    else:
        network = VariationalAutoencoder((1, 16, 16), (9,), 5, classes=3).eval()

    def sample(seed: int, label: int) -> torch.Tensor:
        random = torch.Generator().manual_seed(seed)
        return network.sample(2, generator=random, labels=torch.full((2,), label))

    assert sample(0, 0).shape == (2, 1, 16, 16)
    assert sample(0, 0).min() >= 0
    assert sample(0, 0).max() <= 1
    assert torch.equal(sample(0, 0), sample(0, 0))
    assert not torch.equal(sample(0, 0), sample(1, 0))
    assert not torch.equal(sample(0, 0), sample(0, 1))


def test_impossible_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="size 12 cannot be halved 3 times"):
        ConvVariationalAutoencoder(12, (4, 4, 4), 2)
    with pytest.raises(ValueError, match="3 classes, but labels are missing"):
        VariationalAutoencoder((1, 2, 2), (4,), 2, classes=3).sample(1)
