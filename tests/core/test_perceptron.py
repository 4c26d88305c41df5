"""Perceptron, MLP and radial basis network against their rules, bounds and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from asciiart.core.layers import ACTIVATIONS
from asciiart.core.learning.trainer import StepLoss, Trainer, TrainerConfig
from asciiart.core.perceptron import (
    MLP,
    Perceptron,
    RadialBasisNetwork,
    deep_feed_forward,
    k_means,
    perceptron_criterion,
)


def random(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def separable(seed: int, gap: float) -> tuple[Tensor, Tensor, float]:
    """Return points, labels and Novikoff's bound from a plane that is ``gap`` away from all."""
    plane = random(seed).normal(size=4)
    plane /= np.linalg.norm(plane)
    points = random(seed + 100).normal(size=(400, 3))
    margins = points @ plane[:3] + plane[3]  # the bias is the weight of an input that is always 1
    points, margins = points[np.abs(margins) > gap], margins[np.abs(margins) > gap]
    radius = np.sqrt((points**2).sum(1).max() + 1)
    bound = (radius / np.abs(margins).min()) ** 2
    return torch.tensor(points), torch.tensor(np.sign(margins)), float(bound)


# Perceptron


def test_one_epoch_follows_the_rule_step_by_step() -> None:
    points, labels, _ = separable(0, 0.1)
    network = Perceptron(3).double()
    w, b, mistakes = np.zeros(3), 0.0, 0
    for x, y in zip(points.numpy(), labels.numpy(), strict=True):
        if y * (w @ x + b) <= 0:
            w, b, mistakes = w + y * x, b + y, mistakes + 1
    assert network.learn_epoch(points, labels) == mistakes > 3
    np.testing.assert_allclose(network.unit.weight[0].detach(), w, rtol=1e-12)
    np.testing.assert_allclose(network.unit.bias[0].detach(), b, rtol=1e-12)


@pytest.mark.parametrize("initializer", ["zeros", "normal"])
def test_gradient_descent_at_rate_1_is_the_rule(initializer: str) -> None:
    points, labels, _ = separable(1, 0.05)
    torch.manual_seed(0)
    by_rule = Perceptron(3, initializer=initializer).double()
    by_loss = Perceptron(3).double()
    by_loss.load_state_dict(by_rule.state_dict())
    mistakes = by_rule.learn_epoch(points, labels) + by_rule.learn_epoch(points, labels)
    Trainer(
        by_loss,
        lambda step: (points[step % len(points), None], labels[step % len(points), None]),
        lambda model, batch: StepLoss(perceptron_criterion(model(batch[0]), batch[1])),
        TrainerConfig(steps=2 * len(points), learning_rate=1.0, optimizer="sgd"),
    ).fit()
    assert mistakes > 3
    assert torch.equal(by_loss.unit.weight, by_rule.unit.weight)
    assert torch.equal(by_loss.unit.bias, by_rule.unit.bias)


def test_criterion_of_a_batch_is_the_mean_of_what_its_mistakes_cost() -> None:
    scores = torch.tensor([2.0, -3.0, 0.0, 0.5], requires_grad=True)
    labels = torch.tensor([1.0, 1.0, 1.0, -1.0])
    loss = perceptron_criterion(scores, labels)
    loss.backward()
    assert loss == 3.5 / 4
    assert scores.grad is not None
    assert scores.grad.tolist() == [0, -0.25, -0.25, 0.25]  # a score of zero is a mistake too


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("gap", [0.05, 0.3])
def test_mistakes_stay_within_novikoffs_bound(seed: int, gap: float) -> None:
    points, labels, bound = separable(seed, gap)
    network = Perceptron(3).double()
    mistakes = 0
    while found := network.learn_epoch(points, labels):
        mistakes += found
        assert mistakes <= bound
    assert mistakes > 1
    assert torch.equal(network.predict(points).double(), labels)


def test_labels_other_than_signs_are_refused() -> None:
    with pytest.raises(ValueError, match=r"labels must be -1 or 1, not 0"):
        Perceptron(2).learn_epoch(torch.zeros(2, 2), torch.tensor([1, 0]))
    with pytest.raises(ValueError, match=r"not 2\.0"):
        perceptron_criterion(torch.zeros(1), torch.tensor([2.0]))


