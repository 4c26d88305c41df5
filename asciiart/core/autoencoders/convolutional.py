"""Convolutional autoencoders: networks that learn a code map by reconstructing pictures from it.

Each has a ``loss`` for `Trainer`: ``Trainer(net, batches, ConvAutoencoder.loss, config)``, where a
batch is (picture,), or (picture, target) to reconstruct another picture.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.trainer import StepLoss


class Restorer(nn.Module):
    """Base of all autoencoders: a network trained to reconstruct its input."""

    def loss(self, batch: tuple[Tensor, ...]) -> StepLoss:
        """Return the mean squared error of reconstructing the last tensor from the first."""
        return StepLoss(functional.mse_loss(self(batch[0]), batch[-1]))


class ConvStage(NamedTuple):
    """One convolution of an encoder; the decoder mirrors it."""

    out_channels: int
    """Channels of its maps."""
    kernel_size: int
    """Side of the kernel in pixels, odd."""
    stride: tuple[int, int] = (1, 1)
    """Strides down and right, in pixels."""


class ConvAutoencoder(Restorer):
    """Convolutional autoencoder: strided convolutions down, transposed convolutions up.

    It is fully convolutional, so it takes pictures of any size that the strides divide. The code is
    a map in which each position describes a small patch. Trained to reconstruct a clean picture
    from a corrupted one it is a denoising autoencoder (Vincent et al. 2008); decoding by transposed
    convolution follows Zeiler et al. 2010.

    Shapes: picture (B, in_channels, H, W) -> features (B, F, H/sy, W/sx) -> code (B, code_channels,
    H/sy, W/sx) -> picture, where sy and sx are the products of the strides.
    """

    def __init__(
        self, stages: tuple[ConvStage, ...], code_channels: int, in_channels: int = 1
    ) -> None:
        super().__init__()
        sizes = [in_channels, *(stage.out_channels for stage in stages)]
        trunk: list[nn.Module] = []
        for size, stage in zip(sizes, stages, strict=False):
            padding = stage.kernel_size // 2
            trunk += [nn.Conv2d(size, stage.out_channels, stage.kernel_size, stage.stride, padding)]
            trunk += [nn.ReLU()]
        decoder: list[nn.Module] = []
        sizes[-1] = code_channels
        for size, wanted, stage in reversed(list(zip(sizes[1:], sizes, stages, strict=False))):
            # A transposed convolution is `stride` times larger only if this much is added.
            extra = (stage.stride[0] - 1, stage.stride[1] - 1)
            padding = stage.kernel_size // 2
            decoder += [
                nn.ConvTranspose2d(size, wanted, stage.kernel_size, stage.stride, padding, extra)
            ]
            decoder += [nn.ReLU()]
        self.trunk = nn.Sequential(*trunk)
        self.code = nn.Conv2d(stages[-1].out_channels, code_channels, 1)
        self.decoder = nn.Sequential(*decoder[:-1])  # the last layer's output is the picture
        self.stride = (
            int(torch.tensor([stage.stride[0] for stage in stages]).prod()),
            int(torch.tensor([stage.stride[1] for stage in stages]).prod()),
        )

    def encode(self, picture: Tensor) -> Tensor:
        """Return the code map (B, code_channels, H/sy, W/sx) of pictures (B, in_channels, H, W)."""
        out: Tensor = self.code(self.trunk(picture))  # (B, I, H, W) -> (B, D, H/sy, W/sx)
        return out

    def decode(self, code: Tensor) -> Tensor:
        """Return the pictures (B, in_channels, H, W) decoded from a code map."""
        out: Tensor = self.decoder(code)  # (B, D, H/sy, W/sx) -> (B, I, H, W)
        return out

    def forward(self, picture: Tensor) -> Tensor:
        """Return the reconstruction, in the shape of ``picture``."""
        return self.decode(self.encode(picture))


class Switches(NamedTuple):
    """The positions at which a max pooling found its maxima."""

    indices: Tensor
    """(B, C, H//2, W//2), the index of each window's maximum in the (H, W) map."""
    size: tuple[int, int]
    """Height and width before the pooling, which its output does not tell if they were odd."""


class UnpooledCode(NamedTuple):
    """The input of the decoder of `UnpoolingAutoencoder`."""

    code: Tensor
    """The code map (B, C, h, w)."""
    switches: tuple[Switches, ...]
    """The switches of every pooling, the first pooling first."""


class UnpoolingAutoencoder(Restorer):
    """Convolutional autoencoder with max pooling down and max unpooling up.

    Max pooling in a convolutional autoencoder follows Masci et al. 2011; unpooling puts each value
    back at the position its switch recorded and zeros elsewhere (Zeiler and Fergus 2014, section
    2.1). Departures: the first has no switches and trains one layer at a time; in the second the
    decoder has no filters of its own. The switches bypass the code, so the code alone does not
    determine the picture.

    Shapes: (B, in_channels, H, W) -> code (B, channels[-1], H/2^n, W/2^n), rounded down at each of
    the n stages -> (B, in_channels, H, W).
    """

    def __init__(
        self, channels: tuple[int, ...], in_channels: int = 1, *, kernel_size: int = 3
    ) -> None:
        super().__init__()
        sizes = (in_channels, *channels)
        pairs = list(zip(sizes, channels, strict=False))
        self.encoder = nn.ModuleList(
            nn.Conv2d(size, wanted, kernel_size, padding=kernel_size // 2) for size, wanted in pairs
        )
        self.decoder = nn.ModuleList(
            nn.Conv2d(wanted, size, kernel_size, padding=kernel_size // 2) for size, wanted in pairs
        )

    def encode(self, picture: Tensor) -> UnpooledCode:
        """Return the code of pictures (B, in_channels, H, W), with the poolings' switches."""
        x, switches = picture, []
        for conv in self.encoder:
            x = functional.relu(conv(x))  # (B, C, H, W) -> (B, C', H, W)
            size = (x.shape[2], x.shape[3])
            x, indices = functional.max_pool2d(x, 2, return_indices=True)  # (B, C', H//2, W//2)
            switches.append(Switches(indices, size))
        return UnpooledCode(x, tuple(switches))

    def decode(self, code: UnpooledCode) -> Tensor:
        """Return the pictures (B, in_channels, H, W) decoded from a code and its switches."""
        x = code.code
        for depth in reversed(range(len(self.decoder))):
            indices, size = code.switches[depth]
            x = functional.max_unpool2d(x, indices, [2, 2], output_size=size)  # (B, C', H, W)
            x = self.decoder[depth](x)  # (B, C', H, W) -> (B, C, H, W)
            if depth:  # the last layer's output is the picture
                x = functional.relu(x)
        return x

    def forward(self, picture: Tensor) -> Tensor:
        """Return the reconstruction, in the shape of ``picture``."""
        return self.decode(self.encode(picture))
