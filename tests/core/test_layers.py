"""Shared layers against NumPy."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from arrays import Array
from torch import nn

from asciiart.core.layers import (
    ACTIVATIONS,
    ConvBlock,
    Maxout,
    build_activation,
    convolved_size,
    eval_mode,
    global_average,
    local_response_norm,
)

SETTINGS = [
    (size, kernel, stride, padding)
    for size in (5, 8, 11)
    for kernel in (1, 2, 3, 5)
    for stride in (1, 2, 3)
    for padding in (0, 1, 2)
]


def random_array(*shape: int) -> Array:
    return np.random.default_rng(0).normal(size=shape)


def convolve(x: Array, weight: Array, stride: int, padding: int) -> Array:
    """Return the cross-correlation of (B, I, H, W) with (O, I, k, k), one window at a time."""
    kernel = weight.shape[-1]
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    starts = range(0, x.shape[-1] - kernel + 1, stride)
    rows = [
        [
            np.einsum("bikl,oikl->bo", x[:, :, i : i + kernel, j : j + kernel], weight)
            for j in starts
        ]
        for i in starts
    ]
    return np.array(rows).transpose(2, 3, 0, 1)  # (B, O, H', W')


@pytest.mark.parametrize(("size", "kernel", "stride", "padding"), SETTINGS)
def test_convolved_size_is_a_real_convolutions(
    size: int, kernel: int, stride: int, padding: int
) -> None:
    expected = convolved_size(size, kernel, stride, padding)
    conv = nn.Conv2d(1, 1, kernel, stride, padding)
    assert conv(torch.zeros(1, 1, size, size)).shape[2:] == (expected, expected)
    if 2 * padding <= kernel:
        pool = nn.MaxPool2d(kernel, stride, padding)
        assert pool(torch.zeros(1, 1, size, size)).shape[2:] == (expected, expected)
    by_hand = convolve(
        np.zeros((1, 1, size, size)), np.ones((1, 1, kernel, kernel)), stride, padding
    )
    assert by_hand.shape[2:] == (expected, expected)


@pytest.mark.parametrize(("kernel", "stride", "padding"), [(3, 1, None), (3, 2, None), (5, 2, 0)])
def test_block_without_norm_is_a_convolution_and_a_relu(
    kernel: int, stride: int, padding: int | None
) -> None:
    block = ConvBlock(2, 4, kernel, stride=stride, padding=padding, norm=False).double()
    assert block.conv.bias is not None
    x = random_array(3, 2, 9, 9)
    weight, bias = block.conv.weight.detach().numpy(), block.conv.bias.detach().numpy()
    maps = convolve(x, weight, stride, kernel // 2 if padding is None else padding)
    expected = np.maximum(maps + bias[:, None, None], 0)
    np.testing.assert_allclose(block(torch.from_numpy(x)).detach(), expected, atol=1e-12)


def test_block_normalizes_by_the_batch_in_training_and_by_running_figures_after() -> None:
    """Ioffe and Szegedy 2015, algorithms 1 and 2, over two steps of training."""
    block = ConvBlock(2, 3, 3, activation="identity").double()
    assert block.conv.bias is None
    assert isinstance(block.norm, nn.BatchNorm2d)
    gamma, beta = np.array([0.5, 1.0, 2.0]), np.array([0.1, -0.2, 0.3])
    with torch.no_grad():
        block.norm.weight.copy_(torch.from_numpy(gamma))
        block.norm.bias.copy_(torch.from_numpy(beta))
    weight = block.conv.weight.detach().numpy()
    running_mean, running_variance = np.zeros(3), np.ones(3)

    def normalized(maps: Array, mean: Array, variance: Array) -> Array:
        columns = [a[:, None, None] for a in (mean, np.sqrt(variance + 1e-5), gamma, beta)]
        return (maps - columns[0]) / columns[1] * columns[2] + columns[3]

    for x in random_array(2, 4, 2, 6, 6):
        maps = convolve(x, weight, 1, 1)  # (B, O, H, W)
        mean, variance = maps.mean((0, 2, 3)), maps.var((0, 2, 3))
        found = block(torch.from_numpy(x)).detach()
        np.testing.assert_allclose(found, normalized(maps, mean, variance), atol=1e-12)
        count = maps.size / 3
        running_mean = 0.9 * running_mean + 0.1 * mean
        running_variance = 0.9 * running_variance + 0.1 * variance * count / (count - 1)
    np.testing.assert_allclose(block.norm.running_mean, running_mean, atol=1e-12)  # type: ignore[arg-type]
    np.testing.assert_allclose(block.norm.running_var, running_variance, atol=1e-12)  # type: ignore[arg-type]
    x = random_array(1, 2, 6, 6) * 3
    found = block.eval()(torch.from_numpy(x)).detach()
    maps = convolve(x, weight, 1, 1)
    np.testing.assert_allclose(found, normalized(maps, running_mean, running_variance), atol=1e-12)


def test_local_response_norm_is_the_papers_formula() -> None:
    """Krizhevsky et al. 2012, section 3.3, with its alpha: torch's is another."""
    x = 40 * random_array(2, 7, 3, 3)  # so large that alpha counts
    expected = np.empty_like(x)
    for i in range(7):
        near = x[:, max(0, i - 2) : min(6, i + 2) + 1]
        expected[:, i] = x[:, i] / (2 + 1e-4 * (near**2).sum(1)) ** 0.75
    found = local_response_norm()(torch.from_numpy(x))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_global_average_is_the_mean_of_each_map() -> None:
    x = random_array(2, 3, 4, 5)
    np.testing.assert_allclose(global_average()(torch.from_numpy(x)), x.mean((2, 3)), atol=1e-12)


