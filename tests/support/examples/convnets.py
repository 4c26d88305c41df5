"""Convolutional classifiers of 16 x 16 pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from example import Example
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.convnets import VGG, AlexNet, DenseNet, GoogLeNet, GoogLeNetOutput, ResNet

LABELS = torch.arange(6) % 3


def pictures() -> tuple[Tensor]:
    random = torch.Generator().manual_seed(0)
    return (torch.rand(6, 2, 16, 16, generator=random),)


def cross_entropy(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    output = network(*batch)
    heads = output if isinstance(output, GoogLeNetOutput) else [output]
    return torch.stack([functional.cross_entropy(logits, LABELS) for logits in heads]).sum()


def unsureness(network: nn.Module, batch: tuple[Any, ...]) -> float:
    """Return 1 less the mean probability of the right class."""
    right = network(*batch).softmax(1)[torch.arange(6), LABELS]
    return 1 - float(right.mean())


def example(build: Callable[[], nn.Module], *, rate: float, steps: int = 60) -> Example:
    return Example(
        build=build,
        inputs=pictures,
        shape=(6, 3),
        loss=cross_entropy,
        overfits=unsureness,
        below=0.2,
        steps=steps,
        learning_rate=rate,
    )


EXAMPLES = {
    "AlexNet-2012": example(
        lambda: AlexNet(3, in_channels=2, small_input=True, width=0.1), rate=3e-3, steps=120
    ),
    "AlexNet-2014": example(
        lambda: AlexNet(3, in_channels=2, variant="2014", small_input=True, width=0.1),
        rate=3e-3,
        steps=120,
    ),
    "VGG": example(
        lambda: VGG((1, 1, 1), num_classes=3, in_channels=2, width=8, small_input=True),
        rate=3e-3,
        steps=120,
    ),
    "VGG-norm": example(
        lambda: VGG((1, 2), num_classes=3, in_channels=2, width=4, norm=True, small_input=True),
        rate=1e-2,
    ),
    "GoogLeNet": example(
        lambda: GoogLeNet(3, in_channels=2, width=0.125, small_input=True), rate=3e-3
    ),
    "GoogLeNet-norm": example(
        lambda: GoogLeNet(3, in_channels=2, width=0.125, norm=True, small_input=True), rate=3e-3
    ),
    "ResNet-basic": example(
        lambda: ResNet((1, 1), num_classes=3, in_channels=2, width=4, small_input=True), rate=1e-2
    ),
    "ResNet-bottleneck": example(
        lambda: ResNet(
            (1, 2), num_classes=3, in_channels=2, width=4, bottleneck=True, small_input=True
        ),
        rate=1e-2,
    ),
    "DenseNet": example(
        lambda: DenseNet((2, 2), num_classes=3, in_channels=2, growth_rate=4, small_input=True),
        rate=1e-2,
    ),
}
