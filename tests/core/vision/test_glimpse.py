"""The glimpse sensor pixel by pixel, and REINFORCE against the score function."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from numpy_layers import array, block, linear, lstm, pool, rectify
from torch import Tensor

from asciiart.core.vision.glimpse import (
    GlimpseConfig,
    GlimpseNetwork,
    RecurrentAttentionModel,
    glimpse_sensor,
    log_gaussian,
    reinforce,
)

SMALL = {"size": 4, "scales": 2, "glimpses": 4, "channels": (), "features": 6, "hidden_size": 8}


def pictures(count: int = 3, height: int = 20, width: int = 28) -> Tensor:
    return torch.rand(count, 2, height, width, generator=torch.Generator().manual_seed(0))


def sliced(picture: Tensor, x: int, y: int, *, size: int, k: int) -> Tensor:
    """The square of size·k pixels around the corner (x, y) of four pixels, as means of k x k."""
    wide = torch.nn.functional.pad(picture, (64,) * 4)
    half = size * k // 2
    square = wide[:, 64 + y - half : 64 + y + half, 64 + x - half : 64 + x + half]
    return square.reshape(-1, size, k, size, k).mean((2, 4))


@pytest.mark.parametrize(("x", "y"), [(14, 10), (9, 13), (0, 0), (28, 3), (27, 20)])
def test_the_sensor_sees_what_slicing_gives_at_whole_pixels(x: int, y: int) -> None:
    seen = pictures()
    location = torch.tensor([[2 * x / 28 - 1, 2 * y / 20 - 1]]).expand(3, 2)
    patches = glimpse_sensor(seen, location, size=6, scales=3)
    assert patches.shape == (3, 6, 6, 6)
    for row in range(3):
        expected = [sliced(seen[row], x, y, size=6, k=k) for k in (1, 2, 4)]
        torch.testing.assert_close(patches[row], torch.cat(expected), atol=1e-5, rtol=0)


def test_an_odd_retina_is_centered_on_a_pixel() -> None:
    seen = pictures()
    location = torch.tensor([[2 * 11.5 / 28 - 1, 2 * 7.5 / 20 - 1]]).expand(3, 2)
    patch = glimpse_sensor(seen, location, size=5, scales=1)
    torch.testing.assert_close(patch, seen[:, :, 5:10, 9:14], atol=1e-5, rtol=0)


def test_between_pixels_the_sensor_interpolates_at_every_scale() -> None:
    seen = pictures()
    at = [torch.tensor([[2 * (12 + d) / 28 - 1, 0.0]]).expand(3, 2) for d in (0.0, 0.25, 1.0)]
    left, between, right = (glimpse_sensor(seen, where, size=4, scales=3) for where in at)
    torch.testing.assert_close(between, 0.75 * left + 0.25 * right, atol=1e-5, rtol=0)


def test_each_picture_has_a_location_of_its_own() -> None:
    seen = pictures()
    where = torch.tensor([[0.0, 0.0], [0.5, -0.5], [-0.3, 0.9]])
    together = glimpse_sensor(seen, where, size=4, scales=2)
    for row in range(3):
        alone = glimpse_sensor(seen[row : row + 1], where[row : row + 1], size=4, scales=2)
        torch.testing.assert_close(together[row : row + 1], alone)


def test_log_gaussian_is_the_density() -> None:
    value, mean = np.array([0.3, -0.7]), np.array([0.1, 0.4])
    density = np.prod(np.exp(-0.5 * ((value - mean) / 0.2) ** 2) / (0.2 * math.sqrt(2 * math.pi)))
    found = log_gaussian(torch.tensor(value)[None], torch.tensor(mean)[None], 0.2)
    assert found.item() == pytest.approx(math.log(density))


def test_reinforce_has_the_gradient_of_the_score_function() -> None:
    random = np.random.default_rng(0)
    actions, mean = random.normal(size=(5, 3, 2)), random.normal(size=(5, 3, 2))
    returns, baselines = random.normal(size=(5, 3)), random.normal(size=(5, 3))
    policy = torch.tensor(mean, requires_grad=True)
    expected_of = torch.tensor(baselines, requires_grad=True)
    log_policy = log_gaussian(torch.tensor(actions).flatten(0, 1), policy.flatten(0, 1), 0.4)
    loss = reinforce(log_policy.view(5, 3), torch.tensor(returns), expected_of)
    loss.backward()
    score = (actions - mean) / 0.4**2  # of a Gaussian's mean
    wanted = -score * (returns - baselines)[:, :, None] / 5
    assert policy.grad is not None
    np.testing.assert_allclose(policy.grad.numpy(), wanted)
    assert expected_of.grad is None  # the policy's loss does not train the baseline


def test_reinforce_climbs_the_expected_reward() -> None:
    """Its mean over many draws is the gradient of E[-x²], which is -2 mu (Williams 1992)."""
    mean = torch.tensor([[0.6]], requires_grad=True)
    torch.manual_seed(0)
    drawn = (mean + 0.5 * torch.randn(200_000, 1)).detach()
    log_policy = log_gaussian(drawn, mean.expand_as(drawn), 0.5)[:, None]
    reinforce(log_policy, -drawn.square(), torch.full_like(drawn, -0.6)).backward()
    assert mean.grad is not None
    assert mean.grad.item() == pytest.approx(2 * 0.6, rel=0.02)


def model(reward: str = "correct", **changes: object) -> RecurrentAttentionModel:
    torch.manual_seed(0)
    return RecurrentAttentionModel(
        GlimpseConfig(num_classes=5, reward=reward, **{**SMALL, **changes})  # type: ignore[arg-type]
    )


def gray(count: int = 7) -> Tensor:
    return pictures(count)[:, :1]


def test_locations_are_drawn_in_training_and_chosen_in_evaluation() -> None:
    network = model()
    assert not torch.equal(network(gray()).locations, network(gray()).locations)
    network.eval()
    assert torch.equal(network(gray()).locations, network(gray()).locations)
    assert network(gray()).locations[:, 0].eq(0).all()  # the first glimpse: the center


def test_locations_stay_in_the_picture_and_follow_their_policy() -> None:
    network = model(deviation=0.8)
    out = network(gray(500))
    assert out.locations.abs().max() == 1
    # the mean of log N(x; mu, sigma) over x from it is minus its entropy, for two dimensions
    entropy = 2 * (0.5 * math.log(2 * math.pi * math.e) + math.log(0.8))
    assert out.log_policy.mean().item() == pytest.approx(-entropy, abs=0.1)


@pytest.mark.parametrize("through", [False, True])
def test_the_policys_gradient_ends_at_the_core_unless_let_through(through: bool) -> None:
    network = model(policy_through_core=through)
    network(gray()).log_policy.sum().backward()
    assert network.location.weight.grad is not None
    assert network.location.weight.grad.any()
    assert (network.glimpse.what.weight.grad is not None) == through


def test_the_baseline_regresses_to_the_return_and_trains_nothing_else() -> None:
    network = model()
    network(gray()).baselines.sum().backward()
    names = [name for name, value in network.named_parameters() if value.grad is not None]
    assert names == ["baseline.weight", "baseline.bias"]


@pytest.mark.parametrize("reward", ["correct", "likelihood"])
def test_the_loss_is_the_sum_of_its_three_parts(reward: str) -> None:
    network = model(reward, copies=3, reinforce_weight=0.5)
    seen, labels = gray(), torch.tensor([0, 1, 2, 3, 4, 0, 1])
    torch.manual_seed(1)
    loss = network.loss(seen, labels)
    torch.manual_seed(1)
    out = network(torch.cat([seen] * 3))
    labels = torch.cat([labels] * 3)
    log_shares = out.step_logits.log_softmax(2).detach().numpy()
    right = log_shares[np.arange(21), :, labels.numpy()]  # (21, 4)
    returns = np.stack([right[:, 1:].mean(1), right[:, 2:].mean(1), right[:, 3]], axis=1)
    if reward == "correct":
        correct = (log_shares[:, -1].argmax(1) == labels.numpy()).astype(float)
        returns = np.repeat(correct[:, None], 3, axis=1)
    expected = out.baselines.detach().numpy()
    policy = -(out.log_policy.detach().numpy() * (returns - expected)).sum(1).mean()
    total = -right.mean() + 0.5 * policy + ((expected - returns) ** 2).mean()
    assert loss.loss.item() == pytest.approx(total, rel=1e-5)
    correct = (log_shares[:, -1].argmax(1) == labels.numpy()).mean()
    assert {name: float(score) for name, score in loss.scores.items()} == pytest.approx(
        {"accuracy": correct, "reward": returns.mean()}, rel=1e-5
    )
    last_only = model(reward, every_glimpse=False, reinforce_weight=0.0)
    torch.manual_seed(1)
    last = last_only.loss(seen, labels[:7])
    torch.manual_seed(1)
    out = last_only(seen)
    entropy = torch.nn.functional.cross_entropy(out.logits, labels[:7])
    assert last.loss.item() > entropy.item()  # the regression's error is above 0
    assert last.loss.item() - entropy.item() < 20


def test_copies_are_compared_with_the_others_of_their_picture() -> None:
    seen, labels = gray(), torch.tensor([0, 1, 2, 3, 4, 0, 1])
    network = model("likelihood", copies=3, compare_copies=True)
    torch.manual_seed(1)
    network.loss(seen, labels).loss.backward()
    torch.manual_seed(1)
    other = model("likelihood", copies=3, compare_copies=True)
    torch.manual_seed(1)
    out = other(torch.cat([seen] * 3))
    right = out.step_logits.log_softmax(2).detach()[torch.arange(21), :, torch.cat([labels] * 3)]
    returns = torch.stack([right[:, 1:].mean(1), right[:, 2:].mean(1), right[:, 3]], 1)
    advantage = (returns - out.baselines.detach()).view(3, 7, 3).numpy()
    for copy in range(3):  # against the definition: each copy without the mean of the other two
        rest = np.delete(advantage, copy, axis=0).mean(0)
        returns[7 * copy : 7 * copy + 7] = torch.from_numpy(advantage[copy] - rest)
    (-(out.log_policy * returns).sum(1).mean()).backward()
    wanted, found = other.location.weight.grad, network.location.weight.grad
    assert wanted is not None
    assert found is not None
    torch.testing.assert_close(found, wanted)


def test_a_path_is_followed_instead_of_the_networks_own() -> None:
    network = model().eval()
    path = torch.rand(7, 4, 2, generator=torch.Generator().manual_seed(3)) * 2 - 1
    out = network(gray(), path)
    assert torch.equal(out.locations, path)
    own = network(gray())
    torch.testing.assert_close(network(gray(), own.locations).logits, own.logits)
    assert not torch.allclose(out.logits, own.logits)


@pytest.mark.parametrize(("reward", "start"), [("correct", 0.2), ("likelihood", math.log(0.2))])
def test_the_baseline_starts_at_what_guessing_earns(reward: str, start: float) -> None:
    assert model(reward).baseline.bias.item() == pytest.approx(start)


def test_the_location_scale_lies_before_the_tanh() -> None:
    full, small = model().eval(), model(location_scale=0.1).eval()
    first, scaled = (network(gray()).locations[:, 1] for network in (full, small))
    torch.testing.assert_close(scaled.atanh(), 0.1 * first.atanh())


def test_glimpse_network_without_convolutions_is_the_papers_formula() -> None:
    torch.manual_seed(0)
    network = GlimpseNetwork(GlimpseConfig(num_classes=2, **SMALL)).double()  # type: ignore[arg-type]
    patches, where = torch.rand(3, 2, 4, 4).double(), torch.rand(3, 2).double()
    weights = {name: value.numpy() for name, value in network.state_dict().items()}

    def layer(name: str, x: np.ndarray) -> np.ndarray:
        return np.asarray(x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"])

    what = np.maximum(layer("what", patches.numpy().reshape(3, -1)), 0)
    place = np.maximum(layer("where", where.numpy()), 0)
    wanted = np.maximum(layer("both.0", what) + layer("both.1", place), 0)
    np.testing.assert_allclose(network(patches, where).detach().numpy(), wanted)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"core": "gru"}, "gru"),
        ({"reward": "fame"}, "fame"),
        ({"glimpses": 1}, "not 1"),
        ({"compare_copies": True}, "copies"),
    ],
)
def test_wrong_configurations_are_named(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RecurrentAttentionModel(GlimpseConfig(num_classes=2, **changes))  # type: ignore[arg-type]


def test_glimpse_network_layer_by_layer() -> None:
    """With convolutions, the same over each scale."""
    torch.manual_seed(0)
    config = GlimpseConfig(2, in_channels=2, size=8, scales=3, channels=(3, 4), features=5)
    network: Any = GlimpseNetwork(config).eval()
    random = torch.Generator().manual_seed(1)
    patches = torch.rand(2, 6, 8, 8, generator=random)
    where = 2 * torch.rand(2, 2, generator=random) - 1
    first, _, second, __ = network.convolutions
    found = []
    for scale in np.split(array(patches), 3, axis=1):
        maps = pool(block(pool(block(scale, first), 2, 2), second), 2, 2)
        found.append(maps.reshape(2, -1))
    what = rectify(linear(np.concatenate(found, axis=1), network.what))
    place = rectify(linear(array(where), network.where))
    expected = rectify(linear(what, network.both[0]) + linear(place, network.both[1]))
    np.testing.assert_allclose(array(network(patches, where)), expected, atol=1e-5)


@pytest.mark.parametrize("core", ["lstm", "rnn"])
def test_the_model_glimpse_by_glimpse(core: str) -> None:
    """Fault: the core's rectifier replaced by tanh; and where it looks, what it says."""
    network = model(core=core).double().eval()
    seen = gray(3).double()
    out = network(seen)
    hidden = cell = np.zeros((3, 8))
    place = np.zeros((3, 2))
    for step in range(4):
        np.testing.assert_allclose(array(out.locations[:, step]), place, atol=1e-9)
        patches = glimpse_sensor(seen, torch.tensor(place), size=4, scales=2)
        inputs = array(network.glimpse(patches, torch.tensor(place)))
        if core == "lstm":
            hidden, cell = lstm(inputs, hidden, cell, network.core)  # type: ignore[arg-type]
        else:
            weights = [array(part) for part in network.core.parameters()]
            hidden = rectify(
                inputs @ weights[0].T + weights[2] + hidden @ weights[1].T + weights[3]
            )
        logits = linear(hidden, network.classifier)
        np.testing.assert_allclose(array(out.step_logits[:, step]), logits, atol=1e-9)
        if step < 3:
            expected = linear(hidden, network.baseline)[:, 0]
            np.testing.assert_allclose(array(out.baselines[:, step]), expected, atol=1e-9)
            place = np.tanh(linear(hidden, network.location))


def test_the_generator_draws_the_locations() -> None:
    network, state = model(), torch.get_rng_state()
    first, second, other = (
        network(gray(), generator=torch.Generator().manual_seed(seed)).locations
        for seed in (1, 1, 2)
    )
    labels = torch.zeros(7, dtype=torch.long)
    losses = [
        network.loss(gray(), labels, generator=torch.Generator().manual_seed(1)).loss
        for _ in range(2)
    ]
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(first, second)
    assert not torch.equal(first, other)
    assert torch.equal(*losses)
