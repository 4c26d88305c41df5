"""Penalties against their formulas, weight decay and soft thresholds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from asciiart.core.learning.losses import supervised
from asciiart.core.learning.regularizers import l1_penalty, l2_penalty, penalized
from asciiart.core.learning.trainer import StepLoss, Trainer, TrainerConfig

Batch = tuple[Tensor, ...]


def small_network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.LayerNorm(18), nn.Linear(18, 3)
    )


def no_loss(network: nn.Module, _: Batch) -> StepLoss:
    return StepLoss(0 * next(network.parameters()).sum())


def data(count: int, seed: int = 0) -> Batch:
    random = torch.Generator().manual_seed(seed)
    inputs = torch.randn(count, 6, generator=random)
    noise = 0.8 * torch.randn(count, 1, generator=random)
    return inputs, inputs[:, :1] - 2 * inputs[:, 1:2] + noise


def test_penalties_sum_over_weights_alone() -> None:
    network = small_network()
    weights = [network[0].weight, network[4].weight]
    flat = np.concatenate([w.detach().double().numpy().ravel() for w in weights])  # type: ignore[operator]
    assert l1_penalty(network).item() == pytest.approx(np.abs(flat).sum(), rel=1e-6)
    assert l2_penalty(network).item() == pytest.approx((flat**2).sum() / 2, rel=1e-6)
    (l1_penalty(network) + l2_penalty(network)).backward()
    untouched = {name for name, p in network.named_parameters() if p.grad is None}
    assert untouched == {
        "0.bias", "1.weight", "1.bias", "3.weight", "3.bias", "4.bias"
    }  # fmt: skip


def test_penalty_without_weights_is_zero() -> None:
    assert float(l1_penalty(nn.BatchNorm1d(3))) == float(l2_penalty(nn.ReLU())) == 0


def test_l2_under_sgd_is_weight_decay() -> None:
    inputs, targets = data(20)
    first, second = nn.Linear(6, 1).double(), nn.Linear(6, 1).double()
    second.load_state_dict(first.state_dict())
    loss = penalized(supervised("squared_error"), l2=0.3)
    config = TrainerConfig(steps=12, learning_rate=0.1, optimizer="sgd")
    batch = (inputs.double(), targets.double())
    Trainer(first, lambda _: batch, loss, config).fit()
    groups: list[dict[str, Any]] = [
        {"params": [second.weight], "weight_decay": 0.3},
        {"params": [second.bias]},
    ]
    optimizer = torch.optim.SGD(groups, lr=0.1)
    for _ in range(12):
        optimizer.zero_grad()
        nn.functional.mse_loss(second(batch[0]), batch[1]).backward()
        optimizer.step()
    torch.testing.assert_close(first.weight, second.weight, rtol=1e-12, atol=0)
    torch.testing.assert_close(first.bias, second.bias, rtol=1e-12, atol=0)


def test_l1_takes_the_same_from_every_weight_until_it_is_near_zero() -> None:
    network = nn.Linear(4, 1, bias=False)
    start = torch.tensor([[0.025, -0.05, 0.5, 0.0]])
    network.weight.data = start.clone()
    config = TrainerConfig(steps=10, learning_rate=0.1, optimizer="sgd")
    Trainer(network, lambda _: (start,), penalized(no_loss, l1=0.1), config).fit()
    # every step is 0.01: 10 of them carry 0.5 to 0.4; the small ones go to and fro about 0
    assert network.weight[0, 2].item() == pytest.approx(0.4, abs=1e-6)
    assert network.weight[0, :2].abs().max() <= 0.01 + 1e-6
    assert network.weight[0, 3].item() == 0  # the subgradient that torch takes at 0


def test_l1_finds_the_weights_that_matter() -> None:
    """At the optimum they are those of the soft threshold (here inputs are uncorrelated)."""
    columns = np.linalg.qr(np.random.default_rng(0).normal(size=(50, 6)))[0] * math.sqrt(50)
    inputs = torch.from_numpy(columns)
    targets = inputs @ torch.tensor([[1.5], [-0.8], [0.1], [-0.05], [0], [0]]).double()
    network = nn.Linear(6, 1, bias=False).double()
    loss = penalized(supervised("squared_error"), l1=0.4)
    config = TrainerConfig(steps=600, learning_rate=0.05, optimizer="sgd", schedule="exponential")
    Trainer(network, lambda _: (inputs, targets), loss, config).fit()
    expected = [1.3, -0.6, 0, 0, 0, 0]  # |w| less 0.4 / 2, or 0
    assert network.weight[0].tolist() == pytest.approx(expected, abs=2e-3)


def test_penalty_is_a_score_beside_the_others() -> None:
    network = small_network()
    batch = (torch.rand(4, 1, 5, 5), torch.tensor([0, 1, 2, 0]))
    plain = supervised("cross_entropy")(network, batch)
    result = penalized(supervised("cross_entropy"), l1=0.1, l2=0.2)(network, batch)
    penalty = 0.1 * l1_penalty(network) + 0.2 * l2_penalty(network)
    torch.testing.assert_close(result.loss, plain.loss + penalty)
    assert set(result.scores) == {"accuracy", "penalty"}
    assert float(result.scores["penalty"]) == pytest.approx(float(penalty.detach()))


def test_no_penalty_leaves_the_loss() -> None:
    network, batch = nn.Linear(6, 1), data(5)
    plain = supervised("squared_error")
    assert penalized(plain)(network, batch).loss == plain(network, batch).loss


@pytest.mark.parametrize("factors", [{"l1": -0.1}, {"l2": -1.0}, {"l2": math.nan}])
def test_negative_factors_are_refused(factors: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"0 or more, not l1 = .*l2 = "):
        penalized(no_loss, **factors)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [1, 20])
def test_with_examples_the_factors_are_lambda_over_2m(size: int) -> None:
    """The textbooks' J = 1/m Σ loss + λ/(2m) Σw², and λ/(2m) Σ|w|."""
    network, batch = nn.Linear(6, 1), data(20)
    w = network.weight.detach().double().numpy()
    plain = float(supervised("squared_error")(network, batch).loss.detach())
    cases: list[tuple[dict[str, Any], float]] = [
        ({"l2": 0.7}, (w**2).sum()),
        ({"l1": 0.7}, np.abs(w).sum()),
    ]
    for factors, total in cases:
        loss = penalized(supervised("squared_error"), **factors, examples=size)
        result = loss(network, batch)
        assert float(result.scores["penalty"]) == pytest.approx(0.7 / (2 * size) * total, rel=1e-6)
        assert result.loss.item() == pytest.approx(plain + 0.7 / (2 * size) * total, rel=1e-6)
    with pytest.raises(ValueError, match="examples must be 1 or more, not 0"):
        penalized(no_loss, examples=0)
