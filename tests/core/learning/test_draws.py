"""Random tensors: distribution, generator, type, shape and the global state."""

from __future__ import annotations

import pytest
import torch

from asciiart.core.learning.draws import normal_like, uniform_like


@pytest.mark.parametrize("draw", [uniform_like, normal_like])
def test_the_generator_decides_and_leaves_the_global_state_alone(draw: object) -> None:
    assert callable(draw)
    like, before = torch.zeros(3, 4, dtype=torch.float64), torch.get_rng_state()
    first, same, other = (draw(like, torch.Generator().manual_seed(s)) for s in (0, 0, 1))
    assert torch.equal(first, same)
    assert not torch.equal(first, other)
    assert first.shape == (3, 4)
    assert first.dtype == torch.float64
    assert torch.equal(torch.get_rng_state(), before)
    draw(like)
    assert not torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("draw", [uniform_like, normal_like])
def test_a_generator_of_the_cpu_serves_tensors_elsewhere(draw: object) -> None:
    assert callable(draw)
    like, random = torch.empty(2, 3, device="meta"), torch.Generator()
    before = random.get_state()
    assert draw(like, random).device.type == "meta"
    assert not torch.equal(random.get_state(), before)


def test_the_distributions_are_uniform_and_standard_normal() -> None:
    like, random = torch.zeros(100_000), torch.Generator().manual_seed(0)
    uniform, normal = uniform_like(like, random), normal_like(like, random)
    assert uniform.min() >= 0
    assert uniform.max() < 1
    assert uniform.mean().item() == pytest.approx(0.5, abs=0.01)
    assert uniform.std().item() == pytest.approx(12**-0.5, abs=0.01)
    assert normal.mean().item() == pytest.approx(0, abs=0.01)
    assert normal.std().item() == pytest.approx(1, abs=0.01)
