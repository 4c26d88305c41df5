"""Boltzmann machines on a few binary vectors; what has no gradient to learn by is not here."""

from __future__ import annotations

import math
from typing import Any

import torch
from example import Example
from torch import Tensor, nn

from asciiart.core.energy.boltzmann import BoltzmannMachine, RestrictedBoltzmannMachine
from asciiart.core.energy.deep_belief import DeepBeliefNetwork


def two_patterns() -> tuple[Tensor]:
    patterns = torch.tensor([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
    return (patterns.repeat(32, 1),)


def pictures() -> tuple[Tensor]:
    random = torch.Generator().manual_seed(0)
    return (torch.rand(6, 20, generator=random).round(),)


def gibbs_loss(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    assert isinstance(network, BoltzmannMachine)
    return network.gibbs_loss(*batch, sweeps=5)


def divergence(network: nn.Module, batch: tuple[Any, ...]) -> float:
    """Kullback-Leibler divergence from the two patterns to the machine, in nats."""
    assert isinstance(network, BoltzmannMachine)
    return float(network.negative_log_likelihood(*batch)) - math.log(2)


def cd_loss(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    assert isinstance(network, RestrictedBoltzmannMachine)
    return network.cd_loss(*batch)


def all_layers_cd_loss(network: nn.Module, batch: tuple[Any, ...]) -> Tensor:
    assert isinstance(network, DeepBeliefNetwork)
    losses = [network.cd_loss(*batch, layer) for layer in range(len(network.stack))]  # type: ignore[call-arg]
    return torch.stack(losses).sum()


def reconstruction_error(network: nn.Module, batch: tuple[Any, ...]) -> float:
    assert isinstance(network, RestrictedBoltzmannMachine | DeepBeliefNetwork)
    return float((network.reconstruct(*batch) - batch[0]).abs().mean())


EXAMPLES = {
    "BoltzmannMachine": Example(
        build=lambda: BoltzmannMachine(4, 2),
        inputs=two_patterns,
        shape=(64,),
        loss=gibbs_loss,
        overfits=divergence,
        below=0.3,
        steps=150,
        learning_rate=0.05,
    ),
    "RestrictedBoltzmannMachine": Example(
        build=lambda: RestrictedBoltzmannMachine(20, 16),
        inputs=pictures,
        shape=(6, 16),
        loss=cd_loss,
        overfits=reconstruction_error,
        below=0.1,
        learning_rate=0.05,
    ),
    "DeepBeliefNetwork": Example(
        build=lambda: DeepBeliefNetwork((20, 32, 32)),
        inputs=pictures,
        shape=(6, 32),
        loss=all_layers_cd_loss,
        overfits=reconstruction_error,
        below=0.15,
        learning_rate=0.05,
        steps=300,
    ),
}
