"""Feed-forward networks on a few random vectors."""

from __future__ import annotations

from typing import Any

import torch
from example import Example
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.layers import Maxout
from asciiart.core.perceptron import (
    MLP,
    Perceptron,
    RadialBasisNetwork,
    deep_feed_forward,
    perceptron_criterion,
)


def vectors() -> tuple[Tensor, Tensor]:
    random = torch.Generator().manual_seed(0)
    return torch.randn(12, 5, generator=random), torch.arange(12) % 3


def vectors_only() -> tuple[Tensor]:
    return vectors()[:1]


def signs(batch: tuple[Any, ...]) -> Tensor:
    """A rule that a plane through the origin knows."""
    return torch.where(batch[0] @ torch.tensor([1.0, -2.0, 0.5, 0.0, 1.0]) > 0, 1.0, -1.0)


def criterion(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return perceptron_criterion(network(*batch), signs(batch))


def mistaken(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float((network(*batch) * signs(batch) <= 0).float().mean())


def cross_entropy(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return functional.cross_entropy(network(*batch), vectors()[1])


def cross_entropy_in_nats(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(cross_entropy(network, batch))


def classifier(network: Any, learning_rate: float = 1e-2) -> Example:
    return Example(
        build=network,
        inputs=vectors_only,
        shape=(12, 3),
        loss=cross_entropy,
        overfits=cross_entropy_in_nats,
        below=0.1,
        learning_rate=learning_rate,
    )


EXAMPLES = {
    "Perceptron": Example(
        build=lambda: Perceptron(5, initializer="xavier_normal"),
        inputs=vectors_only,
        shape=(12,),
        loss=criterion,
        overfits=mistaken,
        below=0.05,
        learning_rate=1.0,
        optimizer="sgd",
    ),
    "MLP": classifier(lambda: MLP((5, 16, 3))),
    "MLP-tanh-dropout": classifier(
        lambda: MLP((5, 48, 3), activation="tanh", dropout=0.2, initializer="xavier_normal")
    ),
    "deep_feed_forward": classifier(lambda: deep_feed_forward(5, 3, hidden_size=16, num_layers=6)),
    "Maxout": classifier(lambda: Maxout(5, 3, pieces=8), 0.05),
    "RadialBasisNetwork": classifier(lambda: RadialBasisNetwork(5, 12, 3), 0.03),
}
