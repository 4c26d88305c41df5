"""A seed decides the numbers drawn, and leaves no trace."""

from __future__ import annotations

import pytest
import torch

from asciiart.core.learning.randomness import combined_seed, seed_generators, seeded, unseeded_after


def test_a_seeded_block_draws_the_same_and_the_numbers_after_it_are_undisturbed() -> None:
    torch.manual_seed(1)
    expected = torch.rand(5)
    torch.manual_seed(1)
    first = torch.rand(2)
    with seeded(7):
        inside = torch.rand(3)
    assert torch.equal(torch.cat([first, torch.rand(3)]), expected)
    with seeded(7):
        assert torch.equal(torch.rand(3), inside)
    with seeded(8):
        assert not torch.equal(torch.rand(3), inside)


def test_the_state_comes_back_after_an_error_too() -> None:
    before = torch.get_rng_state()

    def fail() -> None:
        seed_generators(3)
        raise KeyError

    with pytest.raises(KeyError), unseeded_after():
        fail()
    assert torch.equal(torch.get_rng_state(), before)


def test_every_step_of_every_seed_has_a_seed_of_its_own() -> None:
    seeds = {combined_seed(seed, step) for seed in range(30) for step in range(30)}
    assert len(seeds) == 900
    assert all(0 <= seed < 2**63 for seed in seeds)
