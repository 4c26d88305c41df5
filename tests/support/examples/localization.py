"""Pictures of 16 x 16 with a bar or a dot somewhere."""

from __future__ import annotations

from typing import Any

import torch
from example import Example
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.vision.localization import CamClassifier

CLASSES = torch.tensor([0, 1, 2, 0, 1, 2])


def pictures() -> tuple[Tensor]:
    random = torch.Generator().manual_seed(0)
    return (torch.rand(6, 1, 16, 16, generator=random),)


def cross_entropy(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return functional.cross_entropy(network(*batch), CLASSES)


def mistakes(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(cross_entropy(network, batch))


EXAMPLES = {
    "CamClassifier": Example(
        build=lambda: CamClassifier(3, width=8),
        inputs=pictures,
        shape=(6, 3),
        loss=cross_entropy,
        overfits=mistakes,
        below=0.1,
        steps=60,
    )
}
