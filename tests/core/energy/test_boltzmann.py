"""Boltzmann machines against enumeration and the CD rule."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from arrays import Array
from random_tensors import generator, signs
from sklearn.neural_network import BernoulliRBM
from small_machines import STATES, arrays, bars, damaged_bars, machine
from torch import Tensor, nn

from asciiart.core.energy.boltzmann import (
    BoltzmannMachine,
    RestrictedBoltzmannMachine,
    contrastive_divergence,
    persistent_contrastive_divergence,
)
from asciiart.core.learning.trainer import StepLoss, Trainer, TrainerConfig


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def gradient(parameter: Tensor) -> Array:
    assert parameter.grad is not None
    return parameter.grad.double().numpy()


# Boltzmann machine: 4 visible and 2 hidden units


def test_energy_and_probabilities_are_those_of_enumeration() -> None:
    network, energies, probabilities = machine()
    found = network.exact()
    np.testing.assert_array_equal(found.states, STATES)
    np.testing.assert_allclose(network.energy(found.states).detach(), energies, atol=1e-5)
    np.testing.assert_allclose(found.probabilities.detach(), probabilities, atol=1e-6)


def test_couplings_are_symmetric_without_self_connection() -> None:
    couplings = machine()[0].couplings()
    assert torch.equal(couplings, couplings.T)
    assert not couplings.diagonal().any()


def test_free_energy_and_likelihood_sum_over_the_hidden_units() -> None:
    network, energies, probabilities = machine()
    visible = torch.tensor([[1.0, 0.0, 1.0, 1.0], [0.0, 0.0, 0.0, 1.0]])
    rows = [(STATES[:, :4] == v).all(1) for v in visible.numpy()]
    free = [-np.log(np.exp(-energies[row]).sum()) for row in rows]
    np.testing.assert_allclose(network(visible).detach(), free, atol=1e-5)
    expected = -np.mean([np.log(probabilities[row].sum()) for row in rows])
    assert float(network.negative_log_likelihood(visible).detach()) == pytest.approx(expected)


def test_gradient_is_data_less_model_correlations() -> None:
    network, _, probabilities = machine()
    visible = torch.tensor([[1.0, 0.0, 1.0, 1.0], [0.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]])
    network.negative_log_likelihood(visible).backward()
    data = np.zeros(64)
    for v in visible.numpy():
        held = np.where((STATES[:, :4] == v).all(1), probabilities, 0)
        data += held / held.sum() / 3
    pairs = STATES.T @ np.diag(data - probabilities) @ STATES  # <s_i s_j> data less model
    np.testing.assert_allclose(-gradient(network.units.weight), np.triu(pairs, 1), atol=1e-6)
    np.testing.assert_allclose(
        -gradient(network.units.bias), (data - probabilities) @ STATES, atol=1e-6
    )


def frequencies(states: Tensor) -> Array:
    numbers = states.long().numpy() @ (2 ** np.arange(5, -1, -1))
    return np.bincount(numbers, minlength=64) / len(states)


def test_gibbs_samples_have_the_exact_frequencies() -> None:
    network, _, probabilities = machine()
    samples = network.gibbs(torch.zeros(40_000, 6), 30, generator=generator())
    np.testing.assert_allclose(frequencies(samples), probabilities, atol=0.01)
    held = network.gibbs(torch.ones(40_000, 6), 30, clamped=4, generator=generator())
    expected = np.where(STATES[:, :4].all(1), probabilities, 0)
    np.testing.assert_allclose(frequencies(held), expected / expected.sum(), atol=0.01)


def test_gradient_from_samples_comes_near_the_exact_one() -> None:
    network, _, _ = machine()
    visible = torch.tensor([[1.0, 0.0, 1.0, 1.0], [0.0, 0.0, 0.0, 1.0]])
    network.negative_log_likelihood(visible).backward()
    exact = [gradient(p).copy() for p in network.parameters()]
    network.zero_grad()
    many = visible.repeat(10_000, 1)
    network.gibbs_loss(many, sweeps=30, generator=generator()).backward()
    for parameter, expected in zip(network.parameters(), exact, strict=True):
        np.testing.assert_allclose(gradient(parameter), expected, atol=0.02)


def test_too_many_units_to_enumerate_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 16 units can be enumerated, not 17"):
        BoltzmannMachine(12, 5).exact()


# Restricted Boltzmann machine


def restricted(visible: int = 5, hidden: int = 3) -> RestrictedBoltzmannMachine:
    torch.manual_seed(0)
    network = RestrictedBoltzmannMachine(visible, hidden)
    for parameter in network.parameters():
        nn.init.normal_(parameter)
    return network


def test_free_energy_sums_over_the_hidden_units() -> None:
    network = restricted()
    p = arrays(network)
    visible = signs(0, 6, 5).clamp(min=0)
    hidden = np.array(list(itertools.product((0.0, 1.0), repeat=3)))
    for v, found in zip(visible.double().numpy(), network.free_energy(visible), strict=True):
        joint = v @ p["visible_bias"] + hidden @ (p["hidden.weight"] @ v + p["hidden.bias"])
        assert float(found.detach()) == pytest.approx(-np.log(np.exp(joint).sum()), abs=1e-5)


def test_gradient_is_the_cd_1_rule_for_the_same_random_numbers() -> None:
    network = restricted()
    p = arrays(network)
    w, a, b = p["hidden.weight"], p["visible_bias"], p["hidden.bias"]
    visible = signs(0, 8, 5).clamp(min=0)
    network.cd_loss(visible, generator=generator(4)).backward()
    same = generator(4)
    v = visible.double().numpy()
    h = sigmoid(v @ w.T + b)
    drawn = torch.rand(8, 3, generator=same).numpy() < h
    v1 = (torch.rand(8, 5, generator=same).numpy() < sigmoid(drawn @ w + a)).astype(float)
    h1 = sigmoid(v1 @ w.T + b)
    assert not np.array_equal(v, v1)
    np.testing.assert_allclose(
        -gradient(network.hidden.weight), (h.T @ v - h1.T @ v1) / 8, atol=1e-6
    )
    np.testing.assert_allclose(-gradient(network.visible_bias), (v - v1).mean(0), atol=1e-6)
    np.testing.assert_allclose(-gradient(network.hidden.bias), (h - h1).mean(0), atol=1e-6)


def test_long_chains_have_the_models_distribution() -> None:
    network = restricted(3, 2)
    states = torch.tensor(list(itertools.product((0.0, 1.0), repeat=3)))
    expected = (-network.free_energy(states)).softmax(0).detach()
    ends = network.gibbs(torch.zeros(40_000, 3), 30, generator=generator())
    numbers = (ends.long() * torch.tensor([4, 2, 1])).sum(1)
    np.testing.assert_allclose(numbers.bincount(minlength=8) / 40_000, expected, atol=0.01)
    means = network.sample(40_000, 30, generator=generator()).mean(0)
    np.testing.assert_allclose(means, expected @ states, atol=0.01)


def test_reconstruction_is_mean_field_and_holds_known_pixels() -> None:
    network = restricted()
    p = arrays(network)
    damaged = torch.tensor([[1.0, 0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 0.0, 1.0]])
    known = torch.tensor([True, True, False, False, True])
    v = damaged.double().numpy()
    for steps in (1, 2, 3):
        h = sigmoid(v @ p["hidden.weight"].T + p["hidden.bias"])
        v = np.where(known, damaged, sigmoid(h @ p["hidden.weight"] + p["visible_bias"]))
        np.testing.assert_allclose(network.reconstruct(damaged, steps, known=known), v, atol=1e-6)
    drawn = network.reconstruct(damaged, 3, known=known, generator=generator())
    assert not torch.equal(drawn, network.reconstruct(damaged, 3, known=known))
    assert torch.equal(drawn[:, known], damaged[:, known])
    assert not network.reconstruct(damaged)[:, known].eq(damaged[:, known]).any()


# Cleaning damaged pictures


def test_restricted_machine_cleans_what_it_has_learned() -> None:
    torch.manual_seed(0)
    network = RestrictedBoltzmannMachine(64, 48)
    Trainer(
        network,
        lambda _: bars(),
        lambda _, batch: StepLoss(network.cd_loss(batch)),
        TrainerConfig(steps=600, learning_rate=0.02),
    ).fit()
    error = (damaged_bars() - bars()).abs().mean()
    assert (network.reconstruct(damaged_bars(), 10) - bars()).abs().mean() < error / 4
    half = torch.arange(64) % 8 < 4  # the left half is known, the right one is gone
    found = network.reconstruct(bars() * half, 20, known=half)
    assert torch.equal(found[:, half], bars()[:, half])
    assert (found - bars())[:4].abs().mean() < (bars() * half - bars())[:4].abs().mean() / 2


# Where chains start, and persistent contrastive divergence


def test_neither_chain_of_a_boltzmann_machine_starts_at_the_data(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fault: the free chain started at the data."""
    starts: list[tuple[Tensor, int]] = []
    usual = BoltzmannMachine.gibbs

    def watched(machine: BoltzmannMachine, states: Tensor, *others: int, **options: Any) -> Tensor:
        starts.append((states.clone(), options.get("clamped", 0)))
        return usual(machine, states, *others, **options)

    monkeypatch.setattr(BoltzmannMachine, "gibbs", watched)
    network, visible = machine()[0], torch.ones(2000, 4)
    network.gibbs_loss(visible, sweeps=1, generator=generator())
    (held, clamped), (free, loose) = starts
    assert (clamped, loose) == (4, 0)
    assert torch.equal(held[:, :4], visible)
    np.testing.assert_allclose(held[:, 4:].mean(0), 0.5, atol=0.04)
    np.testing.assert_allclose(free.mean(0), 0.5, atol=0.04)


