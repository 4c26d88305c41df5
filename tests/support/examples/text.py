"""Text classifiers of ten words."""

from __future__ import annotations

from typing import Any

import torch
from example import Example
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.sequences.text import TextClassifier


def texts() -> tuple[Tensor]:
    return (torch.randint(1, 30, (12, 10), generator=torch.Generator().manual_seed(0)),)


def cross_entropy(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return functional.cross_entropy(network(*batch), torch.arange(12) % 4)


def entropy(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(cross_entropy(network, batch))


EXAMPLES = {
    "TextClassifier": Example(
        build=lambda: TextClassifier(30, 4, embedding_dim=16, out_channels=8),
        inputs=texts,
        shape=(12, 4),
        loss=cross_entropy,
        overfits=entropy,
        below=0.1,
    )
}
