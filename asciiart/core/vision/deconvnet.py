"""DeconvNet at the published depth: VGG-16 down, its mirror image up."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.convnets.vgg import CONFIGURATIONS
from asciiart.core.layers import ConvBlock
from asciiart.core.learning.initializers import initialize


class DeconvBlock(nn.Module):
    """Transposed convolution at stride 1, batch norm, ReLU: (B, I, H, W) -> (B, O, H, W).

    ``kernel_size`` is odd; with ``padding`` 0 the maps grow by ``kernel_size`` - 1.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, padding: int) -> None:
        super().__init__()
        self.conv = nn.ConvTranspose2d(
            in_channels, out_channels, kernel_size, padding=padding, bias=False
        )
        self.norm = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        """Return the feature maps."""
        return torch.relu(self.norm(self.conv(x)))


class DeconvNet(nn.Module):
    """Learning Deconvolution Network for Semantic Segmentation (Noh, Hong and Han 2015), table 2.

    Pictures (B, in_channels, size, size) -> logits (B, num_classes, size, size). VGG-16's thirteen
    convolutions, whose pooling notes where each maximum was; its two fully connected layers as
    convolutions, the first of 7 x 7; and the same backwards: deconvolutions, each stage after an
    unpooling that puts every value back where its maximum was. Batch normalization and ReLU follow
    every layer but the last. With 21 classes and 224 pixels it has 252 million parameters, 205
    million of them in the two 7 x 7 layers. `SegmentationNetwork` is the same idea for small
    pictures of any size.

    Departures: the layers have no biases, as the normalization has them; initial weights are He's
    instead of VGG's from ImageNet; training in two stages and the ensemble over object proposals
    are left to the caller.

    Parameters
    ----------
    num_classes
        K; 21 with Pascal VOC's background.
    in_channels
        Channels of the pictures.
    size
        Side of the pictures, a multiple of 2^stages.
    convolutions
        Number of 3 x 3 convolutions in each stage; VGG-16's.
    width
        Channels of the first stage; they double from stage to stage up to 8 times this.
    hidden
        Channels of the two fully connected layers.

    Raises
    ------
    ValueError
        If ``size`` cannot be halved once for each stage.
    """

    def __init__(
        self,
        num_classes: int = 21,
        *,
        in_channels: int = 3,
        size: int = 224,
        convolutions: Sequence[int] = CONFIGURATIONS[16],
        width: int = 64,
        hidden: int = 4096,
    ) -> None:
        super().__init__()
        stages = len(convolutions)
        side = size >> stages  # of the smallest maps, 7
        if side == 0 or side << stages != size:
            raise ValueError(f"size {size} cannot be halved {stages} times")
        self.size = size
        channels = [width * min(2**stage, 8) for stage in range(stages)]  # 64, 128, 256, 512, 512
        before = [in_channels, *channels]
        self.encoder = nn.ModuleList(
            nn.Sequential(
                *(ConvBlock(before[i] if j == 0 else channels[i], channels[i], 3) for j in range(n))
            )
            for i, n in enumerate(convolutions)
        )
        self.middle = nn.Sequential(
            ConvBlock(channels[-1], hidden, side, padding=0),  # fc6: (B, 4096, 1, 1)
            ConvBlock(hidden, hidden, 1),  # fc7
            DeconvBlock(hidden, channels[-1], side, padding=0),  # deconv-fc6: (B, 512, 7, 7)
        )
        after = [width, *channels]  # a stage ends with the channels of the one above
        self.decoder = nn.ModuleList(
            nn.Sequential(
                *(
                    DeconvBlock(channels[i], after[i] if j == n - 1 else channels[i], 3, padding=1)
                    for j in range(n)
                )
            )
            for i, n in reversed(list(enumerate(convolutions)))
        )
        self.head = nn.Conv2d(width, num_classes, 1)
        initialize(self, "he_normal")

    def forward(self, x: Tensor) -> Tensor:
        """Return every pixel's logits (B, num_classes, size, size).

        Raises
        ------
        ValueError
            If the pictures are not ``size`` x ``size``.
        """
        if x.shape[2:] != (self.size, self.size):
            raise ValueError(f"pictures must be {self.size} x {self.size}, not {tuple(x.shape)}")
        pooled: list[Tensor] = []
        for stage in self.encoder:
            x, places = functional.max_pool2d(stage(x), 2, return_indices=True)  # (B, C, h/2, w/2)
            pooled.append(places)
        x = self.middle(x)  # (B, 512, 7, 7)
        for stage, places in zip(self.decoder, reversed(pooled), strict=True):
            x = stage(functional.max_unpool2d(x, places, (2, 2)))  # (B, C', 2 h, 2 w)
        logits: Tensor = self.head(x)  # (B, K, size, size)
        return logits
