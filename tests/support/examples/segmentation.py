"""Every pixel of small pictures: dark or bright, and how salient."""

from __future__ import annotations

from typing import Any

import torch
from example import Example
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.vision.deconvnet import DeconvNet
from asciiart.core.vision.segmentation import SaliencyNetwork, SegmentationNetwork
from asciiart.core.vision.unet import UNet


def pictures() -> tuple[Tensor]:
    random = torch.Generator().manual_seed(0)
    coarse = torch.rand(2, 1, 4, 4, generator=random).round()
    return (functional.interpolate(coarse, (16, 16)),)


def smooth_pictures() -> tuple[Tensor]:
    coarse = torch.tensor([[[[1.0, 0], [0, 0]]], [[[0, 0], [1, 1]]]])
    return (functional.interpolate(coarse, (16, 16), mode="bilinear"),)  # as saliency maps are


def pixel_entropy(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return functional.cross_entropy(network(*batch), batch[0][:, 0].long())


def figure(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(pixel_entropy(network, batch))


def deep_entropy(network: Any, batch: tuple[Any, ...]) -> Tensor:
    fine, coarse = network.deep_logits(*batch)
    true = batch[0][:, 0].long()
    return functional.cross_entropy(fine, true) + functional.cross_entropy(
        coarse, true[:, ::4, ::4]
    )


def squared_error(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return functional.mse_loss(network(*batch), batch[0])


def root_error(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(squared_error(network, batch).sqrt())


EXAMPLES = {
    f"SegmentationNetwork-{upsampling}": Example(
        build=lambda upsampling=upsampling: SegmentationNetwork(  # type: ignore[misc]
            2, in_channels=1, width=8, depth=2, upsampling=upsampling
        ),
        inputs=pictures,
        shape=(2, 2, 16, 16),
        loss=pixel_entropy,
        overfits=figure,
        below=0.1,
        steps=60,
    )
    for upsampling in ("unpool", "transposed")
} | {
    "DeconvNet": Example(
        build=lambda: DeconvNet(2, in_channels=1, size=16, convolutions=(1, 2), width=8, hidden=32),
        inputs=pictures,
        shape=(2, 2, 16, 16),
        loss=pixel_entropy,
        overfits=figure,
        below=0.1,
        steps=100,
    ),
    "UNet": Example(
        build=lambda: UNet(2, in_channels=1, widths=(8, 16, 16)),
        inputs=pictures,
        shape=(2, 2, 16, 16),
        loss=deep_entropy,
        overfits=figure,
        below=0.1,
        steps=60,
    ),
    "SaliencyNetwork": Example(
        build=lambda: SaliencyNetwork(in_channels=1, width=12),
        inputs=smooth_pictures,
        shape=(2, 1, 16, 16),
        loss=squared_error,
        overfits=root_error,
        below=0.2,
        steps=100,
        learning_rate=2e-3,
    ),
}
