"""Densely connected networks: every layer sees the maps of all layers before it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import torch
from torch import Tensor, nn

from asciiart.core.layers import ConvBlock, ConvNet, global_average
from asciiart.core.learning.initializers import initialize


class DenseNetConfiguration(NamedTuple):
    """A column of the paper's table 1."""

    layers: tuple[int, ...]
    """Number of dense layers in each block."""
    growth_rate: int
    """Channels that each layer adds, the paper's k."""


CONFIGURATIONS: Mapping[int, DenseNetConfiguration] = MappingProxyType(
    {
        121: DenseNetConfiguration((6, 12, 24, 16), 32),
        169: DenseNetConfiguration((6, 12, 32, 32), 32),
        201: DenseNetConfiguration((6, 12, 48, 32), 32),
        161: DenseNetConfiguration((6, 12, 36, 24), 48),  # of the authors' code, wider
    }
)
"""Depth in weight layers -> column of table 1."""


def _norm_relu_conv(in_channels: int, out_channels: int, kernel_size: int) -> nn.Sequential:
    """Return H of the paper's section 3: normalization, ReLU, convolution, in this order."""
    conv = nn.Conv2d(in_channels, out_channels, kernel_size, padding=kernel_size // 2, bias=False)
    return nn.Sequential(nn.BatchNorm2d(in_channels), nn.ReLU(), conv)


class DenseLayer(nn.Module):
    """Adds ``growth_rate`` channels: (B, I, H, W) -> (B, I + growth_rate, H, W).

    x_l = H([x_0, ..., x_l-1]) (Huang et al. 2017, equation 2), after a bottleneck of 4
    ``growth_rate`` channels (DenseNet-B).
    """

    def __init__(self, in_channels: int, growth_rate: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            _norm_relu_conv(in_channels, 4 * growth_rate, 1),  # (B, 4 growth_rate, H, W)
            _norm_relu_conv(4 * growth_rate, growth_rate, 3),  # (B, growth_rate, H, W)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return the input's maps concatenated with those of this layer."""
        return torch.cat([x, self.layers(x)], dim=1)  # (B, I + growth_rate, H, W)


class DenseNet(ConvNet):
    """DenseNet-BC: blocks of densely connected layers, with bottlenecks and compression.

    Huang, Liu, van der Maaten and Weinberger 2017, Densely Connected Convolutional Networks.

    ``layers`` are the numbers of dense layers in the blocks; between blocks a transition halves the
    channels (compression 0.5) and the sides. The trunk's stages are conv1, pool1, block1,
    transition1, block2 and so on, norm.

    With ``small_input`` conv1 is 3 x 3 with stride 1 and there is no pool1 (the paper's networks
    for 32 x 32). There is no dropout; the paper uses it only without augmentation.

    Shapes: picture (B, in_channels, 224, 224) -> features (B, 1024 for 121, 7, 7) -> logits (B, K).
    """

    def __init__(
        self,
        layers: tuple[int, ...] = CONFIGURATIONS[121].layers,
        *,
        num_classes: int = 1000,
        in_channels: int = 3,
        growth_rate: int = 32,
        small_input: bool = False,
    ) -> None:
        size = 2 * growth_rate
        stages: dict[str, nn.Module] = {}
        if small_input:
            # the first dense layer normalizes before it convolves
            stages["conv1"] = nn.Conv2d(in_channels, size, 3, padding=1, bias=False)
        else:
            stages["conv1"] = ConvBlock(in_channels, size, 7, stride=2)  # (B, 64, 112, 112)
            stages["pool1"] = nn.MaxPool2d(3, 2, padding=1)  # (B, 64, 56, 56)
        for i, count in enumerate(layers, 1):
            if i > 1:
                stages[f"transition{i - 1}"] = nn.Sequential(
                    *_norm_relu_conv(size, size // 2, 1),  # (B, size / 2, H, W)
                    nn.AvgPool2d(2),  # (B, size / 2, H / 2, W / 2)
                )
                size //= 2
            sizes = range(size, size + count * growth_rate, growth_rate)
            stages[f"block{i}"] = nn.Sequential(
                *(DenseLayer(before, growth_rate) for before in sizes)
            )
            size += count * growth_rate  # (B, size, H, W)
        stages["norm"] = nn.Sequential(nn.BatchNorm2d(size), nn.ReLU())
        super().__init__(stages, size, global_average(), nn.Linear(size, num_classes))
        initialize(self, "he_normal")


def densenet(
    depth: int, *, num_classes: int = 1000, in_channels: int = 3, small_input: bool = False
) -> DenseNet:
    """Return DenseNet-121, 169, 201 or 161: 8.0, 14.1, 20.0 or 28.7 million parameters.

    Raises
    ------
    ValueError
        If ``depth`` is none of these.
    """
    if depth not in CONFIGURATIONS:
        raise ValueError(f"depth must be one of {list(CONFIGURATIONS)}, not {depth}")
    return DenseNet(
        CONFIGURATIONS[depth].layers,
        num_classes=num_classes,
        in_channels=in_channels,
        growth_rate=CONFIGURATIONS[depth].growth_rate,
        small_input=small_input,
    )


def densenet_small(num_classes: int = 62, *, in_channels: int = 1) -> DenseNet:
    """Return a DenseNet of 32 layers for pictures of 32 x 32; 129,230 parameters."""
    return DenseNet(
        (2, 4, 8),
        num_classes=num_classes,
        in_channels=in_channels,
        growth_rate=12,
        small_input=True,
    )
