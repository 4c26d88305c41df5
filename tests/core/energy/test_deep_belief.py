"""Deep belief network: greedy pre-training, passes up and down, and its classifier."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from random_tensors import generator, signs
from small_machines import arrays, bars, damaged_bars
from torch import nn

from asciiart.core.energy.deep_belief import DeepBeliefNetwork
from asciiart.core.learning.trainer import StepLoss, Trainer, TrainerConfig


def test_deep_belief_network_is_pretrained_and_cleans() -> None:
    torch.manual_seed(0)
    network = DeepBeliefNetwork((64, 48, 32))
    histories = network.pretrain(bars(), TrainerConfig(steps=600, learning_rate=0.02))
    assert [len(history.loss) for history in histories] == [600, 600]
    assert (network.reconstruct(bars()) - bars()).abs().mean() < 0.05
    error = (damaged_bars() - bars()).abs().mean()
    assert (network.reconstruct(damaged_bars(), 10) - bars()).abs().mean() < error / 2


def test_each_machine_learns_as_it_would_alone() -> None:
    """The lowest one on the data, the next one on the probabilities of its hidden units."""
    torch.manual_seed(0)
    network = DeepBeliefNetwork((64, 48, 32))
    first = [p.clone() for p in network.stack[0].parameters()]
    config = TrainerConfig(steps=50, learning_rate=0.02)
    network.pretrain(bars(), config)
    for machine, data in ((0, bars()), (1, network.stack[0](bars()).detach())):
        torch.manual_seed(0)
        alone = DeepBeliefNetwork((64, 48, 32)).stack[machine]
        if machine == 0:
            assert all(map(torch.equal, first, alone.parameters()))
        Trainer(
            alone,
            lambda _, data=data: data,  # type: ignore[misc]
            lambda network, batch: StepLoss(network.cd_loss(batch)),
            config,
        ).fit()
        assert all(map(torch.equal, network.stack[machine].parameters(), alone.parameters()))


def deep() -> DeepBeliefNetwork:
    torch.manual_seed(0)
    network = DeepBeliefNetwork((4, 3, 2))
    for parameter in network.parameters():
        nn.init.normal_(parameter)
    return network


def test_deep_reconstruction_goes_all_the_way_up_and_down() -> None:
    network = deep()
    low, top = network.stack
    damaged = signs(0, 5, 4).clamp(min=0)
    known = torch.tensor([True, False, False, True])
    expected = damaged
    for _ in range(2):
        back = low.down(top.down(top(low(expected))))
        expected = torch.where(known, damaged, back)
    assert torch.equal(network.reconstruct(damaged, 2, known=known), expected)
    drawn = network.reconstruct(damaged, 2, known=known, generator=generator())
    assert not torch.equal(drawn, expected)


def test_gradient_of_a_layer_leaves_those_below_alone() -> None:
    network = deep()
    network.cd_loss(torch.ones(5, 4), 1).backward()
    assert all(p.grad is None for p in network.stack[0].parameters())
    assert all(p.grad is not None for p in network.stack[1].parameters())


def test_deep_samples_come_from_the_top_machine() -> None:
    network = deep()
    low, top = network.stack
    states = torch.tensor(list(itertools.product((0.0, 1.0), repeat=3)))
    chances = (-top.free_energy(states)).softmax(0)  # of the units between the machines
    expected = (chances @ low.down(states)).detach()
    means = network.sample(40_000, 30, generator=generator()).mean(0)
    np.testing.assert_allclose(means, expected, atol=0.01)


def test_classifier_starts_from_the_networks_features() -> None:
    network = deep()
    classifier = network.to_mlp(3, dropout=0.1).eval()
    visible = signs(0, 5, 4).clamp(min=0)
    head = classifier.linears[-1]
    assert torch.equal(classifier(visible), head(network(visible)))
    nn.init.zeros_(classifier.linears[0].weight)
    assert network.stack[0].hidden.weight.all()  # copies
    with pytest.raises(ValueError, match=r"visible and hidden units, not \[4\]"):
        DeepBeliefNetwork((4,))


def test_a_mirrored_machine_does_what_the_one_below_does_upside_down() -> None:
    torch.manual_seed(0)
    network = DeepBeliefNetwork((6, 4, 6), initializer="xavier_normal")
    lower = network.stack[0]
    with torch.no_grad():
        lower.visible_bias.normal_()
        lower.hidden.bias.normal_()
    network.mirror(1)
    visible = torch.rand(5, 6)
    torch.testing.assert_close(network.reconstruct(visible), lower.reconstruct(visible, 2))
    with pytest.raises(ValueError, match=r"\(6, 4, 5\)"):
        DeepBeliefNetwork((6, 4, 5)).mirror(1)


def test_the_stack_is_its_layers_one_by_one() -> None:
    network = deep()
    p, x = arrays(network), signs(0, 5, 4).clamp(min=0).double().numpy()
    for layer in (0, 1):
        name = f"machines.{layer}.hidden"
        x = 1 / (1 + np.exp(-(x @ p[f"{name}.weight"].T + p[f"{name}.bias"])))
    visible = signs(0, 5, 4).clamp(min=0)
    np.testing.assert_allclose(network(visible).detach(), x, atol=1e-6)
