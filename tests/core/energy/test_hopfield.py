"""Hopfield network against its formulas."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from random_tensors import generator, signs

from asciiart.core.energy.hopfield import STORAGE_RULES, HopfieldNetwork


def test_storage_rules_follow_their_formulas() -> None:
    patterns = signs(0, 4, 20)
    x = patterns.double().numpy()
    hebb = sum(np.outer(p, p) for p in x) / 20
    projection = x.T @ np.linalg.inv(x @ x.T) @ x
    for name, expected in (("hebb", hebb), ("projection", projection)):
        network = HopfieldNetwork(20)
        network.store(patterns, rule=name)
        np.fill_diagonal(expected, 0)  # type: ignore[arg-type]
        np.testing.assert_allclose(network.weight, expected, atol=1e-6)


def test_energy_and_synchronous_update_follow_their_formulas() -> None:
    network = HopfieldNetwork(12)
    network.store(signs(0, 3, 12))
    states = signs(1, 9, 12)
    w, s = network.weight.double().numpy(), states.double().numpy()
    expected = [-sum(w[i, j] * a[i] * a[j] for i in range(12) for j in range(i)) for a in s]
    np.testing.assert_allclose(network.energy(states), expected, atol=1e-5)
    fields = s @ w
    moved = np.where(np.abs(fields) < 1e-6, s, np.sign(fields))
    np.testing.assert_array_equal(network.update_synchronously(states), moved)


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    units=st.integers(2, 24),
    patterns=st.integers(1, 30),
    rule=st.sampled_from(sorted(STORAGE_RULES)),
)
def test_energy_never_rises_asynchronously(seed: int, units: int, patterns: int, rule: str) -> None:
    network = HopfieldNetwork(units)
    network.store(signs(seed, patterns, units), rule=rule)
    state = signs(seed + 1, 5, units)
    order = generator(seed)
    for _ in range(4):
        moved = network.update_asynchronously(state, generator=order)
        assert (network.energy(moved) <= network.energy(state) + 1e-4).all()
        state = moved


def test_energy_may_rise_synchronously() -> None:
    """Two units that oppose each other and move at once go to and fro for ever."""
    network = HopfieldNetwork(2)
    network.store(torch.tensor([[1.0, -1.0]]))
    state = torch.tensor([[1.0, 1.0]])
    assert network.recall(state, synchronous=True, sweeps=5).tolist() == [[-1, -1]]
    assert network.recall(state, synchronous=True, sweeps=6).tolist() == [[1, 1]]
    assert network.recall(state).sum() == 0


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32), units=st.integers(2, 24), patterns=st.integers(1, 30))
@example(seed=53659, units=23, patterns=23)  # nearly dependent
def test_projection_keeps_every_pattern(seed: int, units: int, patterns: int) -> None:
    stored = signs(seed, patterns, units)
    network = HopfieldNetwork(units)
    network.store(stored, rule="projection")
    assert torch.equal(network.update_synchronously(stored), stored)
    assert torch.equal(network.update_asynchronously(stored), stored)


@pytest.mark.parametrize("synchronous", [False, True])
@pytest.mark.parametrize("rule", STORAGE_RULES)
def test_recalls_from_a_fifth_of_flipped_bits(rule: str, synchronous: bool) -> None:
    stored = signs(0, 10, 256)
    flipped = torch.rand(10, 256, generator=generator(1)).argsort(1) < 51
    network = HopfieldNetwork(256)
    network.store(stored, rule=rule)
    damaged = torch.where(flipped, -stored, stored)
    found = network.recall(damaged, synchronous=synchronous, generator=generator(2))
    assert torch.equal(found, stored)


def test_projection_recalls_patterns_that_are_alike() -> None:
    """Glyphs are mostly paper: the Hebb rule mixes them up, the projection does not."""
    stored = torch.where(torch.rand(10, 256, generator=generator(3)) < 0.2, 1.0, -1.0)
    flipped = torch.rand(10, 256, generator=generator(1)).argsort(1) < 51
    network = HopfieldNetwork(256)
    recalled = {}
    for rule in STORAGE_RULES:
        network.store(stored, rule=rule)
        found = network.recall(torch.where(flipped, -stored, stored), generator=generator(2))
        recalled[rule] = int((found == stored).all(1).sum())
    assert recalled["projection"] == 10
    assert recalled["hebb"] < 5


def test_order_is_seeded() -> None:
    network = HopfieldNetwork(40)
    network.store(signs(0, 12, 40))
    state = signs(1, 20, 40)
    ends = [network.update_asynchronously(state, generator=generator(s)) for s in (1, 1, 2)]
    assert torch.equal(ends[0], ends[1])
    assert not torch.equal(ends[0], ends[2])
    before = torch.get_rng_state()
    recalled = [network.recall(state, sweeps=1, generator=generator(s)) for s in (1, 2)]
    assert torch.equal(recalled[0], ends[0])
    assert torch.equal(recalled[1], ends[2])
    assert torch.equal(torch.get_rng_state(), before)


def test_what_cannot_be_stored_is_refused() -> None:
    network = HopfieldNetwork(3)
    with pytest.raises(ValueError, match=r"'hebbian' is unknown \(there are: hebb, projection\)"):
        network.store(torch.ones(1, 3), rule="hebbian")
    with pytest.raises(ValueError, match=r"must be \(P, 3\), not \(2, 4\)"):
        network.store(torch.ones(2, 4))
    with pytest.raises(ValueError, match=r"must be -1 or 1, not 0\.0"):
        network.store(torch.tensor([[1.0, 0.0, 1.0]]))
