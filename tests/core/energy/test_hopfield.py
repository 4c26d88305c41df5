"""Hopfield network and Markov chain against their formulas."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_model, save_model
from torch import Tensor

from asciiart.core.energy.hopfield import STORAGE_RULES, HopfieldNetwork
from asciiart.core.sequences.markov import MarkovChain


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# Hopfield network


def signs(seed: int, *shape: int) -> Tensor:
    return torch.rand(shape, generator=generator(seed)).round() * 2 - 1


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


def test_what_cannot_be_stored_is_refused() -> None:
    network = HopfieldNetwork(3)
    with pytest.raises(ValueError, match=r"'hebbian' is unknown \(there are: hebb, projection\)"):
        network.store(torch.ones(1, 3), rule="hebbian")
    with pytest.raises(ValueError, match=r"must be \(P, 3\), not \(2, 4\)"):
        network.store(torch.ones(2, 4))
    with pytest.raises(ValueError, match=r"must be -1 or 1, not 0\.0"):
        network.store(torch.tensor([[1.0, 0.0, 1.0]]))


# Markov chain


def test_chain_counts_and_smooths() -> None:
    chain = MarkovChain(3, smoothing=0.5)
    chain.fit([torch.tensor([0, 1, 0, 1]), torch.tensor([2, 0]), torch.tensor([1])])
    chain.fit([torch.tensor([1, 1]), torch.tensor([], dtype=torch.int64)])
    counts = np.array([[0, 2, 0], [1, 1, 0], [1, 0, 0]])
    expected = (counts + 0.5) / (counts.sum(1, keepdims=True) + 1.5)
    np.testing.assert_allclose(chain.transitions(), expected, rtol=1e-12)
    np.testing.assert_allclose(chain.first(), np.array([1.5, 2.5, 1.5]) / 5.5, rtol=1e-12)
    found = chain(torch.tensor([[0, 2]]))
    np.testing.assert_allclose(found, np.log(expected[[[0, 2]]]), rtol=1e-12)


def test_likelihoods_are_products_of_the_chain() -> None:
    chain = MarkovChain(3)
    chain.fit([torch.tensor([0, 1, 0, 2, 2, 1])])
    p, first = chain.transitions().numpy(), chain.first().numpy()
    one, other = torch.tensor([0, 1, 2]), torch.tensor([2, 2])
    expected = np.log(first[0]) + np.log(p[0, 1]) + np.log(p[1, 2])
    assert chain.log_likelihood(one) == pytest.approx(expected)
    assert chain.log_likelihood(one[:0]) == 0
    entropy = -(np.log(p[0, 1]) + np.log(p[1, 2]) + np.log(p[2, 2])) / 3
    assert chain.cross_entropy([one, other]) == pytest.approx(entropy)
    total = sum(
        np.exp(chain.log_likelihood(torch.tensor(s))) for s in itertools.product(range(3), repeat=4)
    )
    assert total == pytest.approx(1)


def test_stationary_distribution_is_where_every_walk_tends_to() -> None:
    chain = MarkovChain(5, smoothing=0.1)
    chain.fit([torch.randint(5, (60,), generator=generator())])
    expected = np.linalg.matrix_power(chain.transitions().numpy(), 500)
    np.testing.assert_allclose(np.tile(chain.stationary(), (5, 1)), expected, atol=1e-12)


def test_samples_have_the_chains_frequencies() -> None:
    chain = MarkovChain(3, smoothing=0.1)
    chain.fit([torch.tensor([0, 1, 1, 2, 0, 0, 1, 2, 2, 0])])
    walk = chain.sample(6000, generator=generator())
    again = MarkovChain(3, smoothing=1e-9)
    again.fit([walk])
    np.testing.assert_allclose(again.transitions(), chain.transitions(), atol=0.04)
    assert torch.equal(walk[:50], chain.sample(50, generator=generator()))
    random = generator()
    starts = torch.cat([chain.sample(1, generator=random) for _ in range(1000)])
    np.testing.assert_allclose(starts.bincount(minlength=3) / 1000, chain.first(), atol=0.05)
    assert chain.sample(4, start=2)[0] == 2
    assert len(chain.sample(4, start=2)) == 4


def test_chain_saves_and_loads(tmp_path: Path) -> None:
    chain, other = MarkovChain(4), MarkovChain(4)
    chain.fit([torch.tensor([0, 3, 1])])
    save_model(chain, str(tmp_path / "chain.safetensors"))
    load_model(other, str(tmp_path / "chain.safetensors"))
    assert torch.equal(other.transitions(), chain.transitions())
    assert torch.equal(other.first(), chain.first())


def test_impossible_chains_and_symbols_are_refused() -> None:
    with pytest.raises(ValueError, match="symbols must be 1 or more, not 0"):
        MarkovChain(0)
    with pytest.raises(ValueError, match="smoothing must be above 0, not 0"):
        MarkovChain(2, smoothing=0)
    chain = MarkovChain(2)
    with pytest.raises(ValueError, match="symbols must be 0 to 1, not 2"):
        chain.fit([torch.tensor([0, 2])])
    with pytest.raises(ValueError, match="symbols must be 0 to 1, not -1"):
        chain.cross_entropy([torch.tensor([0, -1])])
    with pytest.raises(ValueError, match="2 symbols or more"):
        chain.cross_entropy([torch.tensor([0])])
