"""VGG: 3 x 3 convolutions only, with twice the channels where pooling halves the picture."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from torch import nn

from asciiart.core.layers import ConvBlock, ConvNet, global_average, hidden_layer
from asciiart.core.learning.initializers import initialize

CONFIGURATIONS: Mapping[int, tuple[int, ...]] = MappingProxyType(
    {
        11: (1, 1, 2, 2, 2),  # A
        13: (2, 2, 2, 2, 2),  # B
        16: (2, 2, 3, 3, 3),  # D
        19: (2, 2, 4, 4, 4),  # E
    }
)
"""Depth in weight layers -> convolutions in each stage (table 1; three linear layers follow)."""


class VGG(ConvNet):
    """VGG: stages of 3 x 3 convolutions, each with max pooling, then three linear layers.

    Simonyan and Zisserman 2015, Very Deep Convolutional Networks for Large-Scale Image Recognition.

    ``convolutions`` are the numbers of 3 x 3 convolutions in the stages; a stage ends in 2 x 2 max
    pooling. The channels of the stages are ``width`` times 1, 2, 4, 8, 8. The trunk's stages are
    named as in the style transfer literature: conv1_1, conv1_2, pool1, conv2_1 and so on.

    Departures: initial weights are He's (the paper starts from shallower trained networks).
    ``norm`` adds batch normalization, which replaces the convolutions' biases; the paper has none.

    With ``small_input`` global average pooling and one hidden layer of 8 ``width`` units follow the
    trunk, otherwise two of 64 ``width`` (4096). The trunk is the same, as it does not downsample
    early. Each side of a picture must have 2^stages pixels or more. ``dropout`` is the probability
    in the hidden layers.

    Shapes: picture (B, in_channels, 224, 224) -> features (B, 512, 7, 7) -> logits (B, K).
    """

    def __init__(
        self,
        convolutions: tuple[int, ...] = CONFIGURATIONS[16],
        *,
        num_classes: int = 1000,
        in_channels: int = 3,
        width: int = 64,
        norm: bool = False,
        small_input: bool = False,
        dropout: float = 0.5,
    ) -> None:
        stages: dict[str, nn.Module] = {}
        size = in_channels
        for i, count in enumerate(convolutions, 1):
            wanted = width * min(2 ** (i - 1), 8)
            for j in range(1, count + 1):
                stages[f"conv{i}_{j}"] = ConvBlock(size, wanted, 3, norm=norm)
                size = wanted
            stages[f"pool{i}"] = nn.MaxPool2d(2)  # (B, size, H / 2^i, W / 2^i)
        hidden = 8 * width if small_input else 64 * width
        if small_input:
            head = nn.Sequential(*global_average(), *hidden_layer(size, hidden, dropout=dropout))
        else:
            head = nn.Sequential(
                nn.AdaptiveAvgPool2d(7),  # (B, 512, 7, 7); nothing changes at 224 pixels
                nn.Flatten(),  # (B, 25088)
                *hidden_layer(49 * size, hidden, dropout=dropout),  # (B, 4096)
                *hidden_layer(hidden, hidden, dropout=dropout),
            )
        super().__init__(stages, size, head, nn.Linear(hidden, num_classes))
        initialize(self, "he_normal")


def vgg(
    depth: int,
    *,
    num_classes: int = 1000,
    in_channels: int = 3,
    norm: bool = False,
    small_input: bool = False,
) -> VGG:
    """Return VGG-11, 13, 16 or 19: 132.9, 133.0, 138.4 or 143.7 million parameters.

    Raises
    ------
    ValueError
        If ``depth`` is none of these.
    """
    if depth not in CONFIGURATIONS:
        raise ValueError(f"depth must be one of {list(CONFIGURATIONS)}, not {depth}")
    return VGG(
        CONFIGURATIONS[depth],
        num_classes=num_classes,
        in_channels=in_channels,
        norm=norm,
        small_input=small_input,
    )


def vgg_small(num_classes: int = 62, *, in_channels: int = 1, dropout: float = 0.5) -> VGG:
    """Return a VGG of 8 convolutions for pictures of 32 x 32; 318,222 parameters."""
    return VGG(
        (2, 2, 2, 2),
        num_classes=num_classes,
        in_channels=in_channels,
        width=16,
        norm=True,
        small_input=True,
        dropout=dropout,
    )
