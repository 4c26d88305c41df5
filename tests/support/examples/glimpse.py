"""Recurrent attention models of 16 x 16 pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from example import Example
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.vision.glimpse import GlimpseConfig, RecurrentAttentionModel

CONFIG = GlimpseConfig(
    num_classes=4, size=6, scales=2, glimpses=3, channels=(8,), features=16, hidden_size=32
)
PAPER = replace(CONFIG, core="rnn", channels=(), reward="correct", every_glimpse=False, copies=4)
LABELS = torch.arange(8) % 4


def pictures() -> tuple[Tensor]:
    return (torch.rand(8, 1, 16, 16, generator=torch.Generator().manual_seed(0)),)


def glimpse_loss(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    assert isinstance(network, RecurrentAttentionModel)
    return network.loss(batch[0], LABELS).loss


def entropy(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(functional.cross_entropy(network(*batch).logits, LABELS))


def example(config: GlimpseConfig) -> Example:
    return Example(
        build=lambda: RecurrentAttentionModel(config),
        inputs=pictures,
        shape=(8, 4),
        loss=glimpse_loss,
        overfits=entropy,
        below=0.3,
    )


EXAMPLES = {
    "RecurrentAttentionModel": example(CONFIG),
    "RecurrentAttentionModel-paper": example(PAPER),
}