class SameNumbers:
    """A generator of NumPy's interface that gives the random numbers of torch's."""

    def __init__(self, seed: int) -> None:
        self.source = generator(seed)

    def uniform(self, size: tuple[int, ...]) -> Array:
        return torch.rand(size, generator=self.source, dtype=torch.float64).numpy()


def test_steps_of_pcd_are_those_of_scikit_learn() -> None:
    network = restricted().double()
    theirs = BernoulliRBM(n_components=3, learning_rate=0.1)
    p = {name: value.copy() for name, value in arrays(network).items()}
    theirs.components_ = p["hidden.weight"]
    theirs.intercept_visible_, theirs.intercept_hidden_ = p["visible_bias"], p["hidden.bias"]
    theirs.h_samples_ = np.zeros((8, 3))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    loss, numbers, same = (
        persistent_contrastive_divergence(8, generator=generator(4)),
        SameNumbers(4),
        signs(0, 8, 5).clamp(min=0).double(),
    )
    for _ in range(3):
        theirs._fit(same.numpy(), numbers)
        optimizer.zero_grad()
        loss(network, (same,)).loss.backward()
        optimizer.step()
        found = arrays(network)
        np.testing.assert_allclose(found["hidden.weight"], theirs.components_, atol=1e-12)
        np.testing.assert_allclose(found["hidden.bias"], theirs.intercept_hidden_, atol=1e-12)
        np.testing.assert_allclose(found["visible_bias"], theirs.intercept_visible_, atol=1e-12)


