"""Autoencoders: networks that learn a code by restoring their own input from it."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn


class ConvStage(NamedTuple):
    """One convolution of an encoder; the decoder mirrors it."""

    channels: int
    """Channels that come out."""
    kernel: int
    """Pixels, odd."""
    stride: tuple[int, int] = (1, 1)
    """Step down and step right, in pixels."""


class ConvAutoencoder(nn.Module):
    """Convolutional autoencoder: strided convolutions down, transposed convolutions up.

    Fully convolutional, so it takes pictures of any size that the strides divide. The code is a
    map: each of its positions describes one small patch. Trained to restore a clean picture from
    a spoilt one it is a denoising autoencoder (Vincent et al. 2008); transposed convolution for
    decoding follows Zeiler et al. 2010.

    Shapes: picture (B, in_channels, H, W) -> features (B, F, H/sy, W/sx) -> code
    (B, code_channels, H/sy, W/sx) -> picture, where sy and sx are the products of the strides.
    """

    def __init__(
        self, stages: tuple[ConvStage, ...], code_channels: int, in_channels: int = 1
    ) -> None:
        super().__init__()
        sizes = [in_channels, *(stage.channels for stage in stages)]
        trunk: list[nn.Module] = []
        for size, stage in zip(sizes, stages, strict=False):
            padding = stage.kernel // 2
            trunk += [nn.Conv2d(size, stage.channels, stage.kernel, stage.stride, padding)]
            trunk += [nn.ReLU()]
        decoder: list[nn.Module] = []
        sizes[-1] = code_channels
        for size, wanted, stage in reversed(list(zip(sizes[1:], sizes, stages, strict=False))):
            # A transposed convolution is `stride` times larger only if this much is added.
            extra = (stage.stride[0] - 1, stage.stride[1] - 1)
            padding = stage.kernel // 2
            decoder += [
                nn.ConvTranspose2d(size, wanted, stage.kernel, stage.stride, padding, extra)
            ]
            decoder += [nn.ReLU()]
        self.trunk = nn.Sequential(*trunk)
        self.code = nn.Conv2d(stages[-1].channels, code_channels, 1)
        self.decoder = nn.Sequential(*decoder[:-1])  # the last layer's output is the picture
        self.stride = (
            int(torch.tensor([stage.stride[0] for stage in stages]).prod()),
            int(torch.tensor([stage.stride[1] for stage in stages]).prod()),
        )

    def encode(self, picture: Tensor) -> Tensor:
        """Return the code map of a picture."""
        return torch.as_tensor(self.code(self.trunk(picture)))

    def decode(self, code: Tensor) -> Tensor:
        """Return the picture that a code map stands for."""
        return torch.as_tensor(self.decoder(code))

    def forward(self, picture: Tensor) -> Tensor:
        """Return the restored picture, of the picture's shape."""
        return self.decode(self.encode(picture))
