"""Dense prediction: networks with an output for every pixel of a picture."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.layers import ConvBlock
from asciiart.core.learning.initializers import initialize

UPSAMPLINGS = ("unpool", "transposed")
"""The two ways back to full size: max unpooling, or transposed convolution, which is learned."""

_SALIENCY_LAYERS = (
    (96, 7),
    (256, 5),
    (512, 3),
    (512, 5),
    (512, 5),
    (256, 7),
    (128, 11),
    (32, 11),
)
"""(channels, kernel) of conv1 to conv8 of Pan et al. 2016, deep convnet."""


class DecoderStage(nn.Module):
    """Doubles the size of feature maps, then convolves twice: (B, I, h, w) -> (B, O, H, W).

    H and W are the size before the pooling that this stage reverses, 2 h or 2 h + 1.
    """

    def __init__(self, in_channels: int, out_channels: int, upsampling: str) -> None:
        super().__init__()
        self.grow = None
        if upsampling == "transposed":  # kernel 4: a multiple of the stride leaves no checkerboard
            self.grow = nn.ConvTranspose2d(in_channels, in_channels, 4, stride=2, padding=1)
        self.convolve = nn.Sequential(
            ConvBlock(in_channels, in_channels, 3), ConvBlock(in_channels, out_channels, 3)
        )

    def forward(self, x: Tensor, places: Tensor, size: tuple[int, int]) -> Tensor:
        """Return the larger maps; ``places`` are the indices that the pooling recorded."""
        if self.grow is None:
            x = functional.max_unpool2d(x, places, (2, 2), output_size=size)  # (B, I, H, W)
        else:
            x = self.grow(x, output_size=size)  # (B, I, H, W)
        out: Tensor = self.convolve(x)  # (B, O, H, W)
        return out


class SegmentationNetwork(nn.Module):
    """A small DeconvNet: convolutions and pooling down, their mirror image up (Noh et al. 2015).

    (B, in_channels, H, W) -> logits (B, num_classes, H, W) for any H and W of 2^depth or more. With
    ``unpool`` each maximum returns to the position it was taken from and all other positions are 0,
    which keeps edges in place; convolutions then fill the gaps. With ``transposed`` the positions
    are forgotten and a transposed convolution replaces the unpooling (as in Long et al. 2015).

    Departures from the network as published (`DeconvNet`): ``depth`` stages of two convolutions
    instead of VGG-16's five; one convolution instead of two fully connected layers in the middle,
    so that any size is accepted; plain convolutions after the unpooling, which at stride 1 are the
    paper's deconvolutions with flipped kernels; and whole pictures instead of object proposals.

    Raises
    ------
    ValueError
        If ``upsampling`` is none of `UPSAMPLINGS`, or ``depth`` is below 1.
    """

    def __init__(
        self,
        num_classes: int,
        *,
        in_channels: int = 3,
        width: int = 16,
        depth: int = 3,
        upsampling: str = "unpool",
    ) -> None:
        super().__init__()
        if upsampling not in UPSAMPLINGS:
            raise ValueError(
                f"upsampling {upsampling!r} is unknown (there are: {', '.join(UPSAMPLINGS)})"
            )
        if depth < 1:
            raise ValueError(f"depth must be at least 1, not {depth}")
        channels = [width * 2**stage for stage in range(depth)]  # doubles as the size halves
        self.encoder = nn.ModuleList(
            nn.Sequential(ConvBlock(before, after, 3), ConvBlock(after, after, 3))
            for before, after in zip([in_channels, *channels], channels, strict=False)
        )
        self.middle = ConvBlock(channels[-1], channels[-1], 3)
        self.decoder = nn.ModuleList(
            DecoderStage(before, after, upsampling)
            for before, after in zip(channels[::-1], [*channels[-2::-1], width], strict=False)
        )
        self.head = nn.Conv2d(width, num_classes, 1)
        initialize(self, "he_normal")

    def forward(self, x: Tensor) -> Tensor:
        """Return every pixel's logits (B, num_classes, H, W).

        Raises
        ------
        ValueError
            If the picture is too small to be pooled ``depth`` times.
        """
        least = 2 ** len(self.encoder)
        if min(x.shape[2:]) < least:
            raise ValueError(f"pictures must be {least} x {least} or more, not {tuple(x.shape)}")
        pooled: list[tuple[Tensor, tuple[int, int]]] = []
        for stage in self.encoder:
            x = stage(x)  # (B, w 2^s, H/2^s, W/2^s)
            size = (x.shape[2], x.shape[3])
            x, places = functional.max_pool2d(x, 2, return_indices=True)  # (B, w 2^s, h/2, w/2)
            pooled.append((places, size))
        x = self.middle(x)  # (B, w 2^(d-1), H/2^d, W/2^d)
        for stage, (places, size) in zip(self.decoder, reversed(pooled), strict=True):
            x = stage(x, places, size)  # (B, w 2^(s-1), H/2^s, W/2^s)
        out: Tensor = self.head(x)  # (B, K, H, W)
        return out


class SaliencyNetwork(nn.Module):
    """Fully convolutional saliency prediction, the deep network of Pan et al. 2016 (SalNet).

    (B, in_channels, H, W) -> (B, 1, H, W) in [0, 1]. It follows the authors' published
    ``deploy.prototxt`` exactly: nine convolutions at stride 1 with its kernels (7, 5, 3, 5, 5, 7,
    11, 11, 13) and, at ``width`` 96, its channels, a ReLU after all but the last, local response
    normalization after the first, 3 x 3 max pooling at stride 2 after the first two, and one
    transposed convolution of 8 x 8 at stride 4 without bias, back to the full size.

    Departures: a final sigmoid keeps the map in [0, 1], while the paper's is unbounded; a size that
    4 does not divide is reached by bilinear resizing; all initial weights are He's, while the
    paper's first three layers come from a classifier. The paper's loss is the squared error
    (`torch.nn.functional.mse_loss`) on normalized maps.
    """

    def __init__(self, *, in_channels: int = 3, width: int = 96) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = in_channels
        for number, (channels, kernel) in enumerate(_SALIENCY_LAYERS):
            after = max(1, channels * width // 96)
            layers.append(ConvBlock(before, after, kernel, norm=False))
            if number == 0:
                layers.append(nn.LocalResponseNorm(5))  # alpha 1e-4, beta 0.75 are torch's own
            if number < 2:
                layers.append(nn.MaxPool2d(3, 2, ceil_mode=True))  # Caffe rounds sizes up
            before = after
        layers.append(nn.Conv2d(before, 1, 13, padding=6))
        layers.append(nn.ConvTranspose2d(1, 1, 8, stride=4, padding=2, bias=False))
        self.net = nn.Sequential(*layers)
        initialize(self, "he_normal")

    def forward(self, x: Tensor) -> Tensor:
        """Return the saliency map (B, 1, H, W)."""
        maps: Tensor = self.net(x)  # (B, 1, ~H, ~W)
        if maps.shape[2:] != x.shape[2:]:
            maps = functional.interpolate(maps, x.shape[2:], mode="bilinear")  # (B, 1, H, W)
        return maps.sigmoid()


def intersection_over_union(predicted: Tensor, true: Tensor, num_classes: int) -> Tensor:
    """Return each class's intersection over union, in pixels (Everingham et al. 2010).

    Parameters
    ----------
    predicted, true
        Class of every pixel, 0 to ``num_classes`` - 1, any shape; counted over all pictures.
    num_classes
        K.

    Returns
    -------
    Tensor
        (K,), 0 to 1; nan for a class that occurs in neither.

    Raises
    ------
    ValueError
        If the shapes differ or a class is out of range.
    """
    if predicted.shape != true.shape:
        raise ValueError(f"shapes differ: {tuple(predicted.shape)} and {tuple(true.shape)}")
    pairs = torch.stack([true.flatten(), predicted.flatten()]).long()  # (2, P)
    if pairs.numel() and not 0 <= int(pairs.min()) <= int(pairs.max()) < num_classes:
        raise ValueError(
            f"classes must be 0 to {num_classes - 1}, not {int(pairs.min())} to {int(pairs.max())}"
        )
    counts = torch.bincount(pairs[0] * num_classes + pairs[1], minlength=num_classes**2)  # (K²,)
    table = counts.view(num_classes, num_classes)  # (K, K), rows true, columns predicted
    both = table.diagonal()  # (K,)
    return both / (table.sum(0) + table.sum(1) - both)  # (K,); 0 / 0 is nan
