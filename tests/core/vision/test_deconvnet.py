"""DeconvNet against the published table, and layer by layer."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.vision.deconvnet import DeconvNet

# Noh et al. 2015, table 2: layer -> kernel, channels; the arrows between are poolings
DOWN = [
    [(3, 64), (3, 64)],
    [(3, 128), (3, 128)],
    [(3, 256), (3, 256), (3, 256)],
    [(3, 512), (3, 512), (3, 512)],
    [(3, 512), (3, 512), (3, 512)],
]
MIDDLE = [(7, 4096), (1, 4096), (7, 512)]
UP = [
    [(3, 512), (3, 512), (3, 512)],
    [(3, 512), (3, 512), (3, 256)],
    [(3, 256), (3, 256), (3, 128)],
    [(3, 128), (3, 64)],
    [(3, 64), (3, 64)],
]


def sketch() -> DeconvNet:
    with torch.device("meta"):
        return DeconvNet()


def test_the_parameters_are_those_of_the_published_table() -> None:
    before, weights, scales = 3, 0, 0
    for kernel, channels in [*chain(*DOWN), *MIDDLE, *chain(*UP)]:
        weights += kernel**2 * before * channels
        scales += 2 * channels  # normalization's
        before = channels
    expected = weights + scales + 64 * 21 + 21
    found = sum(parameter.numel() for parameter in sketch().parameters())
    assert found == expected
    assert round(found / 1e6) == 252
    middle = sum(parameter.numel() for parameter in sketch().middle.parameters())
    assert round(middle / 1e6) == 222


def test_every_layer_is_the_tables() -> None:
    network = sketch()
    kinds = (nn.Conv2d, nn.ConvTranspose2d)
    parts = [network.encoder, network.middle, network.decoder]
    found = [[m for m in part.modules() if isinstance(m, kinds)] for part in parts]
    for layers, rows in zip(found, [[*chain(*DOWN)], MIDDLE, [*chain(*UP)]], strict=True):
        assert [(m.kernel_size[0], m.out_channels) for m in layers] == rows
    assert [type(m).__name__ for m in found[1]] == ["Conv2d", "Conv2d", "ConvTranspose2d"]
    assert {type(m) for m in found[0]} == {nn.Conv2d}
    assert {type(m) for m in found[2]} == {nn.ConvTranspose2d}


def test_shapes_are_the_tables() -> None:
    network = sketch().eval()
    shapes: list[tuple[int, ...]] = []
    for layer in (*network.encoder, *network.middle, *network.decoder):
        layer.register_forward_hook(lambda _, __, out: shapes.append(tuple(out.shape[1:])))
    picture = torch.empty(1, 3, 224, 224, device="meta")
    assert network(picture).shape == (1, 21, 224, 224)
    down = [(64, 224, 224), (128, 112, 112), (256, 56, 56), (512, 28, 28), (512, 14, 14)]
    middle = [(4096, 1, 1), (4096, 1, 1), (512, 7, 7)]
    up = [(512, 14, 14), (256, 28, 28), (128, 56, 56), (64, 112, 112), (64, 224, 224)]
    assert shapes == down + middle + up


def normalized(layer: Any, x: Tensor) -> Tensor:
    shape = (1, -1, 1, 1)
    scaled = (x - layer.running_mean.view(shape)) / (layer.running_var.view(shape) + 1e-5).sqrt()
    return (scaled * layer.weight.view(shape) + layer.bias.view(shape)).clamp_min(0)


def spread(x: Tensor, kernel: Tensor) -> Tensor:
    """Deconvolve by its definition: each value adds its kernel, (I, O, k, k), to the result."""
    side = kernel.shape[2]
    height, width = x.shape[2] + side - 1, x.shape[3] + side - 1
    out = x.new_zeros(len(x), kernel.shape[1], height, width)
    for row in range(x.shape[2]):
        for column in range(x.shape[3]):
            patch = torch.einsum("bi,iohw->bohw", x[:, :, row, column], kernel)
            out[:, :, row : row + side, column : column + side] += patch
    return out


def test_forward_layer_by_layer() -> None:
    torch.manual_seed(0)
    network: Any = DeconvNet(3, in_channels=2, size=8, convolutions=(1, 2), width=4, hidden=6)
    network(torch.randn(16, 2, 8, 8))  # moves the running statistics
    network.double().eval()
    x = picture = torch.randn(2, 2, 8, 8, generator=torch.Generator().manual_seed(1)).double()
    maxima = []
    for stage in network.encoder:
        for block in stage:
            x = normalized(block.norm, functional.conv2d(x, block.conv.weight, padding=1))
        blocks = x.unfold(2, 2, 2).unfold(3, 2, 2).flatten(4)  # (B, C, h, w, 4)
        maxima.append(functional.one_hot(blocks.argmax(4), 4))
        x = blocks.amax(4)
    first, second, third = network.middle
    x = normalized(first.norm, torch.einsum("bchw,ochw->bo", x, first.conv.weight)[..., None, None])
    x = normalized(second.norm, torch.einsum("bchw,oc->bohw", x, second.conv.weight[..., 0, 0]))
    x = normalized(third.norm, spread(x, third.conv.weight))
    for stage, places in zip(network.decoder, reversed(maxima), strict=True):
        grown = (x[..., None] * places).unflatten(4, (2, 2))  # (B, C, h, w, 2, 2)
        x = grown.permute(0, 1, 2, 4, 3, 5).flatten(4, 5).flatten(2, 3)  # (B, C, 2 h, 2 w)
        for block in stage:
            x = normalized(block.norm, spread(x, block.conv.weight)[:, :, 1:-1, 1:-1])
    expected = functional.conv2d(x, network.head.weight, network.head.bias)
    torch.testing.assert_close(network(picture), expected)


def test_wrong_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="size 100 cannot be halved 5 times"):
        DeconvNet(size=100)
    with pytest.raises(ValueError, match="size 16 cannot be halved 5 times"):
        DeconvNet(size=16)
    network = DeconvNet(2, size=8, convolutions=(1, 1), width=2, hidden=4)
    with pytest.raises(ValueError, match="8 x 8, not"):
        network(torch.rand(1, 3, 8, 16))
