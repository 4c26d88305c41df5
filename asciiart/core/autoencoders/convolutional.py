"""Convolutional autoencoders: networks that learn a code map by restoring a picture from it.

All have ``loss(batch)`` for `Trainer`: ``Trainer(net, batches, lambda _, batch: net.loss(batch),
config)``, where ``batch`` is (picture,) or, to restore another one from it, (picture, wanted).
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.trainer import StepLoss


class Restorer(nn.Module):
    """A network whose output should be like its input: what all autoencoders share."""

    def loss(self, batch: tuple[Tensor, ...]) -> StepLoss:
        """Return the mean squared error of restoring the batch's last tensor from its first."""
        return StepLoss(functional.mse_loss(self(batch[0]), batch[-1]))


class ConvStage(NamedTuple):
    """One convolution of an encoder; the decoder mirrors it."""

    channels: int
    """Channels that come out."""
    kernel: int
    """Pixels, odd."""
    stride: tuple[int, int] = (1, 1)
    """Step down and step right, in pixels."""


class ConvAutoencoder(Restorer):
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
        out: Tensor = self.code(self.trunk(picture))  # (B, I, H, W) -> (B, D, H/sy, W/sx)
        return out

    def decode(self, code: Tensor) -> Tensor:
        """Return the picture that a code map stands for."""
        out: Tensor = self.decoder(code)  # (B, D, H/sy, W/sx) -> (B, I, H, W)
        return out

    def forward(self, picture: Tensor) -> Tensor:
        """Return the restored picture, of the picture's shape."""
        return self.decode(self.encode(picture))


class Switches(NamedTuple):
    """Where one max pooling found its values."""

    indices: Tensor
    """(B, C, H//2, W//2): which pixel of the (H, W) map was the largest of its window."""
    size: tuple[int, int]
    """H, W before pooling, which odd sizes do not tell afterwards."""


class UnpooledCode(NamedTuple):
    """What `UnpoolingAutoencoder` decodes."""

    code: Tensor
    """(B, C, h, w)."""
    switches: tuple[Switches, ...]
    """Of every pooling, the first one first."""


class UnpoolingAutoencoder(Restorer):
    """Convolutional autoencoder with max pooling down and max-unpooling up.

    Max pooling in a convolutional autoencoder is Masci et al. 2011; unpooling puts each value back
    where its switch remembers it, zeros elsewhere (Zeiler and Fergus 2014, section 2.1). Departs
    from the first, which has no switches and one layer at a time, and from the second in that the
    decoder has filters of its own. The switches pass the code by: it alone is not the picture.

    Shapes: (B, in_channels, H, W) -> code (B, channels[-1], H/2^n, W/2^n), rounded down at each of
    the n stages -> (B, in_channels, H, W).
    """

    def __init__(self, channels: tuple[int, ...], in_channels: int = 1, *, kernel: int = 3) -> None:
        super().__init__()
        sizes = (in_channels, *channels)
        pairs = list(zip(sizes, channels, strict=False))
        self.encoder = nn.ModuleList(
            nn.Conv2d(size, wanted, kernel, padding=kernel // 2) for size, wanted in pairs
        )
        self.decoder = nn.ModuleList(
            nn.Conv2d(wanted, size, kernel, padding=kernel // 2) for size, wanted in pairs
        )

    def encode(self, picture: Tensor) -> UnpooledCode:
        """Return the code map of a picture and the switches of its poolings."""
        x, switches = picture, []
        for conv in self.encoder:
            x = functional.relu(conv(x))  # (B, C, H, W) -> (B, C', H, W)
            size = (x.shape[2], x.shape[3])
            x, indices = functional.max_pool2d(x, 2, return_indices=True)  # (B, C', H//2, W//2)
            switches.append(Switches(indices, size))
        return UnpooledCode(x, tuple(switches))

    def decode(self, code: UnpooledCode) -> Tensor:
        """Return the picture that a code and its switches stand for."""
        x = code.code
        for depth in reversed(range(len(self.decoder))):
            indices, size = code.switches[depth]
            x = functional.max_unpool2d(x, indices, [2, 2], output_size=size)  # (B, C', H, W)
            x = self.decoder[depth](x)  # (B, C', H, W) -> (B, C, H, W)
            if depth:  # the last layer's output is the picture
                x = functional.relu(x)
        return x

    def forward(self, picture: Tensor) -> Tensor:
        """Return the restored picture, of the picture's shape."""
        return self.decode(self.encode(picture))
