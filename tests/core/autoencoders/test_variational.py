"""Variational autoencoders: divergence, bound and samples against their formulas."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from arrays import Array
from dcgan_reference import critic_of, fill, generator_of, shake
from torch import nn
from torch.nn import functional

from asciiart.core.autoencoders.dense import Corruption
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
        network = ConvVariationalAutoencoder(16, (4, 8), 5, num_classes=3).eval()
    else:
        network = VariationalAutoencoder((1, 16, 16), (9,), 5, num_classes=3).eval()

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
        VariationalAutoencoder((1, 2, 2), (4,), 2, num_classes=3).sample(1)


def written_out(network: VariationalAutoencoder, x: Array, noise: Array) -> Array:
    """The logits of a network whose hidden layers are one of 8 tanh units on either side."""
    p = {name: value.detach().numpy() for name, value in network.named_parameters()}

    def linear(name: str, x: Array) -> Array:
        out: Array = x @ p[f"{name}.weight"].T + p[f"{name}.bias"]
        return out

    hidden = np.tanh(linear("encoder.1", x.reshape(len(x), -1)))
    mean, log_variance = np.split(linear("posterior", hidden), 2, axis=1)
    code = mean + np.exp(log_variance / 2) * noise
    return linear("decoder.2", np.tanh(linear("decoder.0", code))).reshape(x.shape)


def test_fully_connected_network_is_its_layers_one_by_one() -> None:
    """Faults: a VAE that never samples, or without its tanh."""
    network = VariationalAutoencoder((1, 2, 3), (8,), 2).double()
    x = torch.rand(4, 1, 2, 3, dtype=torch.float64)
    found = network(x, generator=torch.Generator().manual_seed(2)).logits
    noise = torch.randn(4, 2, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    expected = written_out(network, x.numpy(), noise.numpy())
    np.testing.assert_allclose(found.detach(), expected, rtol=1e-10)
    mean = written_out(network, x.numpy(), np.zeros((4, 2)))
    np.testing.assert_allclose(network.eval()(x).logits.detach(), mean, rtol=1e-10)


@pytest.mark.parametrize("convolutional", [False, True])
def test_training_samples_the_code_and_evaluation_takes_its_mean(convolutional: bool) -> None:
    """Fault: a VAE that never samples."""
    torch.manual_seed(0)
    network: ConvVariationalAutoencoder | VariationalAutoencoder
    if convolutional:
        network = ConvVariationalAutoencoder(16, (4, 8), 5)
    else:
        network = VariationalAutoencoder((1, 16, 16), (9,), 5)
    x = torch.rand(3, 1, 16, 16)
    assert not torch.allclose(network(x).logits, network(x).logits)
    assert network.loss((x,)).loss != network.loss((x,)).loss
    network.eval()
    assert torch.equal(network(x).logits, network(x).logits)
    assert torch.equal(network(x).logits, network.decode(network.encode(x).mean))


def test_convolutional_network_is_dcgans_two_networks() -> None:
    network = ConvVariationalAutoencoder(16, (4, 8), 5)
    shake(network)
    encoder, decoder = critic_of(10), generator_of(5)
    fill(encoder, nn.Sequential(network.encoder, network.posterior))
    fill(decoder, network.decoder)
    x = torch.rand(6, 1, 16, 16)
    mean, log_variance = network.encode(x)
    torch.testing.assert_close(torch.cat([mean, log_variance], 1), encoder(x).flatten(1))
    code = torch.randn(6, 5)
    torch.testing.assert_close(network.decode(code), decoder(code[:, :, None, None]))


def test_corruption_reaches_the_encoder_and_not_the_target() -> None:
    """Fault: corruption ignored."""
    corruption = Corruption("masking", 1.0)
    network = VariationalAutoencoder((1, 2, 3), (8,), 2, corruption=corruption)
    x = torch.rand(4, 1, 2, 3)
    assert torch.equal(network(x).posterior.mean, network.encode(torch.zeros_like(x)).mean)
    generators = [torch.Generator().manual_seed(0) for _ in range(2)]
    output = network(x, generator=generators[0])
    error = functional.binary_cross_entropy_with_logits(output.logits, x, reduction="sum") / 4
    scores = network.loss((x,), generator=generators[1]).scores
    torch.testing.assert_close(scores["error"], error.detach())


def test_generators_leave_the_global_random_state_alone() -> None:
    network, before = VariationalAutoencoder((1, 2, 3), (8,), 2), torch.get_rng_state()
    generator = torch.Generator().manual_seed(0)
    network.loss((torch.ones(2, 1, 2, 3),), generator=generator)
    network.sample(3, generator=generator)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(("low", "high"), [(0, 255), (0, 2), (-1, 1)])
def test_pixels_outside_of_0_to_1_are_refused(low: float, high: float) -> None:
    pictures = torch.tensor([low, high]).view(1, 1, 1, 2)
    with pytest.raises(ValueError, match=f"pixels must be 0 to 1, not {low} to {high}"):
        VariationalAutoencoder((1, 1, 2), (4,), 2).loss((pictures,))