FORMULAS = {
    "identity": lambda x: x,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "tanh": math.tanh,
    "relu": lambda x: max(x, 0.0),
    "leaky_relu": lambda x: x if x > 0 else 0.2 * x,
    "elu": lambda x: x if x > 0 else math.exp(x) - 1,
    "gelu": lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2,
    "softplus": lambda x: math.log(1 + math.exp(x)),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_is_its_formula(name: str) -> None:
    x = torch.linspace(-3, 3, 13, dtype=torch.float64)  # 0 is among them
    expected = [FORMULAS[name](value) for value in x.tolist()]
    assert build_activation(name)(x).tolist() == pytest.approx(expected, abs=1e-12)


def test_unknown_activation_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'rule' is unknown \(there are: identity, .*softplus\)"):
        build_activation("rule")


def test_maxout_is_the_largest_of_its_linear_maps() -> None:
    """Goodfellow et al. 2013, section 2: W is (I, K, pieces)."""
    layer = Maxout(4, 3, pieces=5).double()
    x = random_array(2, 6, 4)
    weight = layer.linear.weight.detach().numpy().reshape(3, 5, 4)
    bias = layer.linear.bias.detach().numpy().reshape(3, 5)
    expected = (np.einsum("bti,kji->btkj", x, weight) + bias).max(-1)
    np.testing.assert_allclose(layer(torch.from_numpy(x)).detach(), expected, atol=1e-12)


def test_maxout_of_two_pieces_can_be_a_rectifier_or_an_absolute_value() -> None:
    layer = Maxout(1, 2)
    with torch.no_grad():
        layer.linear.weight.copy_(torch.tensor([[1.0], [0.0], [1.0], [-1.0]]))
        layer.linear.bias.zero_()
    x = torch.tensor([[-2.0], [0.5]])
    assert layer(x).tolist() == [[0.0, 2.0], [0.5, 0.5]]
    with pytest.raises(ValueError, match="pieces must be 1 or more, not 0"):
        Maxout(1, 1, pieces=0)


def test_evaluating_restores_each_module_and_its_errors() -> None:
    network = nn.Sequential(*(nn.Linear(1, 1) for _ in range(5)))
    network[1].eval()  # as if frozen
    modes: list[bool] = []

    def fail() -> None:
        modes.extend(module.training for module in network.modules())
        raise KeyError

    with pytest.raises(KeyError), eval_mode(network):
        fail()
    assert modes == [False] * 6
    assert [module.training for module in network] == [True, False, True, True, True]
    assert network.training


@pytest.mark.parametrize(("kernel", "stride"), [(0, 1), (-3, 1), (3, 0)])
def test_a_kernel_and_a_stride_are_positive(kernel: int, stride: int) -> None:
    with pytest.raises(ValueError, match=f"must be positive, not {kernel} and {stride}"):
        convolved_size(7, kernel, stride)


def test_a_kernel_larger_than_the_padded_side_is_refused() -> None:
    assert convolved_size(1, 3, padding=1) == 1
    with pytest.raises(ValueError, match="a kernel of 4 does not fit 1 pixels, padding 1"):
        convolved_size(1, 4, padding=1)
