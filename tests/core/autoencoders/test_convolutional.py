"""Convolutional autoencoders: shapes, gradients, unpooling."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.nn import functional

from asciiart.core.autoencoders.convolutional import (
    ConvAutoencoder,
    ConvStage,
    UnpoolingAutoencoder,
)

STAGES = [
    (ConvStage(4, 3),),
    (ConvStage(4, 5, (2, 2)),),
    (ConvStage(6, 5, (2, 2)), ConvStage(8, 3)),
    (ConvStage(3, 3, (2, 1)), ConvStage(5, 7, (2, 2)), ConvStage(4, 1)),
    (ConvStage(4, 1, (1, 3)), ConvStage(4, 3, (3, 2))),
]


def build(stages: tuple[ConvStage, ...], seed: int = 0, channels: int = 1) -> ConvAutoencoder:
    torch.manual_seed(seed)
    return ConvAutoencoder(stages, 5, channels)


@pytest.mark.parametrize("stages", STAGES)
@pytest.mark.parametrize("channels", [1, 3])
def test_code_and_picture_have_the_promised_shapes(
    stages: tuple[ConvStage, ...], channels: int
) -> None:
    network = build(stages, channels=channels)
    down, right = 1, 1
    for stage in stages:
        down, right = down * stage.stride[0], right * stage.stride[1]
    picture = torch.rand(2, channels, 4 * down, 3 * right)
    code = network.encode(picture)
    assert network.stride == (down, right)
    assert code.shape == (2, 5, 4, 3)
    assert network.decode(code).shape == picture.shape
    assert torch.equal(network(picture), network.decode(code))


@pytest.mark.parametrize("stages", STAGES)
def test_gradient_reaches_every_parameter(stages: tuple[ConvStage, ...]) -> None:
    network = build(stages)
    picture = torch.rand(4, 1, 24, 24)
    functional.mse_loss(network(picture), picture).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name


def test_code_and_restored_picture_may_be_negative() -> None:
    """No rectifier follows the code or the last layer: both are unbounded."""
    network = build(STAGES[2])
    picture = torch.randn(4, 1, 32, 32)
    assert network.encode(picture).min() < 0
    assert network(picture).min() < 0


def test_overfits_one_batch() -> None:
    network = build((ConvStage(16, 5, (2, 2)), ConvStage(16, 3)))
    picture = torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    for _ in range(300):
        loss = functional.mse_loss(network(picture), picture)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.02 * picture.var().item()


def test_same_seed_same_weights() -> None:
    first, same, other = (build(STAGES[2], seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert not any(torch.equal(first[name], other[name]) for name in first)


def test_saved_weights_load_back(tmp_path: Path) -> None:
    network, other = build(STAGES[2], 0), build(STAGES[2], 1)
    picture = torch.rand(1, 1, 16, 16)
    torch.save(network.state_dict(), tmp_path / "weights")
    assert not torch.equal(network(picture), other(picture))
    other.load_state_dict(torch.load(tmp_path / "weights", weights_only=True))
    assert torch.equal(network(picture), other(picture))


def test_unpooling_puts_values_back_where_they_were() -> None:
    network = UnpoolingAutoencoder((1,), kernel_size=1)
    for layer in (network.encoder[0], network.decoder[0]):
        torch.nn.init.ones_(layer.weight)  # type: ignore[arg-type]
        torch.nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    x = torch.tensor([[[[1.0, 2, 9], [4, 3, 9], [9, 9, 9]]]])
    expected = torch.zeros(1, 1, 3, 3)
    expected[0, 0, 1, 0] = 4
    assert torch.equal(network(x), expected)
    assert UnpoolingAutoencoder((4, 8), 2)(torch.rand(2, 2, 13, 10)).shape == (2, 2, 13, 10)


def test_strided_autoencoder_is_its_layers_one_by_one() -> None:
    """Faults: a decoder without its ReLUs, a ReLU after the code or the picture."""
    network = build((ConvStage(6, 5, (2, 2)), ConvStage(8, 3, (2, 1))))
    x = picture = torch.randn(3, 1, 16, 12, generator=torch.Generator().manual_seed(0))
    weights = [p.detach() for p in network.parameters()]
    pairs = list(zip(weights[::2], weights[1::2], strict=True))
    x = functional.relu(functional.conv2d(x, *pairs[0], stride=(2, 2), padding=2))
    x = functional.relu(functional.conv2d(x, *pairs[1], stride=(2, 1), padding=1))
    code = functional.conv2d(x, *pairs[2])
    up = functional.conv_transpose2d
    x = functional.relu(up(code, *pairs[3], stride=(2, 1), padding=1, output_padding=(1, 0)))
    x = up(x, *pairs[4], stride=(2, 2), padding=2, output_padding=(1, 1))
    torch.testing.assert_close(network.encode(picture), code)
    torch.testing.assert_close(network(picture), x)


def test_unpooling_autoencoder_is_its_layers_one_by_one() -> None:
    """Faults: a decoder without its ReLUs, an encoder without its own."""
    torch.manual_seed(0)
    network = UnpoolingAutoencoder((4, 6), 2)
    x = picture = torch.randn(3, 2, 9, 8, generator=torch.Generator().manual_seed(0))
    weights = [p.detach() for p in network.parameters()]  # the encoder's four, the decoder's four
    pairs = list(zip(weights[::2], weights[1::2], strict=True))
    x = functional.relu(functional.conv2d(x, *pairs[0], padding=1))
    x, first = functional.max_pool2d(x, 2, return_indices=True)
    x = functional.relu(functional.conv2d(x, *pairs[1], padding=1))
    x, second = functional.max_pool2d(x, 2, return_indices=True)
    x = functional.max_unpool2d(x, second, [2, 2], output_size=(4, 4))
    x = functional.relu(functional.conv2d(x, *pairs[3], padding=1))
    x = functional.max_unpool2d(x, first, [2, 2], output_size=(9, 8))
    x = functional.conv2d(x, *pairs[2], padding=1)
    torch.testing.assert_close(network(picture), x)


def test_unpooling_autoencoder_keeps_the_size_with_any_odd_kernel() -> None:
    picture = torch.rand(2, 1, 9, 12)
    for kernel_size in (1, 3, 5):
        network = UnpoolingAutoencoder((3, 4), kernel_size=kernel_size)
        assert network.encode(picture).code.shape == (2, 4, 2, 3)
        assert network(picture).shape == picture.shape
