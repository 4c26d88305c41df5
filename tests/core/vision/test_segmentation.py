"""Shapes and places of the dense networks, and intersection over union against counting."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy_layers import (
    array,
    block,
    convolve,
    deconvolve,
    pool,
    response_normalize,
    sigmoid,
)
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.vision.segmentation import (
    SaliencyNetwork,
    SegmentationNetwork,
    intersection_over_union,
)

every_upsampling = pytest.mark.parametrize("upsampling", ["unpool", "transposed"])


@every_upsampling
@pytest.mark.parametrize("size", [(16, 16), (13, 23), (4, 7)])
def test_every_size_comes_back(upsampling: str, size: tuple[int, int]) -> None:
    network = SegmentationNetwork(5, width=4, depth=2, upsampling=upsampling)
    assert network(torch.rand(2, 3, *size)).shape == (2, 5, *size)


def test_unpooling_puts_each_maximum_back_where_it_was() -> None:
    torch.manual_seed(0)
    network = SegmentationNetwork(2, in_channels=1, width=4, depth=2).eval()
    seen: dict[nn.Module, Tensor] = {}

    def record(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        seen[layer] = output if layer in list(network.encoder) else inputs[0]

    last = network.decoder[-1].convolve
    for layer in (network.encoder[0], last):
        layer.register_forward_hook(record)
    network(torch.rand(1, 1, 9, 12))
    maps, grown = seen[network.encoder[0]], seen[last]  # type: ignore[index]
    _, places = functional.max_pool2d(maps, 2, return_indices=True)
    assert grown.shape == maps.shape
    own = torch.zeros(1, 4, 9 * 12, dtype=torch.bool).scatter(2, places.flatten(2), value=True)
    assert grown.flatten(2)[~own].eq(0).all()
    assert grown.flatten(2)[own].ne(0).any()


def test_transposed_convolution_is_all_that_is_added() -> None:
    def count(upsampling: str) -> int:
        network = SegmentationNetwork(2, in_channels=1, width=4, depth=2, upsampling=upsampling)
        return sum(parameter.numel() for parameter in network.parameters())

    added = sum(channels * channels * 16 + channels for channels in (8, 4))
    assert count("transposed") == count("unpool") + added


def test_wrong_options_and_pictures_are_refused() -> None:
    with pytest.raises(ValueError, match="'bilinear'"):
        SegmentationNetwork(2, in_channels=1, upsampling="bilinear")
    with pytest.raises(ValueError, match="not 0"):
        SegmentationNetwork(2, in_channels=1, depth=0)
    with pytest.raises(ValueError, match="4 x 4 or more"):
        SegmentationNetwork(2, in_channels=1, depth=2)(torch.rand(1, 1, 3, 8))


def test_the_saliency_network_is_the_published_one() -> None:
    with torch.device("meta"):
        network = SaliencyNetwork()
        assert network(torch.empty(1, 3, 240, 320)).shape == (1, 1, 240, 320)
    table = [(3, 96, 7), (96, 256, 5), (256, 512, 3), (512, 512, 5), (512, 512, 5)]
    table += [(512, 256, 7), (256, 128, 11), (128, 32, 11), (32, 1, 13)]
    expected = sum(i * o * k * k + o for i, o, k in table) + 8 * 8
    assert sum(parameter.numel() for parameter in network.parameters()) == expected


@pytest.mark.parametrize("size", [(17, 22), (16, 24), (8, 8)])
def test_saliency_is_a_map_from_0_to_1_of_the_pictures_size(size: tuple[int, int]) -> None:
    found = SaliencyNetwork(in_channels=1, width=6)(10 * torch.randn(2, 1, *size)).detach()
    assert found.shape == (2, 1, *size)
    assert 0 <= float(found.min()) < float(found.max()) <= 1


def test_intersection_over_union_is_what_counting_gives() -> None:
    random = torch.Generator().manual_seed(0)
    predicted = torch.randint(0, 3, (2, 6, 5), generator=random)
    true = torch.randint(0, 3, (2, 6, 5), generator=random)
    found = intersection_over_union(predicted, true, 4)
    for label in range(3):
        both = ((predicted == label) & (true == label)).sum()
        either = ((predicted == label) | (true == label)).sum()
        assert float(found[label]) == pytest.approx(float(both / either))
    assert found[3].isnan()


def test_intersection_over_union_refuses_what_it_cannot_count() -> None:
    with pytest.raises(ValueError, match="shapes differ"):
        intersection_over_union(torch.zeros(2), torch.zeros(3), 2)
    with pytest.raises(ValueError, match="0 to 2"):
        intersection_over_union(torch.tensor([2]), torch.tensor([0]), 2)


@every_upsampling
def test_the_segmentation_network_layer_by_layer(upsampling: str) -> None:
    torch.manual_seed(0)
    network: Any = SegmentationNetwork(3, in_channels=2, width=3, depth=2, upsampling=upsampling)
    network(torch.randn(6, 2, 8, 8))  # moves the normalization's running figures
    picture = torch.randn(2, 2, 8, 12, generator=torch.Generator().manual_seed(1))
    x, maxima = array(picture), []
    for stage in network.encoder:
        x = block(block(x, stage[0]), stage[1])
        pooled = pool(x, 2, 2)
        maxima.append(x == pooled.repeat(2, 2).repeat(2, 3))
        x = pooled
    x = block(x, network.middle)
    for stage, places in zip(network.decoder, reversed(maxima), strict=True):
        if upsampling == "unpool":
            x = x.repeat(2, 2).repeat(2, 3) * _first_of_each_window(places)
        else:
            x = deconvolve(x, stage.grow, stride=2, padding=1)
        x = block(block(x, stage.convolve[0]), stage.convolve[1])
    expected = convolve(x, network.head)
    np.testing.assert_allclose(array(network.eval()(picture)), expected, atol=1e-4)


def _first_of_each_window(places: np.ndarray) -> np.ndarray:
    """Of equal values, as ReLU's zeros are, the first is the maximum."""
    batch, channels, height, width = places.shape
    windows = places.reshape(batch, channels, height // 2, 2, width // 2, 2).swapaxes(3, 4)
    flat = windows.reshape(*windows.shape[:4], 4)
    first = flat & (flat.cumsum(-1) == 1)
    return first.reshape(windows.shape).swapaxes(3, 4).reshape(places.shape)


def test_the_saliency_network_layer_by_layer() -> None:
    """Fault: without local response normalization; the weights are large so that it matters."""
    torch.manual_seed(0)
    network = SaliencyNetwork(in_channels=2, width=9)
    picture = 300 * torch.rand(1, 2, 17, 22, generator=torch.Generator().manual_seed(1))
    layers = list(network.net)
    x = response_normalize(block(array(picture), layers[0]), 5, 1e-4, 0.75, 1.0)
    assert (block(array(picture), layers[0]) - x).max() > 1
    x = pool(x, 3, 2)
    x = pool(block(x, layers[3]), 3, 2)
    for layer in layers[5:11]:
        x = block(x, layer)
    x = convolve(x, layers[11], padding=6)  # type: ignore[arg-type]
    x = deconvolve(x, layers[12], stride=4, padding=2)  # type: ignore[arg-type]
    assert x.shape == (1, 1, 16, 20)
    found = array(network.net(picture))
    np.testing.assert_allclose(found, x, rtol=1e-3, atol=1e-4 * abs(x).max())
    whole = array(network(picture))
    resized = functional.interpolate(torch.tensor(x), (17, 22), mode="bilinear")
    np.testing.assert_allclose(whole, sigmoid(array(resized)), atol=1e-3)
