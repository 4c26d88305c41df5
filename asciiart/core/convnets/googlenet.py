"""GoogLeNet: Inception modules apply convolutions of several sizes at every position."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import torch
from torch import Tensor, nn

from asciiart.core.layers import ConvBlock, ConvNet, global_average, local_response_norm
from asciiart.core.learning.initializers import initialize


class Widths(NamedTuple):
    """Channels of an Inception module, in the order of the paper's table 1."""

    one: int
    """Output channels of the 1 x 1 convolution."""
    reduce3: int
    """Output channels of the 1 x 1 convolution before the 3 x 3."""
    three: int
    """Output channels of the 3 x 3 convolution."""
    reduce5: int
    """Output channels of the 1 x 1 convolution before the 5 x 5."""
    five: int
    """Output channels of the 5 x 5 convolution."""
    project: int
    """Output channels of the 1 x 1 convolution after the pooling."""

    @property
    def outputs(self) -> int:
        """Output channels of the module."""
        return self.one + self.three + self.five + self.project

    def times(self, factor: float) -> Widths:
        """Return all numbers of channels times ``factor``, rounded, at least 1."""
        return Widths(*(max(1, round(width * factor)) for width in self))


MODULES: Mapping[str, Widths] = MappingProxyType(
    {
        "3a": Widths(64, 96, 128, 16, 32, 32),
        "3b": Widths(128, 128, 192, 32, 96, 64),
        "4a": Widths(192, 96, 208, 16, 48, 64),
        "4b": Widths(160, 112, 224, 24, 64, 64),
        "4c": Widths(128, 128, 256, 24, 64, 64),
        "4d": Widths(112, 144, 288, 32, 64, 64),
        "4e": Widths(256, 160, 320, 32, 128, 128),
        "5a": Widths(256, 160, 320, 32, 128, 128),
        "5b": Widths(384, 192, 384, 48, 128, 128),
    }
)
"""Name -> channels (table 1); a pooling precedes each change of the first digit."""


VARIANTS = ("paper", "torchvision")
"""As published, and as torchvision has it."""


