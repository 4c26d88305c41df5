"""Squares and bars on pictures of 32 x 32, with proposals around and beside them."""

from __future__ import annotations

from typing import Any

import torch
from example import Example
from torch import Tensor, nn

from asciiart.core.convnets import AlexNet
from asciiart.core.vision.boxes import Truth
from asciiart.core.vision.detection import (
    FastRCNN,
    detection_loss,
    match_proposals,
    region_entropy,
)
from asciiart.core.vision.rcnn import RCNN, svm_loss, svm_targets

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


def loss_in_three_parts(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    """R-CNN's stages at once: none trains what another trains."""
    out = network(*batch)
    targets = match_proposals(batch[1], OBJECTS)
    entropy = region_entropy(out.logits, targets.labels)
    hinge = svm_loss(out.margins, svm_targets(batch[1], OBJECTS, 2, positive=0.5))
    own = out.shifts[targets.labels > 0, targets.labels[targets.labels > 0] - 1]
    squares = (own - targets.shifts[targets.labels > 0]).square().mean()
    return entropy + hinge + squares


def remaining(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(loss_in_three_parts(network, batch))


def figure(network: nn.Module, batch: tuple[Any, ...]) -> float:
    return float(loss(network, batch))


EXAMPLES = {
    "RCNN": Example(
        build=lambda: RCNN(
            AlexNet(3, in_channels=1, variant="2014", small_input=True, width=0.1),
            2,
            size=24,
            padding=2,
        ),
        inputs=pictures_and_proposals,
        shape=(2, 4, 3),
        loss=loss_in_three_parts,
        overfits=remaining,
        below=0.3,
        steps=150,
        learning_rate=3e-3,
    ),
    "FastRCNN": Example(
        build=lambda: FastRCNN(2, width=8, output_size=5),
        inputs=pictures_and_proposals,
        shape=(2, 4, 3),
        loss=loss,
        overfits=figure,
        below=0.1,
        steps=50,
    ),
}
