"""AlexNet, as published in 2012 and as its author simplified it in 2014."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from torch import nn

from asciiart.core.layers import ConvNet, global_average, hidden_layer, local_response_norm
from asciiart.core.learning.initializers import initialize


class Variant(NamedTuple):
    """The differences between the two networks called AlexNet."""

    channels: tuple[int, int, int, int, int]
    """Output channels of the five convolutions."""
    groups: int
    """Number of separate columns of channels in convolutions 2, 4 and 5."""
    response_norm: bool
    """Whether the first two convolutions are followed by local response normalization."""


VARIANTS: Mapping[str, Variant] = MappingProxyType(
    {
        "2012": Variant((96, 256, 384, 384, 256), 2, True),
        "2014": Variant((64, 192, 384, 256, 256), 1, False),
    }
)
"""Name -> channels and connections."""


class AlexNet(ConvNet):
    """AlexNet: five convolutions, overlapping max pooling, three linear layers, dropout.

    ``variant`` "2012" is the original (Krizhevsky, Sutskever and Hinton 2012, ImageNet
    Classification with Deep Convolutional Neural Networks): two columns as grouped convolutions,
    local response normalization; 60,965,224 parameters with 1000 classes. "2014" is the single
    column (Krizhevsky 2014, One weird trick for parallelizing convolutional neural networks);
    61,100,840 parameters.

    Departures: the first convolution is padded by 2, because its 55 x 55 output does not follow
    from 224 pixels otherwise. Local response normalization spans both columns. Initial weights are
    He's and all biases 0; the paper has N(0, 0.01) and some biases of 1. In 2014 the response
    normalization is left out and the fourth convolution has 256 channels, as in the version in
    general use, whose parameter count this is.

    With ``small_input`` (15 to 64 pixels a side) the first convolution is 5 x 5 with stride 1, and
    global average pooling and one hidden layer follow (twice the last maps' channels). ``width``
    multiplies all channels. ``dropout`` is the probability in the hidden layers.

    Shapes: picture (B, in_channels, 224, 224) -> features (B, 256, 6, 6) -> logits (B, K).

    Raises
    ------
    ValueError
        If the variant is unknown, or the width leaves less than one channel per column.
    """

    def __init__(
        self,
        num_classes: int = 1000,
        *,
        in_channels: int = 3,
        variant: str = "2012",
        small_input: bool = False,
        width: float = 1.0,
        dropout: float = 0.5,
    ) -> None:
        if variant not in VARIANTS:
            raise ValueError(f"variant {variant!r} is unknown (there are: {', '.join(VARIANTS)})")
        plan = VARIANTS[variant]
        # a multiple of the columns, so that each has the same channels
        sizes = [round(size * width / plan.groups) * plan.groups for size in plan.channels]
        if min(sizes) < plan.groups:
            raise ValueError(f"width {width} leaves no channel")
        stages = _stages([in_channels, *sizes], plan, small_input)
        if small_input:
            hidden = 2 * sizes[-1]
            head = nn.Sequential(
                *global_average(), *hidden_layer(sizes[-1], hidden, dropout=dropout)
            )
        else:
            hidden = round(4096 * width)
            head = nn.Sequential(
                nn.AdaptiveAvgPool2d(6),  # (B, 256, 6, 6); nothing changes at 224 pixels
                nn.Flatten(),  # (B, 9216)
                *hidden_layer(36 * sizes[-1], hidden, dropout=dropout),  # (B, 4096)
                *hidden_layer(hidden, hidden, dropout=dropout),
            )
        super().__init__(stages, sizes[-1], head, nn.Linear(hidden, num_classes))
        initialize(self, "he_normal")


def _stages(sizes: list[int], plan: Variant, small_input: bool) -> dict[str, nn.Module]:
    first = (5, 1, 2) if small_input else (11, 4, 2)  # kernel, stride, padding

    def norm() -> nn.Module:
        return local_response_norm() if plan.response_norm else nn.Identity()

    def grouped(index: int, kernel: int, groups: int) -> nn.Sequential:
        size, wanted = sizes[index - 1], sizes[index]
        conv = nn.Conv2d(size, wanted, kernel, padding=kernel // 2, groups=groups)
        return nn.Sequential(conv, nn.ReLU())

    return {
        "conv1": nn.Sequential(nn.Conv2d(sizes[0], sizes[1], *first), nn.ReLU()),  # (B, 96, 55, 55)
        "norm1": norm(),
        "pool1": nn.MaxPool2d(3, 2),  # (B, 96, 27, 27)
        "conv2": grouped(2, 5, plan.groups),  # (B, 256, 27, 27)
        "norm2": norm(),
        "pool2": nn.MaxPool2d(3, 2),  # (B, 256, 13, 13)
        "conv3": grouped(3, 3, 1),  # (B, 384, 13, 13); the one layer that sees both columns
        "conv4": grouped(4, 3, plan.groups),
        "conv5": grouped(5, 3, plan.groups),  # (B, 256, 13, 13)
        "pool5": nn.MaxPool2d(3, 2),  # (B, 256, 6, 6)
    }


def alexnet_small(num_classes: int = 62, *, in_channels: int = 1, dropout: float = 0.5) -> AlexNet:
    """Return an AlexNet of 3/8 width for pictures of 32 x 32; 355,142 parameters."""
    return AlexNet(
        num_classes, in_channels=in_channels, small_input=True, width=0.375, dropout=dropout
    )