class Inception(nn.Module):
    """Four parallel branches whose maps are concatenated: (B, I, H, W) -> (B, outputs, H, W).

    Figure 2(b) of Szegedy et al. 2015, with 1 x 1 reductions. ``large`` is the kernel of the branch
    ``five``.
    """

    def __init__(
        self, in_channels: int, widths: Widths, *, norm: bool = False, large: int = 5
    ) -> None:
        super().__init__()
        self.one = ConvBlock(in_channels, widths.one, 1, norm=norm)
        self.three = nn.Sequential(
            ConvBlock(in_channels, widths.reduce3, 1, norm=norm),
            ConvBlock(widths.reduce3, widths.three, 3, norm=norm),
        )
        self.five = nn.Sequential(
            ConvBlock(in_channels, widths.reduce5, 1, norm=norm),
            ConvBlock(widths.reduce5, widths.five, large, norm=norm),
        )
        self.pool = nn.Sequential(
            nn.MaxPool2d(3, 1, padding=1),  # (B, I, H, W)
            ConvBlock(in_channels, widths.project, 1, norm=norm),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return the maps of the four branches, in the order of the table."""
        branches = [self.one(x), self.three(x), self.five(x), self.pool(x)]
        return torch.cat(branches, dim=1)  # (B, one + three + five + project, H, W)


class AuxiliaryHead(nn.Module):
    """A classifier on intermediate maps, for training only: (B, C, 14, 14) -> logits (B, K).

    It follows the list in section 5 of Szegedy et al. 2015. ``side`` is that of the averaged maps.
    """

    def __init__(
        self,
        in_channels: int,
        num_classes: int,
        pool: nn.Module,
        *,
        side: int,
        width: float,
        norm: bool,
    ) -> None:
        super().__init__()
        channels, hidden = _scaled(128, width), _scaled(1024, width)
        self.pool = pool
        self.conv = ConvBlock(in_channels, channels, 1, norm=norm)
        self.hidden = nn.Linear(channels * side**2, hidden)
        self.dropout = nn.Dropout(0.7)
        self.classifier = nn.Linear(hidden, num_classes)

    def forward(self, maps: Tensor) -> Tensor:
        """Return the logits (B, K)."""
        x = self.conv(self.pool(maps))  # (B, 128, 4, 4)
        x = torch.relu(self.hidden(x.flatten(1)))  # (B, 1024)
        logits: Tensor = self.classifier(self.dropout(x))  # (B, K)
        return logits


class GoogLeNetOutput(NamedTuple):
    """The output of `GoogLeNet` in training; the paper weights the auxiliary losses by 0.3."""

    logits: Tensor
    """Logits (B, K) of the whole network."""
    auxiliary1: Tensor
    """Logits (B, K) of the head on module 4a."""
    auxiliary2: Tensor
    """Logits (B, K) of the head on module 4d."""


class GoogLeNet(ConvNet):
    """GoogLeNet (Szegedy et al. 2015, Going Deeper with Convolutions), following its table 1.

    It has true 5 x 5 convolutions, local response normalization, biases, and no batch
    normalization; 6,998,552 parameters with 1000 classes, 13,378,280 with the auxiliary heads. The
    trunk's stages are conv1, pool1, norm1, reduce2, conv2, norm2, pool2, inception3a and so on.

    Departures: pooling rounds sizes up (as in Caffe), which alone gives the paper's sizes; initial
    weights are He's. ``norm`` puts batch normalization after every convolution instead of local
    response normalization (Ioffe and Szegedy 2015).

    ``variant`` "torchvision" is the network whose weights torchvision publishes, whatever ``norm``
    is: batch normalization, 3 x 3 convolutions where the paper has 5 x 5, 2 x 2 windows in pool4.

    With ``small_input`` (32 pixels or less) conv1 is 3 x 3 with stride 1 and there is no pool2:
    modules 3a to 5b work on H/2, H/4 and H/8 pixels. ``width`` multiplies all channels.

    Shapes: picture (B, in_channels, 224, 224) -> features (B, 1024, 7, 7) -> logits (B, K). In
    training pictures must be 224 x 224 unless ``small_input``, because the auxiliary heads require
    it.

    Raises
    ------
    ValueError
        If the variant is unknown.
    """

    def __init__(
        self,
        num_classes: int = 1000,
        *,
        in_channels: int = 3,
        variant: str = "paper",
        width: float = 1.0,
        norm: bool = False,
        small_input: bool = False,
    ) -> None:
        if variant not in VARIANTS:
            raise ValueError(f"variant {variant!r} is unknown (there are: {', '.join(VARIANTS)})")
        ported = variant == "torchvision"
        norm = norm or ported
        stages = _stem(in_channels, width, norm, small_input)
        size = _scaled(192, width)
        sizes: dict[str, int] = {}
        for name, full in MODULES.items():
            if name in ("4a", "5a"):
                window = 2 if ported and name == "5a" else 3
                stages[f"pool{int(name[0]) - 1}"] = nn.MaxPool2d(window, 2, ceil_mode=True)
            widths = full.times(width)
            module = Inception(size, widths, norm=norm, large=3 if ported else 5)
            stages[f"inception{name}"] = module  # (B, outputs, H, W)
            size = sizes[name] = widths.outputs
        head = nn.Sequential(*global_average(), nn.Dropout(0.4))  # (B, 1024)
        super().__init__(stages, size, head, nn.Linear(size, num_classes))
        side = 2 if small_input else 4
        self.auxiliary1, self.auxiliary2 = (
            AuxiliaryHead(
                sizes[name],
                num_classes,
                nn.AdaptiveAvgPool2d(side) if small_input or ported else nn.AvgPool2d(5, 3),
                side=side,
                width=width,
                norm=norm,
            )
            for name in ("4a", "4d")
        )
        initialize(self, "he_normal")
        for layer in self.modules():
            if ported and isinstance(layer, nn.BatchNorm2d):
                layer.eps = 1e-3  # TensorFlow's, where the weights come from

    def forward(self, x: Tensor) -> Tensor | GoogLeNetOutput:
        """Return the logits (B, K) in evaluation, those of all three classifiers in training."""
        if not self.training:
            return self.classify(self.features(x))
        maps: dict[str, Tensor] = {}
        for name, stage in self.trunk.named_children():
            x = maps[name] = stage(x)
        return GoogLeNetOutput(
            logits=self.classify(x),
            auxiliary1=self.auxiliary1(maps["inception4a"]),
            auxiliary2=self.auxiliary2(maps["inception4d"]),
        )


def _scaled(channels: int, width: float) -> int:
    return max(1, round(channels * width))


def _stem(in_channels: int, width: float, norm: bool, small_input: bool) -> dict[str, nn.Module]:
    first, second = _scaled(64, width), _scaled(192, width)

    def response_norm() -> nn.Module:
        return nn.Identity() if norm else local_response_norm()

    kernel, stride = (3, 1) if small_input else (7, 2)
    stages: dict[str, nn.Module] = {
        "conv1": ConvBlock(in_channels, first, kernel, stride=stride, norm=norm),  # 112 x 112
        "pool1": nn.MaxPool2d(3, 2, ceil_mode=True),  # (B, 64, 56, 56)
        "norm1": response_norm(),
        "reduce2": ConvBlock(first, first, 1, norm=norm),
        "conv2": ConvBlock(first, second, 3, norm=norm),  # (B, 192, 56, 56)
        "norm2": response_norm(),
    }
    if not small_input:
        stages["pool2"] = nn.MaxPool2d(3, 2, ceil_mode=True)  # (B, 192, 28, 28)
    return stages


def googlenet_small(num_classes: int = 62, *, in_channels: int = 1) -> GoogLeNet:
    """Return a GoogLeNet of quarter width with batch normalization, for pictures of 32 x 32.

    498,386 parameters, 392,022 without the auxiliary heads.
    """
    return GoogLeNet(num_classes, in_channels=in_channels, width=0.25, norm=True, small_input=True)