# MLP


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_mlp_is_layers_with_the_activation_between(activation: str) -> None:
    torch.manual_seed(0)
    network = MLP((6, 5, 4, 3), activation=activation, initializer="xavier_normal")
    x = torch.randn(7, 2, 3)
    expected = x.reshape(7, 6).numpy()
    for depth, linear in enumerate(network.linears):
        nn.init.normal_(linear.bias)
        expected = expected @ linear.weight.detach().numpy().T + linear.bias.detach().numpy()
        if depth < 2:  # the outputs are not cut
            expected = ACTIVATIONS[activation]()(torch.from_numpy(expected)).numpy()
    np.testing.assert_allclose(network(x).detach(), expected, rtol=1e-4, atol=1e-5)


def test_dropout_silences_hidden_units_in_training_only() -> None:
    torch.manual_seed(0)
    network = MLP((4, 1000, 1), activation="identity", dropout=0.3)
    assert [layer.p for layer in network.layers if isinstance(layer, nn.Dropout)] == [0.3]
    x = torch.ones(1, 4)
    assert not torch.equal(network(x), network(x))
    network.eval()
    assert torch.equal(network(x), network(x))


def test_weights_come_from_the_named_initializer() -> None:
    assert not any(linear.weight.any() for linear in MLP((3, 4, 2), initializer="zeros").linears)
    assert not any(linear.bias.any() for linear in MLP((3, 4, 2)).linears)


def test_deep_feed_forward_has_the_layers_it_is_asked_for() -> None:
    network = deep_feed_forward(10, 3, hidden_size=7, num_layers=4, activation="tanh", dropout=0.1)
    sizes = [(linear.in_features, linear.out_features) for linear in network.linears]
    assert sizes == [(10, 7), (7, 7), (7, 7), (7, 7), (7, 3)]
    assert sum(isinstance(layer, nn.Tanh) for layer in network.layers) == 4
    assert [layer.p for layer in network.layers if isinstance(layer, nn.Dropout)] == [0.1] * 4


def test_the_signal_survives_thirty_layers() -> None:
    torch.manual_seed(0)
    network = deep_feed_forward(64, 64, hidden_size=256, num_layers=30)
    assert 0.1 < float(network(torch.randn(100, 64)).detach().std()) < 10


def test_impossible_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"inputs and outputs at least, not \[3\]"):
        MLP((3,))
    with pytest.raises(ValueError, match="num_layers must be 1 or more, not 0"):
        deep_feed_forward(3, 2, num_layers=0)


# k-means and radial basis functions


def blobs() -> NDArray[np.float32]:
    corners = np.array([[0, 0], [10, 0], [0, 10]], np.float32)
    return np.concatenate([c + random(0).normal(size=(30, 2)).astype(np.float32) for c in corners])


def nearest(points: NDArray[np.float32], centers: NDArray[np.float32]) -> NDArray[np.int64]:
    return ((points[:, None] - centers) ** 2).sum(-1).argmin(1)


@pytest.mark.parametrize(("count", "idle"), [(1, 0), (3, 0), (8, 2)])
def test_centers_are_those_of_lloyds_iteration(count: int, idle: int) -> None:
    """The case of 8 has centers that lose all their points: they stay where they are."""
    points = blobs()

    def found(iterations: int) -> NDArray[np.float32]:
        generator = torch.Generator().manual_seed(1)
        tensor = torch.from_numpy(points)
        return k_means(tensor, count, iterations=iterations, generator=generator).numpy()

    expected = found(0)
    for steps in range(1, 12):
        owner = nearest(points, expected)
        own = [points[owner == center] for center in range(count)]
        expected = np.stack(
            [p.mean(0) if len(p) else c for p, c in zip(own, expected, strict=True)]
        )
        np.testing.assert_allclose(found(steps), expected, atol=1e-4)
    assert sum(not len(p) for p in own) == idle
    np.testing.assert_allclose(found(100), expected, atol=1e-4)


