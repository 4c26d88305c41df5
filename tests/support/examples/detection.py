"""Squares and bars on pictures of 32 x 32, with proposals around and beside them."""

from __future__ import annotations

from typing import Any

import torch
from example import Example
from torch import Tensor, nn

from asciiart.core.vision.boxes import Truth
from asciiart.core.vision.detection import RCNN, detection_loss, match_proposals

OBJECTS = Truth(
    torch.tensor([[[4.0, 4, 14, 14], [18, 18, 30, 24]], [[16, 2, 28, 8], [6, 18, 16, 28]]]),
    torch.tensor([[1, 2], [2, 1]]),
)


def pictures_and_proposals() -> tuple[Tensor, Tensor]:
    pictures = torch.zeros(2, 1, 32, 32)
    for picture, boxes in zip(pictures, OBJECTS.boxes.int().tolist(), strict=True):
        for left, top, right, bottom in boxes:
            picture[0, top:bottom, left:right] = 1
    near = OBJECTS.boxes + torch.tensor([1.0, -1, 2, 1])
    far = torch.tensor([[0.0, 20, 5, 32], [26, 8, 32, 16]]).expand(2, -1, -1)
    return pictures, torch.cat([near, far], 1)


def loss(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return detection_loss(network(*batch), match_proposals(batch[1], OBJECTS))


def figure(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(loss(network, batch))


EXAMPLES = {
    "RCNN": Example(
        build=lambda: RCNN(2, width=8, size=5),
        inputs=pictures_and_proposals,
        shape=(2, 4, 3),
        loss=loss,
        overfits=figure,
        below=0.1,
        steps=50,
    )
}
