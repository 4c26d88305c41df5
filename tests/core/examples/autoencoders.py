"""Autoencoders of 8 x 8 pictures."""

from __future__ import annotations

from typing import Any

import torch
from example import Example
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.autoencoders import ConvAutoencoder, ConvStage


def pictures() -> tuple[Tensor]:
    random = torch.Generator().manual_seed(0)
    return (torch.rand(6, 1, 8, 8, generator=random).round(),)


def squared_error(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return functional.mse_loss(network(*batch), batch[0])


def root_error(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(squared_error(network, batch).sqrt())


EXAMPLES = {
    "ConvAutoencoder": Example(
        build=lambda: ConvAutoencoder((ConvStage(16, 3), ConvStage(32, 3, (2, 2))), 16),
        inputs=pictures,
        shape=(6, 1, 8, 8),
        loss=squared_error,
        overfits=root_error,
        below=0.1,
        steps=300,
    )
}