def test_persistent_chains_go_on_and_cd_starts_anew() -> None:
    network = restricted(3, 2)
    states = torch.tensor(list(itertools.product((0.0, 1.0), repeat=3)))
    expected = (-network.free_energy(states)).softmax(0).detach()
    chains, numbers = torch.zeros(40_000, 2), generator()
    for _ in range(20):
        chains = network.pcd_loss(states, chains, steps=2, generator=numbers).chains
    up = network(states)
    joint = expected[:, None] * up  # P(v, h = 1)
    np.testing.assert_allclose(chains.mean(0), joint.sum(0).detach(), atol=0.01)
    assert not chains.requires_grad


def test_pcd_sees_a_valley_far_from_the_data_and_cd_1_does_not() -> None:
    """A machine with two equal valleys, and data in one of them only."""
    side = torch.tensor([1.0] * 4 + [-1.0] * 4)
    network = RestrictedBoltzmannMachine(8, 1)
    with torch.no_grad():
        network.hidden.weight.copy_(8 * side)
        network.visible_bias.copy_(-4 * side)
    data = (side > 0).float().expand(20_000, -1)
    every = torch.tensor(list(itertools.product((0.0, 1.0), repeat=8)))
    log_partition = (-network.free_energy(every)).logsumexp(0)
    anywhere = torch.rand(20_000, 1, generator=generator()).round()
    exact, near, far = (
        torch.autograd.grad(loss, network.visible_bias, retain_graph=True)[0].numpy()
        for loss in (
            network.free_energy(data).mean() + log_partition,
            network.cd_loss(data, generator=generator()),
            network.pcd_loss(data, anywhere, generator=generator()).loss,
        )
    )
    np.testing.assert_allclose(exact, -0.5 * side, atol=0.01)
    np.testing.assert_allclose(far, exact, atol=0.02)
    assert np.abs(near).max() < 0.05


def test_samplers_leave_the_global_random_state_alone() -> None:
    network, before = restricted(), torch.get_rng_state()
    network.sample(3, 2, generator=generator())
    network.gibbs(torch.zeros(2, 5), 2, generator=generator())
    machine_state = torch.zeros(2, 5)
    network.reconstruct(machine_state, 2, generator=generator())
    contrastive_divergence(generator=generator())(network, (machine_state,))
    persistent_contrastive_divergence(generator=generator())(network, (machine_state,))
    assert torch.equal(torch.get_rng_state(), before)
