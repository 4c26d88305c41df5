"""Random numbers that a seed decides, without a trace in torch's global generators."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

_CPU = torch.device("cpu")


def combined_seed(seed: int, number: int) -> int:
    """Return a seed of its own for the step or epoch ``number`` of what ``seed`` decides."""
    return hash((seed, number)) % 2**63


def seed_generators(seed: int, device: torch.device = _CPU) -> None:
    """Seed torch's global generator of the CPU, and the one of ``device`` if it is a GPU."""
    torch.default_generator.manual_seed(seed)
    if device.type == "cuda":
        with torch.cuda.device(device):
            torch.cuda.manual_seed(seed)


@contextmanager
def unseeded_after(device: torch.device = _CPU) -> Iterator[None]:
    """Put torch's global generators back, after the block, to where they were before it."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        yield


@contextmanager
def seeded(seed: int, device: torch.device = _CPU) -> Iterator[None]:
    """Let ``seed`` decide torch's random numbers in the block, and leave no trace after it.

    The generators of the CPU and of ``device`` go on afterwards as if the block had not been. This
    is how a network gets the same first weights every time: ``with seeded(0): network = MLP(...)``.
    """
    with unseeded_after(device):
        seed_generators(seed, device)
        yield
