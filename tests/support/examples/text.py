"""Text classifiers of ten words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from example import Example
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.sequences.feed_forward_attention import (
    AttentionTextClassifier,
    FeedForwardAttentionNetwork,
)
from asciiart.core.sequences.text import TextClassifier
from asciiart.core.sequences.word_localization import WordLocalizer


def texts() -> tuple[Tensor]:
    return (torch.randint(1, 30, (12, 10), generator=torch.Generator().manual_seed(0)),)


def cross_entropy(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return functional.cross_entropy(network(*batch), torch.arange(12) % 4)


def entropy(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(cross_entropy(network, batch))


def vectors() -> Tensor:
    return torch.randn(30, 16, generator=torch.Generator().manual_seed(0))


def numbers() -> tuple[Tensor]:
    return (torch.rand(4, 6, 2, generator=torch.Generator().manual_seed(0)),)


def squared_error(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return functional.mse_loss(network(*batch), torch.tensor([[0.1], [0.8], [0.3], [1.0]]))


def root_error(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(squared_error(network, batch).sqrt())


def classifying(build: Callable[[], nn.Module]) -> Example:
    return Example(build, texts, (12, 4), cross_entropy, entropy, below=0.1)


EXAMPLES = {
    "TextClassifier": classifying(lambda: TextClassifier(30, 4, embedding_dim=16, out_channels=8)),
    "AttentionTextClassifier": classifying(
        lambda: AttentionTextClassifier(30, 4, embedding_dim=16, hidden_size=8)
    ),
    "AttentionTextClassifier-words": classifying(
        lambda: AttentionTextClassifier(30, 4, embedding_dim=16, cell=None)
    ),
    "WordLocalizer": classifying(lambda: WordLocalizer(vectors(), 4, out_channels=8)),
    "FeedForwardAttentionNetwork": Example(
        build=lambda: FeedForwardAttentionNetwork(2, 1, hidden_size=16),
        inputs=numbers,
        shape=(4, 1),
        loss=squared_error,
        overfits=root_error,
        below=0.05,
    ),
}
