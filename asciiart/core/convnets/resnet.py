"""Residual networks: every block adds its output to its input."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.layers import ConvBlock, ConvNet, global_average
from asciiart.core.learning.initializers import initialize


class ResNetConfiguration(NamedTuple):
    """A column of the paper's table 1."""

    blocks: tuple[int, ...]
    """Number of residual blocks in each stage."""
    bottleneck: bool
    """Whether the blocks are `Bottleneck`, otherwise `BasicBlock`."""


CONFIGURATIONS: Mapping[int, ResNetConfiguration] = MappingProxyType(
    {
        18: ResNetConfiguration((2, 2, 2, 2), False),
        34: ResNetConfiguration((3, 4, 6, 3), False),
        50: ResNetConfiguration((3, 4, 6, 3), True),
        101: ResNetConfiguration((3, 4, 23, 3), True),
        152: ResNetConfiguration((3, 8, 36, 3), True),
    }
)
"""Depth in weight layers -> column of table 1."""


class BasicBlock(nn.Module):
    """Two 3 x 3 convolutions and a shortcut: (B, I, H, W) -> (B, width, H/stride, W/stride).

    y = relu(F(x) + x) (He et al. 2016, equation 1); the shortcut is a 1 x 1 convolution where the
    shape changes (option B).
    """

    expansion = 1
    """Output channels per unit of ``width``."""

    def __init__(self, in_channels: int, width: int, *, stride: int = 1) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            ConvBlock(in_channels, width, 3, stride=stride),  # (B, width, H/stride, W/stride)
            ConvBlock(width, width, 3, activation="identity"),
        )
        self.shortcut = _shortcut(in_channels, width, stride)

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's feature maps."""
        return functional.relu(self.residual(x) + self.shortcut(x))


class Bottleneck(nn.Module):
    """1 x 1, 3 x 3, 1 x 1: (B, I, H, W) -> (B, 4 width, H/stride, W/stride).

    Figure 5 (right) of He et al. 2016, in version 1.5: the 3 x 3 convolution has the stride; the
    paper gives it to the first 1 x 1, which then ignores three of four pixels.
    """

    expansion = 4
    """Output channels per unit of ``width``."""

    def __init__(self, in_channels: int, width: int, *, stride: int = 1) -> None:
        super().__init__()
        out_channels = self.expansion * width
        self.residual = nn.Sequential(
            ConvBlock(in_channels, width, 1),  # (B, width, H, W)
            ConvBlock(width, width, 3, stride=stride),  # (B, width, H/stride, W/stride)
            ConvBlock(width, out_channels, 1, activation="identity"),  # (B, 4 width, ...)
        )
        self.shortcut = _shortcut(in_channels, out_channels, stride)

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's feature maps."""
        return functional.relu(self.residual(x) + self.shortcut(x))


def _shortcut(in_channels: int, out_channels: int, stride: int) -> nn.Module:
    if in_channels == out_channels and stride == 1:
        return nn.Identity()
    return ConvBlock(in_channels, out_channels, 1, stride=stride, activation="identity")


class ResNet(ConvNet):
    """ResNet (He, Zhang, Ren and Sun 2016, Deep Residual Learning for Image Recognition).

    ``blocks`` are the numbers of residual blocks in the stages; from stage to stage the channels
    double, starting at ``width``, and the sides halve. The trunk's stages are the paper's: conv1,
    pool1, conv2 to conv5 (with the picture's sides divided by 2, 4, 4, 8, 16, 32).

    Departure: version 1.5 (see `Bottleneck`), with the same number of parameters.

    With ``small_input`` conv1 is 3 x 3 with stride 1 and there is no pool1 (the paper's section
    4.2), so that four stages turn a 32 x 32 picture into 4 x 4 maps.

    Shapes: picture (B, in_channels, 224, 224) -> features (B, 512 or 2048, 7, 7) -> logits (B, K).
    """

    def __init__(
        self,
        blocks: tuple[int, ...] = CONFIGURATIONS[18].blocks,
        *,
        num_classes: int = 1000,
        in_channels: int = 3,
        width: int = 64,
        bottleneck: bool = False,
        small_input: bool = False,
    ) -> None:
        block = Bottleneck if bottleneck else BasicBlock
        stages: dict[str, nn.Module] = {}
        if small_input:
            stages["conv1"] = ConvBlock(in_channels, width, 3)  # (B, 64, 32, 32)
        else:
            stages["conv1"] = ConvBlock(in_channels, width, 7, stride=2)  # (B, 64, 112, 112)
            stages["pool1"] = nn.MaxPool2d(3, 2, padding=1)  # (B, 64, 56, 56)
        size = width
        for i, count in enumerate(blocks):
            stage: list[nn.Module] = []
            for j in range(count):
                stride = 2 if i > 0 and j == 0 else 1
                stage += [block(size, width * 2**i, stride=stride)]
                size = width * 2**i * block.expansion
            stages[f"conv{i + 2}"] = nn.Sequential(*stage)  # (B, size, 56 / 2^i, 56 / 2^i)
        super().__init__(stages, size, global_average(), nn.Linear(size, num_classes))
        initialize(self, "he_normal")


def resnet(
    depth: int, *, num_classes: int = 1000, in_channels: int = 3, small_input: bool = False
) -> ResNet:
    """Return ResNet-18, 34, 50, 101 or 152: 11.7, 21.8, 25.6, 44.5 or 60.2 million parameters.

    Raises
    ------
    ValueError
        If ``depth`` is none of these.
    """
    if depth not in CONFIGURATIONS:
        raise ValueError(f"depth must be one of {list(CONFIGURATIONS)}, not {depth}")
    return ResNet(
        CONFIGURATIONS[depth].blocks,
        num_classes=num_classes,
        in_channels=in_channels,
        bottleneck=CONFIGURATIONS[depth].bottleneck,
        small_input=small_input,
    )


def resnet_small(num_classes: int = 62, *, in_channels: int = 1) -> ResNet:
    """Return a ResNet of 10 layers for pictures of 32 x 32; 315,246 parameters."""
    return ResNet(
        (1, 1, 1, 1), num_classes=num_classes, in_channels=in_channels, width=16, small_input=True
    )
