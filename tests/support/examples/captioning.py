"""Captioners of 16 x 16 pictures."""

from __future__ import annotations

from typing import Any

import torch
from example import Example
from torch import Tensor, nn

from asciiart.core.vision.captioning import Captioner, CaptionerConfig

TARGET = torch.tensor([[4, 3, 5, 2], [3, 4, 2, 0], [5, 4, 2, 0], [3, 2, 0, 0]])


def batch() -> tuple[Tensor, Tensor]:
    return torch.rand(4, 1, 16, 16, generator=torch.Generator().manual_seed(0)), TARGET


def caption_loss(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    assert isinstance(network, Captioner)
    return network.loss(*batch).loss


def surprise(network: nn.Module, batch: tuple[Any, ...]) -> float:
    assert isinstance(network, Captioner)
    return -float(network.loss(*batch).scores["log_likelihood"])


def example(attention: str) -> Example:
    config = CaptionerConfig(
        vocab_size=6,
        attention=attention,
        channels=(8, 16, 16),
        embedding_dim=16,
        hidden_size=32,
        attention_size=16,
        dropout=0.0,
    )
    return Example(
        build=lambda: Captioner(config),
        inputs=batch,
        shape=(4, 4, 6),
        loss=caption_loss,
        overfits=surprise,
        below=0.3,
        steps=120,
    )


EXAMPLES = {"Captioner-soft": example("soft"), "Captioner-hard": example("hard")}
