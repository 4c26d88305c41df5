"""Generators that learn given pictures, discriminators that learn given answers, and both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from example import Example
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.gan import (
    AdversarialBatch,
    ConvDiscriminator,
    ConvGenerator,
    GenerativeAdversarialNetwork,
    MLPDiscriminator,
    MLPGenerator,
)

SHAPE = (1, 8, 8)
REAL = torch.tensor([1.0, 0.0, 1.0, 1.0, 0.0, 0.0])


def pictures() -> Tensor:
    return torch.rand(6, *SHAPE, generator=torch.Generator().manual_seed(0)).round()


def noise() -> tuple[Tensor]:
    return (torch.randn(6, 10, generator=torch.Generator().manual_seed(1)),)


def labels() -> Tensor:
    return torch.arange(6) % 3


def picture_error(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return functional.mse_loss(network(*batch), pictures())


def answer_error(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    return functional.binary_cross_entropy_with_logits(network(*batch), REAL)


def both_turns(network: Any, batch: tuple[Any, ...]) -> Tensor:
    """The losses of both turns at once: each reaches the weights of its own side only."""
    real = pictures()[:1].expand(6, *SHAPE)
    loss: Tensor = network.loss(AdversarialBatch("discriminator", real, *batch[1:])).loss
    turn: Tensor = network.loss(AdversarialBatch("generator", real, *batch[1:])).loss
    return loss + turn


def distance_from_real(network: nn.Module, batch: tuple[Any, ...]) -> float:
    real = pictures()[:1].expand(6, *SHAPE)
    return float(functional.mse_loss(network(*batch), real).sqrt())


def generator(
    build: Callable[[], nn.Module], inputs: Callable[[], tuple[Any, ...]] = noise
) -> Example:
    return Example(
        build=build,
        inputs=inputs,
        shape=(6, *SHAPE),
        loss=picture_error,
        overfits=lambda network, batch: float(picture_error(network, batch).sqrt()),
        below=0.1,
    )


def discriminator(build: Callable[[], nn.Module], inputs: Callable[[], tuple[Any, ...]]) -> Example:
    return Example(
        build=build,
        inputs=inputs,
        shape=(6,),
        loss=answer_error,
        overfits=lambda network, batch: float(answer_error(network, batch)),
        below=0.1,
        steps=100,
    )


def adversaries(
    build: Callable[[], nn.Module], inputs: Callable[[], tuple[Any, ...]] = noise
) -> Example:
    return Example(
        build=build,
        inputs=inputs,
        shape=(6, *SHAPE),
        loss=both_turns,
        overfits=distance_from_real,
        below=0.15,
        steps=300,
        learning_rate=3e-3,
        optimizer="rmsprop",  # momentum, Adam's too, makes the two circle each other
    )


EXAMPLES = {
    "MLPGenerator": generator(lambda: MLPGenerator(10, (64,), SHAPE)),
    "MLPGenerator-classes": generator(
        lambda: MLPGenerator(10, (64,), SHAPE, num_classes=3), lambda: (*noise(), labels())
    ),
    "ConvGenerator": generator(lambda: ConvGenerator(10, (32, 16), 8)),
    "ConvGenerator-classes": generator(
        lambda: ConvGenerator(10, (32, 16), 8, num_classes=3), lambda: (*noise(), labels())
    ),
    "MLPDiscriminator": discriminator(
        lambda: MLPDiscriminator(SHAPE, (32,)), lambda: (pictures(),)
    ),
    "MLPDiscriminator-classes": discriminator(
        lambda: MLPDiscriminator(SHAPE, (32,), num_classes=3), lambda: (pictures(), labels())
    ),
    "ConvDiscriminator": discriminator(
        lambda: ConvDiscriminator((16, 32), 8), lambda: (pictures(),)
    ),
    "ConvDiscriminator-classes": discriminator(
        lambda: ConvDiscriminator((16, 32), 8, num_classes=3), lambda: (pictures(), labels())
    ),
    "GenerativeAdversarialNetwork": adversaries(
        lambda: GenerativeAdversarialNetwork(
            MLPGenerator(10, (32,), SHAPE), MLPDiscriminator(SHAPE, (32,))
        )
    ),
    "GenerativeAdversarialNetwork-classes": adversaries(
        lambda: GenerativeAdversarialNetwork(
            MLPGenerator(10, (32,), SHAPE, num_classes=3),
            MLPDiscriminator(SHAPE, (32,), num_classes=3),
        ),
        lambda: (*noise(), labels()),
    ),
}
