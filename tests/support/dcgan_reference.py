"""DCGAN as in torch's tutorial, of torch's layers alone, for pictures of 16 x 16."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def generator_of(code_size: int) -> nn.Sequential:
    """The generator: codes (B, Z, 1, 1) -> logits of pixels (B, 1, 16, 16)."""
    return nn.Sequential(
        nn.ConvTranspose2d(code_size, 8, 4, 1, 0, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.ConvTranspose2d(8, 4, 4, 2, 1, bias=False),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.ConvTranspose2d(4, 1, 4, 2, 1),
    )


def critic_of(outputs: int) -> nn.Sequential:
    """The discriminator: pictures (B, 1, 16, 16) in [-1, 1] -> (B, outputs, 1, 1)."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 4, 2, 1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(4, 8, 4, 2, 1, bias=False),
        nn.BatchNorm2d(8),
        nn.LeakyReLU(0.2),
        nn.Conv2d(8, outputs, 4, 1, 0),
    )


def shake(network: nn.Module) -> None:
    """Give all parameters random values: 1 and 0 of a new batch norm would hide its absence."""
    random = torch.Generator().manual_seed(5)
    for parameter in network.parameters():
        parameter.data = torch.randn(parameter.shape, generator=random).to(parameter.dtype) / 2


def fill(reference: nn.Module, network: nn.Module) -> None:
    """Give the reference the parameters of a network of ours, which come in the same order.

    A linear layer from or to the smallest map is a convolution that covers all of it.
    """
    own, theirs = list(network.parameters()), list(reference.parameters())
    assert len(own) == len(theirs), "the network has other layers than DCGAN"
    for source, target in zip(own, theirs, strict=True):
        value: Tensor = source.detach()
        if value.ndim == 2 and target.shape[0] == value.shape[1]:
            value = value.T  # (C·h·w, Z) -> (Z, C·h·w)
        target.data = value.reshape(target.shape)
