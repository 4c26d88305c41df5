"""A Boltzmann machine small enough to enumerate, and the pictures that larger ones learn."""

from __future__ import annotations

import itertools

import numpy as np
import torch
from arrays import Array
from random_tensors import generator
from torch import Tensor, nn

from asciiart.core.energy.boltzmann import BoltzmannMachine

STATES = np.array(list(itertools.product((0.0, 1.0), repeat=6)))
"""All states of `machine`: 4 visible and 2 hidden units."""


def arrays(network: nn.Module) -> dict[str, Array]:
    return {name: p.detach().double().numpy() for name, p in network.named_parameters()}


def machine() -> tuple[BoltzmannMachine, Array, Array]:
    """Return a machine, its energies and its probabilities, by loops over pairs."""
    torch.manual_seed(0)
    network = BoltzmannMachine(4, 2)
    nn.init.normal_(network.units.weight)
    nn.init.normal_(network.units.bias, 0, 0.5)
    p = arrays(network)
    pairs = list(itertools.combinations(range(6), 2))
    energies = np.array(
        [
            -sum(p["units.weight"][i, j] * s[i] * s[j] for i, j in pairs) - p["units.bias"] @ s
            for s in STATES
        ]
    )
    weights = np.exp(-energies)
    return network, energies, weights / weights.sum()


def bars() -> Tensor:
    """Return eight horizontal and vertical bars on 8 x 8 pixels."""
    pictures = torch.zeros(8, 8, 8)
    for bar in range(4):
        pictures[bar, 2 * bar : 2 * bar + 2] = 1
        pictures[4 + bar, :, 2 * bar : 2 * bar + 2] = 1
    return pictures.flatten(1)


def damaged_bars() -> Tensor:
    """Return `bars` in which every tenth pixel is flipped."""
    flipped = torch.rand(8, 64, generator=generator(7)) < 0.1
    return torch.where(flipped, 1 - bars(), bars())
