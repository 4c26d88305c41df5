"""Each loss against its formula in NumPy, and what the Trainer is told."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from arrays import Array
from torch import Tensor, nn

from asciiart.core.learning.losses import (
    LOSSES,
    SMOOTHING,
    build_loss,
    cross_entropy,
    kl_divergence,
    smoothed_cross_entropy,
    squared_error,
    supervised,
)
from asciiart.core.learning.trainer import Trainer, TrainerConfig


def drawn(*shape: int, seed: int = 0) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(*shape, generator=random, dtype=torch.float64)


def softmax(logits: Array, axis: int) -> Array:
    powers = np.exp(logits)
    return np.asarray(powers / powers.sum(axis, keepdims=True))


def test_squared_error_is_the_mean_of_squares() -> None:
    outputs, targets = drawn(4, 3), drawn(4, 3, seed=1)
    expected = ((outputs.numpy() - targets.numpy()) ** 2).sum() / 12
    assert float(squared_error(outputs, targets)) == pytest.approx(expected, rel=1e-12)


def test_squared_error_refuses_to_broadcast() -> None:
    with pytest.raises(ValueError, match=r"outputs \(4, 1\) but targets \(4,\)"):
        squared_error(drawn(4, 1), drawn(4))


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
def test_cross_entropy_follows_its_formula(smoothing: float) -> None:
    logits, targets = drawn(5, 4), torch.tensor([0, 3, 1, 1, 2])
    wanted = (1 - smoothing) * np.eye(4)[targets.numpy()] + smoothing / 4
    expected = -(wanted * np.log(softmax(logits.numpy(), 1))).sum(1).mean()
    found = cross_entropy(logits, targets, smoothing=smoothing)
    assert float(found) == pytest.approx(expected, rel=1e-12)


def test_cross_entropy_of_a_map_takes_the_mean_over_its_places() -> None:
    logits, targets = drawn(2, 4, 3), torch.tensor([[0, 3, 1], [2, 2, 0]])
    logs = np.log(softmax(logits.numpy(), 1))
    expected = -np.mean([logs[b, targets[b, t], t] for b in range(2) for t in range(3)])
    assert float(cross_entropy(logits, targets)) == pytest.approx(expected, rel=1e-12)


def test_the_named_smoothing_is_that_of_inception() -> None:
    logits, targets = drawn(5, 4), torch.tensor([0, 3, 1, 1, 2])
    assert SMOOTHING == 0.1
    assert smoothed_cross_entropy(logits, targets) == cross_entropy(logits, targets, smoothing=0.1)


@pytest.mark.parametrize("shape", [(5, 4), (3, 4, 2)])
def test_kl_divergence_follows_its_formula(shape: tuple[int, ...]) -> None:
    logits, target_logits = drawn(*shape), drawn(*shape, seed=1)
    q, p = softmax(logits.numpy(), 1), softmax(target_logits.numpy(), 1)
    expected = (p * (np.log(p) - np.log(q))).sum(1).mean()
    assert float(kl_divergence(logits, target_logits)) == pytest.approx(expected, rel=1e-12)


def test_kl_divergence_is_zero_for_equal_distributions_and_never_less() -> None:
    logits = drawn(50, 4)
    assert float(kl_divergence(logits, logits + 2.5)) == pytest.approx(0, abs=1e-12)
    for seed in range(1, 6):
        assert kl_divergence(logits, drawn(50, 4, seed=seed)) > 0


def test_kl_divergence_is_cross_entropy_less_entropy() -> None:
    """Towards a distribution that is almost certain it is the cross-entropy with its class."""
    logits, targets = drawn(5, 4), torch.tensor([0, 3, 1, 1, 2])
    certain = 500 * nn.functional.one_hot(targets, 4).double()
    assert float(kl_divergence(logits, certain)) == pytest.approx(
        float(cross_entropy(logits, targets)), rel=1e-9
    )


def test_kl_divergence_refuses_other_shapes() -> None:
    with pytest.raises(ValueError, match=r"logits \(5, 4\) but targets \(1, 4\)"):
        kl_divergence(drawn(5, 4), drawn(1, 4))


def test_losses_are_found_by_name() -> None:
    expected = {squared_error, cross_entropy, smoothed_cross_entropy, kl_divergence}
    assert set(LOSSES.values()) == expected
    assert all(build_loss(loss.__name__) is loss for loss in expected)


@pytest.mark.parametrize("make", [build_loss, supervised])
def test_unknown_loss_is_refused_with_the_known_ones(make: object) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=r"'mse' is unknown \(there are: squared_error, .*\)"):
        make("mse")


@pytest.mark.parametrize("name", ["cross_entropy", "smoothed_cross_entropy"])
def test_supervised_scores_accuracy(name: str) -> None:
    logits = torch.tensor([[2.0, 1, 0], [0, 2, 1], [0, 2, 1], [1, 0, 2]])
    targets = torch.tensor([0, 1, 0, 2])
    result = supervised(name)(nn.Identity(), (logits, targets))
    assert result.loss == build_loss(name)(logits, targets)
    assert {score: float(value) for score, value in result.scores.items()} == {"accuracy": 0.75}


@pytest.mark.parametrize("name", ["squared_error", "kl_divergence"])
def test_supervised_has_no_accuracy_where_there_are_no_classes(name: str) -> None:
    inputs, targets = drawn(5, 4), drawn(5, 4, seed=1)
    result = supervised(name)(nn.Identity(), (inputs, targets))
    assert result.loss == build_loss(name)(inputs, targets)
    assert not result.scores


def test_supervised_takes_any_plain_loss() -> None:
    inputs, targets = drawn(5, 4), drawn(5, 4, seed=1)
    result = supervised(nn.functional.l1_loss)(nn.Identity(), (inputs, targets))
    assert result.loss == (inputs - targets).abs().mean()
    logits, classes = drawn(5, 4), torch.tensor([0, 3, 1, 1, 2])
    assert "accuracy" in supervised(cross_entropy)(nn.Identity(), [logits, classes]).scores


def test_trainer_trains_with_it() -> None:
    torch.manual_seed(0)
    inputs = drawn(40, 2).float()
    batch = (inputs, (inputs.sum(1) > 0).long())
    config = TrainerConfig(steps=60, learning_rate=0.1)
    history = Trainer(nn.Linear(2, 2), lambda _: batch, supervised("cross_entropy"), config).fit()
    assert history.loss[-1] < 0.3 * history.loss[0]
    assert history.scores["accuracy"][-1] > 0.95
