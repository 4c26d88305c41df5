"""Fully connected autoencoders: corruptions and penalties against their formulas, pre-training."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from arrays import Array
from torch import nn
from torch.nn import functional

from asciiart.core.autoencoders.dense import (
    CORRUPTIONS,
    Autoencoder,
    Corruption,
    DenoisingAutoencoder,
    SparseAutoencoder,
    pretrain_layers,
    sparsity_penalty,
)
from asciiart.core.learning.trainer import Trainer, TrainerConfig


def test_decoder_mirrors_the_encoder() -> None:
    network = Autoencoder((12, 7, 3), activation="tanh")
    shapes = [tuple(p.shape) for name, p in network.named_parameters() if "weight" in name]
    assert shapes == [(7, 12), (12, 7), (3, 7), (7, 3)]
    x = torch.rand(5, 1, 3, 4)
    assert network.encode(x).shape == (5, 3)
    assert network(x).shape == x.shape


def test_tied_decoder_is_the_transposed_encoder() -> None:
    network = Autoencoder((6, 4), tied=True).double()
    x = torch.rand(3, 6, dtype=torch.float64)
    weights = {name: p.detach().numpy() for name, p in network.named_parameters()}
    weight, bias = weights["layers.0.encoder.weight"], weights["layers.0.encoder.bias"]
    code = 1 / (1 + np.exp(-(x.numpy() @ weight.T + bias)))
    expected = code @ weight + weights["layers.0.bias"]
    assert len(weights) == 3
    np.testing.assert_allclose(network(x).detach().numpy(), expected, rtol=1e-12)


def test_corruptions_do_what_their_names_say() -> None:
    torch.manual_seed(0)
    x = torch.full((200, 500), 0.5)
    masked = Corruption("masking", 0.3)(x)
    assert set(masked.unique().tolist()) == {0.0, 0.5}
    assert (masked == 0).float().mean().item() == pytest.approx(0.3, abs=0.01)
    spotted = Corruption("salt_and_pepper", 0.4)(x)
    assert (spotted == 0).float().mean().item() == pytest.approx(0.2, abs=0.01)
    assert (spotted == 1).float().mean().item() == pytest.approx(0.2, abs=0.01)
    noisy = Corruption("gaussian", 0.2)(x) - x
    assert noisy.mean().item() == pytest.approx(0, abs=0.01)
    assert noisy.std().item() == pytest.approx(0.2, abs=0.01)


def test_corrupts_in_training_only_and_compares_with_the_clean_input() -> None:
    network = DenoisingAutoencoder((8, 5), Corruption("masking", 1.0))
    x = torch.rand(4, 8)
    assert torch.equal(network(x), network.decode(network.encode(torch.zeros(4, 8))))
    expected = functional.mse_loss(network(x), x)
    assert torch.equal(network.loss((x,)).loss, expected)
    assert torch.equal(network.eval()(x), network.decode(network.encode(x)))


def test_sparsity_penalty_follows_its_formula() -> None:
    activations = torch.rand(7, 4, dtype=torch.float64)
    rho, mean = 0.1, activations.numpy().mean(0)
    expected = (rho * np.log(rho / mean) + (1 - rho) * np.log((1 - rho) / (1 - mean))).sum()
    assert sparsity_penalty(activations, rho).item() == pytest.approx(expected, rel=1e-12)
    assert sparsity_penalty(torch.full((3, 4), 0.1), 0.1).item() == pytest.approx(0, abs=1e-6)
    assert sparsity_penalty(torch.zeros(3, 4), 0.1).isfinite()


def test_sparse_loss_adds_the_weighted_penalty() -> None:
    network, x = SparseAutoencoder((6, 9), rho=0.2, weight=0.5), torch.rand(4, 6)
    expected = functional.mse_loss(network(x), x) + 0.5 * sparsity_penalty(network.encode(x), 0.2)
    assert network.loss((x,)).loss.item() == pytest.approx(expected.item())


def test_pretraining_improves_each_layer_and_leaves_those_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    torch.manual_seed(0)
    stack, x = Autoencoder((16, 12, 8, 4), activation="tanh"), torch.rand(40, 16)
    trained: list[list[torch.Tensor]] = []
    usual = Trainer.fit

    def watched(trainer: Trainer[nn.Module, object]) -> object:
        trained.append([p.detach().clone() for p in stack.parameters()])
        return usual(trainer)

    monkeypatch.setattr(Trainer, "fit", watched)
    histories = pretrain_layers(
        stack, x, TrainerConfig(steps=60, learning_rate=0.02), batch_size=20
    )
    trained.append([p.detach().clone() for p in stack.parameters()])
    assert len(histories) == 3
    for depth, history in enumerate(histories):
        assert np.mean(history.loss[-5:]) < 0.7 * np.mean(history.loss[:3])
        before, after = trained[depth], trained[depth + 1]
        moved = [not torch.equal(a, b) for a, b in zip(before, after, strict=True)]
        assert moved == [4 * depth <= i < 4 * depth + 4 for i in range(12)]
    # fine-tuning starts where the layers stand
    config = TrainerConfig(steps=60, learning_rate=0.01)
    tuned = Trainer(stack, lambda _: (x,), lambda _, batch: stack.loss(batch), config).fit()
    assert tuned.loss[-1] < tuned.loss[0]


def test_pretraining_of_a_denoising_stack_corrupts_each_layers_input() -> None:
    losses = []
    for amount in (0.0, 1.0):
        torch.manual_seed(0)
        stack = DenoisingAutoencoder((8, 6, 4), Corruption("masking", amount))
        histories = pretrain_layers(stack, torch.rand(10, 8), TrainerConfig(steps=1))
        losses.append([history.loss[0] for history in histories])
    assert losses[0][0] != losses[1][0]
    assert losses[0][1] != losses[1][1]


def test_impossible_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match=r"not \(3,\)"):
        Autoencoder((3,))
    with pytest.raises(ValueError, match=r"'mask' is unknown \(there are: masking"):
        Corruption("mask", 0.1)
    with pytest.raises(ValueError, match=r"1\.5 is no possible amount of masking"):
        Corruption("masking", 1.5)
    with pytest.raises(ValueError, match="not 0"):
        SparseAutoencoder((3, 2), rho=0)
    with pytest.raises(ValueError, match="rho must be between 0 and 1, not 1"):
        SparseAutoencoder((3, 2), rho=1)


def layer_by_layer(network: Autoencoder, x: Array, output: Callable[[Array], Array]) -> Array:
    """Code and reconstruction of a network with tanh units, of layers 7 and 3."""
    p = {name: value.detach().numpy() for name, value in network.named_parameters()}
    for layer in (0, 1):
        name = f"layers.{layer}.encoder"
        x = np.tanh(x @ p[f"{name}.weight"].T + p[f"{name}.bias"])
    for layer, activation in ((1, np.tanh), (0, output)):
        name = f"layers.{layer}.decoder"
        x = activation(x @ p[f"{name}.weight"].T + p[f"{name}.bias"])
    return x


@pytest.mark.parametrize("output", ["identity", "sigmoid"])
def test_autoencoder_is_its_layers_one_by_one(output: str) -> None:
    """Fault: the tanh of an autoencoder removed, in the encoder or the decoder."""
    activations = {"identity": lambda x: x, "sigmoid": lambda x: 1 / (1 + np.exp(-x))}
    network = Autoencoder((12, 7, 3), activation="tanh", output=output).double()
    x = torch.randn(5, 12, dtype=torch.float64) * 2
    expected = layer_by_layer(network, x.numpy(), activations[output])
    np.testing.assert_allclose(network(x).detach(), expected, rtol=1e-10)


def test_denoising_autoencoder_reconstructs_from_what_is_corrupted() -> None:
    """Fault: corruption ignored."""
    corruption = Corruption("gaussian", 0.5, generator=torch.Generator().manual_seed(3))
    network = DenoisingAutoencoder((12, 7, 3), corruption, activation="tanh").double()
    x = torch.randn(5, 12, dtype=torch.float64)
    same = torch.Generator().manual_seed(3)
    noise = torch.randn(5, 12, generator=same, dtype=torch.float64).numpy()
    expected = layer_by_layer(network, x.numpy() + 0.5 * noise, lambda x: x)
    np.testing.assert_allclose(network(x).detach(), expected, rtol=1e-10)
    assert not torch.equal(network(x), network(x))
    error = network.loss((x,)).loss
    assert error > 0
    assert torch.equal(network.eval()(x), network(x))


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_noise_of_a_generator_leaves_the_global_random_state_alone(name: str) -> None:
    x, before = torch.full((20, 30), 0.5), torch.get_rng_state()
    first, same, other = (
        Corruption(name, 0.4, generator=torch.Generator().manual_seed(seed))(x)
        for seed in (0, 0, 1)
    )
    assert torch.equal(first, same)
    assert not torch.equal(first, other)
    assert torch.equal(torch.get_rng_state(), before)
