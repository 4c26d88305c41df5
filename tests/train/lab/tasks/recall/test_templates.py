"""Cheap memories, against NumPy."""

from __future__ import annotations

import numpy as np
import torch

from asciiart.train.lab.tasks.recall.templates import nearest, tiled, weighted

FLIPPED = 0.2


def patterns(count: int = 6, pixels: int = 16) -> torch.Tensor:
    return torch.rand(count, pixels, generator=torch.Generator().manual_seed(0)).round()


def test_the_nearest_differs_least() -> None:
    known = patterns()
    damaged = known.flip(0).clone()
    damaged[:, 0] = 1 - damaged[:, 0]
    assert torch.equal(nearest(damaged, known), known.flip(0))


def test_weights_are_likelihoods() -> None:
    known, seen = patterns(), patterns(7)[6:]
    differing = (known != seen).sum(1).numpy()
    likelihood = FLIPPED**differing * (1 - FLIPPED) ** (16 - differing)
    expected = likelihood / likelihood.sum() @ known.numpy()
    found = weighted(seen, known, flipped=FLIPPED, trust=1.0)
    np.testing.assert_allclose(found[0], expected, rtol=1e-4)
    even = weighted(seen, known, flipped=FLIPPED, trust=0.0)
    torch.testing.assert_close(even[0], known.mean(0))


def test_tiles_are_restored_each_from_its_place() -> None:
    """The upper half of one picture and the lower half of another."""
    known = torch.stack([patterns(1, 64)[0], 1 - patterns(1, 64)[0]])
    mixed = torch.cat((known[0, :32], known[1, 32:]))[None]
    found = tiled(mixed, known, 4, flipped=1e-4, trust=1.0).view(8, 8)
    for rows in (slice(0, 2), slice(6, 8)):  # the middle is torn between both
        torch.testing.assert_close(found[rows], mixed.view(8, 8)[rows], atol=1e-3, rtol=0)
    assert not torch.equal(nearest(mixed, known), mixed)
