"""Markov chain against its formulas."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch
from random_tensors import generator
from safetensors.torch import load_model, save_model

from asciiart.core.sequences.markov import MarkovChain


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
    with pytest.raises(ValueError, match="vocab_size must be 1 or more, not 0"):
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
