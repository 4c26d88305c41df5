"""A network with skips from the encoder to the decoder, for sharp answers at every pixel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.learning.initializers import initialize


def _convolve(
    in_channels: int, out_channels: int, kernel: int = 3, *, stride: int = 1, dilation: int = 1
) -> nn.Sequential:
    """Return a convolution that keeps the size at stride 1, batch normalization and a ReLU."""
    padding = dilation * (kernel // 2)
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel, stride, padding, dilation, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


class _Merge(nn.Module):
    """Joins coarse maps (B, I, h, w) with the finer ones (B, O, H, W) of a skip: (B, O, H, W)."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.narrow = _convolve(in_channels, out_channels, 1)
        self.blend = _convolve(2 * out_channels, out_channels)

    def forward(self, coarse: Tensor, skip: Tensor) -> Tensor:
        """Return the merged maps."""
        size = (skip.shape[2], skip.shape[3])
        grown = functional.interpolate(self.narrow(coarse), size=size, mode="nearest")
        out: Tensor = self.blend(torch.cat([skip, grown], 1))  # (B, 2 O, H, W) -> (B, O, H, W)
        return out


class DeepLogits(NamedTuple):
    """A network's answers at two sizes, for deep supervision (Lee et al. 2015)."""

    fine: Tensor
    """(B, K, H, W)."""
    coarse: Tensor
    """(B, K, H/4, W/4), rounded up."""


class UNet(nn.Module):
    """A U-shaped encoder-decoder (Ronneberger et al. 2015): (B, I, H, W) -> logits (B, K, H, W).

    Going down, each stage halves the size; going up, each doubles it and is given the maps that the
    encoder had at that size, so that what is known from afar is drawn where the edge really is.

    Departures from the network as published: convolutions of stride 2 instead of pooling, padding
    so that sizes stay, batch normalization, a dilated convolution at the bottom for a wider view,
    going up one convolution a stage instead of two, after a repetition of pixels instead of a
    transposed convolution, and a last step to full size by rearranging channels (Shi et al. 2016),
    which spares all computation there. Any H and W are accepted; but batch normalization cannot
    learn from one picture alone if it is so small that a single pixel is left at the bottom.

    Parameters
    ----------
    num_classes
        K, the number of answers a pixel.
    in_channels
        I, the number of channels of a picture.
    widths
        Channels of the encoder's stages, from half the size down; three or more.

    Raises
    ------
    ValueError
        If there are fewer than three stages.
    """

    def __init__(
        self,
        num_classes: int,
        *,
        in_channels: int = 3,
        widths: Sequence[int] = (16, 32, 64, 96),
    ) -> None:
        super().__init__()
        if len(widths) < 3:
            raise ValueError(f"widths must name three stages or more, not {len(widths)}")
        kernels = (5, *(3 for _ in widths[1:]))
        self.encoder = nn.ModuleList(
            nn.Sequential(_convolve(before, after, kernel, stride=2), _convolve(after, after))
            for before, after, kernel in zip(
                [in_channels, *widths[:-1]], widths, kernels, strict=True
            )
        )
        self.middle = _convolve(widths[-1], widths[-1], dilation=2)
        self.decoder = nn.ModuleList(
            _Merge(before, after)
            for before, after in zip(widths[:0:-1], widths[-2::-1], strict=True)
        )
        self.head = nn.Sequential(
            nn.Conv2d(widths[0], 4 * num_classes, 3, padding=1), nn.PixelShuffle(2)
        )
        self.coarse_head = nn.Conv2d(widths[1], num_classes, 1)
        initialize(self, "he_normal")

    def forward(self, x: Tensor) -> Tensor:
        """Return every pixel's logits (B, K, H, W)."""
        return self._logits(x, self._decode(x)[-1])

    def deep_logits(self, x: Tensor) -> DeepLogits:
        """Return the logits at full size and at a quarter of it."""
        maps = self._decode(x)
        return DeepLogits(self._logits(x, maps[-1]), self.coarse_head(maps[-2]))

    def _decode(self, x: Tensor) -> list[Tensor]:
        """Return the decoder's maps, each twice the size of the one before, up to (H/2, W/2)."""
        skips = []
        for stage in self.encoder:
            x = stage(x)  # (B, w_s, H/2^s, W/2^s)
            skips.append(x)
        x = self.middle(x)
        maps = []
        for merge, skip in zip(self.decoder, skips[-2::-1], strict=True):
            x = merge(x, skip)  # (B, w_s, H/2^s, W/2^s)
            maps.append(x)
        return maps

    def _logits(self, x: Tensor, maps: Tensor) -> Tensor:
        out: Tensor = self.head(maps)  # (B, K, H or H + 1, W or W + 1): halves were rounded up
        return out[:, :, : x.shape[2], : x.shape[3]]
