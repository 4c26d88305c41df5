"""Penalties against weight decay and soft thresholds, early stopping on a network that overfits."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from asciiart.core.layers import eval_mode
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.losses import supervised
from asciiart.core.learning.regularizers import l1_penalty, l2_penalty, penalized
from asciiart.core.learning.stopping import EarlyStopping
from asciiart.core.learning.trainer import History, StepLoss, Trainer, TrainerConfig

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


def fed(stopping: EarlyStopping, steps: int) -> int | None:
    """Return the step that it stops at."""
    history = History()
    for step in range(1, steps + 1):
        history.add(1.0 / step, {"accuracy": step / 100})
        with torch.no_grad():
            stopping.network.weight.fill_(step)  # type: ignore[operator]
        if stopping(step, history):
            return step
    return None


def figures(*values: float) -> Iterator[float]:
    yield from values


@pytest.mark.parametrize(
    ("values", "settings", "stops", "best"),
    [
        ((3, 2, 1, 2, 2, 2), {"patience": 2}, 5, 3),
        ((3, 2, 1, 2, 2, 0), {"patience": 3}, None, 6),
        ((1, 1, 1, 1, 1, 1), {"patience": 3}, 4, 1),
        ((3, 2.9, 2.8, 2.7, 2.6, 2.5), {"patience": 2, "min_delta": 0.15}, None, 5),
        ((3, 2.9, 2.8, 2.7, 2.6, 2.5), {"patience": 2, "min_delta": 0.5}, 3, 1),
        ((1, 2, 3, 2, 2, 2), {"patience": 2, "maximize": True}, 5, 3),
        ((3, math.nan, math.nan, 1, 2, 2), {"patience": 2}, 3, 1),
        ((1, 2, 3, 4, 5, 6), {"patience": None}, None, 1),
    ],
)
def test_patience_counts_figures_that_are_not_better(
    values: tuple[float, ...], settings: dict[str, float], stops: int | None, best: int
) -> None:
    walk = figures(*values)
    stopping = EarlyStopping(nn.Linear(1, 1), lambda _: next(walk), **settings)  # type: ignore[arg-type]
    assert fed(stopping, 6) == stops
    assert stopping.best_step == best
    assert stopping.best_figure == values[best - 1]
    np.testing.assert_array_equal(list(stopping.figures.values()), values[: stops or 6])
    stopping.restore_best()
    assert next(stopping.network.parameters()).item() == best


def test_it_measures_every_so_many_steps() -> None:
    walk = figures(3, 1, 2, 2)
    stopping = EarlyStopping(nn.Linear(1, 1), lambda _: next(walk), every=10, patience=2)
    assert fed(stopping, 100) == 40
    assert stopping.figures == {10: 3, 20: 1, 30: 2, 40: 2}
    assert stopping.best_step == 20


def test_it_watches_a_score_by_name() -> None:
    stopping = EarlyStopping(nn.Linear(1, 1), "accuracy", every=4, patience=1)
    assert fed(stopping, 20) == 8  # it rises, and lower is better
    assert stopping.figures == {4: 0.04, 8: 0.08}
    stopping = EarlyStopping(nn.Linear(1, 1), "loss", patience=1)
    assert fed(stopping, 20) is None
    assert stopping.best_figure == 1 / 20
    with pytest.raises(ValueError, match=r"'acuracy' is unknown \(there are: loss, accuracy\)"):
        fed(EarlyStopping(nn.Linear(1, 1), "acuracy"), 1)


def test_it_measures_in_evaluation_mode_without_gradients() -> None:
    network = nn.Sequential(nn.Linear(2, 2), nn.Dropout())
    seen = []

    def watch(measured: nn.Module) -> float:
        seen.append((measured is network, network[1].training, torch.is_grad_enabled()))
        return 0.0

    EarlyStopping(network, watch)(1, History())
    assert seen == [(True, False, False)]
    assert network[1].training
    assert torch.is_grad_enabled()


def test_without_a_figure_there_is_nothing_to_restore() -> None:
    stopping = EarlyStopping(nn.Linear(1, 1), lambda _: math.nan)
    stopping(1, History())
    with pytest.raises(ValueError, match="no best weights: 1 figures, none a number"):
        stopping.restore_best()


@pytest.mark.parametrize("wrong", [{"every": 0}, {"patience": 0}, {"min_delta": -0.1}])
def test_impossible_settings_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} = {next(iter(wrong.values()))}"):
        EarlyStopping(nn.Linear(1, 1), "loss", **wrong)  # type: ignore[arg-type]


def test_stops_a_network_that_overfits_and_restores_its_best() -> None:
    torch.manual_seed(1)
    network = nn.Sequential(nn.Linear(6, 64), nn.BatchNorm1d(64), nn.Tanh(), nn.Linear(64, 1))
    held_out = data(200, seed=1)
    loss = supervised("squared_error")

    def validate(measured: nn.Module) -> float:
        return float(loss(measured, held_out).loss)

    stopping = EarlyStopping(network, validate, every=10, patience=5)
    config = TrainerConfig(steps=2000, learning_rate=1e-2)
    history = Trainer(network, minibatches(data(24), 24), loss, config, [stopping]).fit()
    with eval_mode(network), torch.no_grad():
        last = validate(network)
    assert len(history.loss) == stopping.best_step + 50
    assert history.loss[-1] < 0.5 * history.loss[stopping.best_step - 1]  # it still learnt by heart
    assert last > stopping.best_figure
    stopping.restore_best()
    with eval_mode(network), torch.no_grad():
        assert validate(network) == stopping.best_figure == min(stopping.figures.values())


def test_a_memory_taken_over_goes_on_where_it_was() -> None:
    """Also when it hears of a step again that it heard of before."""
    figures = iter((3.0, 2.0, 4.0, 5.0))
    network = nn.Linear(1, 1)
    first = EarlyStopping(network, lambda _: next(figures), patience=2)
    assert [first(step, History()) for step in (1, 2, 2, 3)] == [False, False, False, False]
    second = EarlyStopping(network, lambda _: next(figures), patience=2)
    second.load_state_dict(first.state_dict())
    with torch.no_grad():
        network.weight.fill_(7)
    assert [second(step, History()) for step in (3, 4, 4)] == [False, True, True]
    assert (second.best_step, second.best_figure) == (2, 2.0)
    second.restore_best()
    assert network.weight.item() != 7