def test_centers_are_different_points_even_among_many_equal_ones() -> None:
    points = torch.tensor([[0.0]] * 50 + [[1.0], [2.0]])
    assert sorted(k_means(points, 3).flatten().tolist()) == [0, 1, 2]
    with pytest.raises(ValueError, match="1 to 3 different points, not 4"):
        k_means(points, 4)


def network_of(units: int, outputs: int = 1) -> RadialBasisNetwork:
    torch.manual_seed(0)
    network = RadialBasisNetwork(2, units, outputs)
    nn.init.normal_(network.log_widths, 0.5, 0.3)
    nn.init.normal_(network.output.bias)
    return network


def gaussians(x: Tensor, network: RadialBasisNetwork) -> NDArray[np.float64]:
    centers = network.centers.detach().double().numpy()
    widths = np.exp(network.log_widths.detach().double().numpy())
    squares = ((x.double().numpy()[:, None] - centers) ** 2).sum(-1)
    return np.exp(-squares / (2 * widths**2))


def test_radial_basis_network_follows_its_formula() -> None:
    network, x = network_of(40, 3), torch.randn(50, 2)
    weight, bias = (p.detach().double().numpy() for p in network.output.parameters())
    expected = gaussians(x, network) @ weight.T + bias
    np.testing.assert_allclose(network(x).detach(), expected, rtol=1e-4, atol=1e-5)


def test_solve_is_the_least_squares_solution() -> None:
    network, x = network_of(6, 2), torch.randn(60, 2)
    targets = torch.stack((x[:, 0].sin(), x[:, 0] * x[:, 1]), 1)
    network.solve(x, targets)
    design = np.concatenate((gaussians(x, network), np.ones((60, 1))), 1)
    expected = np.linalg.lstsq(design, targets.double().numpy(), rcond=None)[0]
    np.testing.assert_allclose(network.output.weight.detach(), expected[:-1].T, rtol=1e-3)
    np.testing.assert_allclose(network.output.bias.detach(), expected[-1], rtol=1e-3)


def test_with_a_center_on_every_point_it_interpolates() -> None:
    """Broomhead and Lowe's section 2: strict interpolation."""
    x = torch.cartesian_prod(torch.arange(5.0), torch.arange(5.0))
    targets = torch.from_numpy(random(0).normal(size=(25, 1)).astype(np.float32))
    network = RadialBasisNetwork(2, 25, 1)
    network.place(x, centers=x)
    network.solve(x, targets)
    np.testing.assert_allclose(network(x).detach(), targets, atol=1e-4)


def test_place_takes_centers_from_the_data_and_widths_from_the_neighbors() -> None:
    points = torch.from_numpy(blobs())
    network = RadialBasisNetwork(2, 3, 1)
    network.place(points, generator=torch.Generator().manual_seed(1))
    centers = k_means(points, 3, generator=torch.Generator().manual_seed(1))
    assert torch.equal(network.centers, centers)
    network.place(points, centers=torch.tensor([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]]))
    expected = np.sqrt([(9 + 16) / 2, (9 + 25) / 2, (16 + 25) / 2])
    np.testing.assert_allclose(network.log_widths.detach().exp(), expected, rtol=1e-5)


def test_one_or_two_units_can_be_placed() -> None:
    points = torch.tensor([[0.0, 0.0], [3.0, 4.0]])
    one, two = RadialBasisNetwork(2, 1, 1), RadialBasisNetwork(2, 2, 1)
    one.place(points)
    two.place(points)
    assert one.centers.tolist() == [[1.5, 2.0]]
    assert one.log_widths.tolist() == [0]
    np.testing.assert_allclose(two.log_widths.detach().exp(), [5, 5], rtol=1e-6)


def test_centers_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"centers must be \(3, 2\), not \(2, 2\)"):
        RadialBasisNetwork(2, 3, 1).place(torch.zeros(4, 2), centers=torch.zeros(2, 2))


def test_an_mlp_without_biases_maps_zero_to_zero() -> None:
    network = MLP((3, 8, 8, 2), bias=False)
    assert all(layer.bias is None for layer in network.linears)
    assert network(torch.zeros(1, 3)).tolist() == [[0, 0]]
    assert all(layer.bias is not None for layer in MLP((3, 8, 2)).linears)
