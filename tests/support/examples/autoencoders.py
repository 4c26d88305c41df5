"""Autoencoders of 8 x 8 pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from example import Example
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.autoencoders.convolutional import (
    ConvAutoencoder,
    ConvStage,
    UnpoolingAutoencoder,
)
from asciiart.core.autoencoders.dense import (
    Autoencoder,
    AutoencoderLayer,
    Corruption,
    DenoisingAutoencoder,
    SparseAutoencoder,
)
from asciiart.core.autoencoders.variational import (
    ConvVariationalAutoencoder,
    VariationalAutoencoder,
)


def pictures() -> tuple[Tensor]:
    random = torch.Generator().manual_seed(0)
    return (torch.rand(6, 1, 8, 8, generator=random).round(),)


def vectors() -> tuple[Tensor]:
    return (pictures()[0].flatten(1),)


def labeled() -> tuple[Tensor, Tensor]:
    return pictures()[0], torch.arange(6) % 3


def own_loss(network: Any, batch: tuple[Any, ...]) -> Tensor:
    loss: Tensor = network.loss(batch).loss
    return loss


def root_error(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(functional.mse_loss(network(*batch), batch[0]).sqrt())


def root_error_of_mean(network: Any, batch: tuple[Any, ...]) -> float:
    return float(functional.mse_loss(network.restore(*batch), batch[0]).sqrt())


def example(build: Callable[[], nn.Module], rate: float = 1e-2, steps: int = 300) -> Example:
    return Example(
        build=build,
        inputs=pictures,
        shape=(6, 1, 8, 8),
        loss=own_loss,
        overfits=root_error,
        below=0.1,
        steps=steps,
        learning_rate=rate,
    )


def variational(
    build: Callable[[], nn.Module], inputs: Callable[[], tuple[Any, ...]] = pictures
) -> Example:
    return Example(
        build=build,
        inputs=inputs,
        shape=(6, 1, 8, 8),
        loss=own_loss,
        overfits=root_error_of_mean,
        below=0.2,
        steps=300,
    )


EXAMPLES = {
    "ConvAutoencoder": example(
        lambda: ConvAutoencoder((ConvStage(16, 3), ConvStage(32, 3, (2, 2))), 16)
    ),
    "UnpoolingAutoencoder": example(lambda: UnpoolingAutoencoder((32, 32))),
    "AutoencoderLayer": Example(
        build=lambda: AutoencoderLayer(64, 16, activation="tanh", output="identity", tied=False),
        inputs=vectors,
        shape=(6, 64),
        loss=own_loss,
        overfits=root_error,
        below=0.1,
    ),
    "Autoencoder": example(lambda: Autoencoder((64, 32, 8), activation="tanh")),
    "Autoencoder-tied": example(lambda: Autoencoder((64, 32, 8), activation="tanh", tied=True)),
    "DenoisingAutoencoder": example(
        lambda: DenoisingAutoencoder((64, 64), Corruption("masking", 0.1), output="sigmoid"),
        3e-2,
        500,
    ),
    "SparseAutoencoder": example(lambda: SparseAutoencoder((64, 64), weight=1e-4)),
    "VariationalAutoencoder": variational(lambda: VariationalAutoencoder((1, 8, 8), (64,), 8)),
    "VariationalAutoencoder-classes": variational(
        lambda: VariationalAutoencoder((1, 8, 8), (64,), 8, num_classes=3), labeled
    ),
    "ConvVariationalAutoencoder": variational(lambda: ConvVariationalAutoencoder(8, (16, 32), 8)),
    "ConvVariationalAutoencoder-classes": variational(
        lambda: ConvVariationalAutoencoder(8, (16, 32), 8, num_classes=3), labeled
    ),
}
