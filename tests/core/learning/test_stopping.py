"""When training stops: on a network that overfits, at a target, and with weights at rest."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from asciiart.core.layers import eval_mode
from asciiart.core.learning.data import minibatches
from asciiart.core.learning.losses import supervised
from asciiart.core.learning.stopping import EarlyStopping, TargetReached, WeightsSettled
from asciiart.core.learning.trainer import History, Trainer, TrainerConfig

Batch = tuple[Tensor, ...]


def data(count: int, seed: int = 0) -> Batch:
    random = torch.Generator().manual_seed(seed)
    inputs = torch.randn(count, 6, generator=random)
    noise = 0.8 * torch.randn(count, 1, generator=random)
    return inputs, inputs[:, :1] - 2 * inputs[:, 1:2] + noise


def fed(stopping: EarlyStopping | TargetReached, steps: int) -> int | None:
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


# The error reached


def test_stops_as_soon_as_the_figure_is_good_enough() -> None:
    network = nn.Linear(1, 1)
    assert fed(TargetReached(network, "loss", 0.2), 10) == 5  # 1/5, at the target
    assert fed(TargetReached(network, "loss", 0.2, every=3), 10) == 6
    assert fed(TargetReached(network, "accuracy", 0.07, maximize=True), 10) == 7
    assert fed(TargetReached(network, "loss", 0.0), 10) is None
    assert fed(TargetReached(network, lambda net: -net.get_parameter("weight").item(), -4), 10) == 4


def test_a_target_is_measured_in_evaluation_mode() -> None:
    network = nn.Sequential(nn.Linear(1, 1), nn.Dropout())
    modes = []

    def watch(measured: nn.Module) -> float:
        modes.append(measured.training)
        return 1.0

    assert not TargetReached(network, watch, 0.0)(1, History())
    assert (modes, network.training) == ([False], True)


def test_impossible_targets_are_refused() -> None:
    with pytest.raises(ValueError, match="every must be 1 or more, not 0"):
        TargetReached(nn.Linear(1, 1), "loss", 0.1, every=0)
    with pytest.raises(ValueError, match="'los' is unknown"):
        TargetReached(nn.Linear(1, 1), "los", 0.1)(1, History())


# Weights at rest


def test_stops_when_the_weights_hardly_change() -> None:
    """Halving the distance to 1 at every step: |w - w'| / |w'| against its closed form."""
    network = nn.Linear(1, 1, bias=False)
    stop = WeightsSettled(network, 0.01)
    weights = [1 - 0.5**step for step in range(1, 12)]
    stops = []
    for step, weight in enumerate(weights, 1):
        nn.init.constant_(network.weight, weight)
        stops.append(stop(step, History()))
    expected = [abs(b - a) / a for a, b in pairwise(weights)]
    np.testing.assert_allclose(list(stop.changes.values()), expected, rtol=1e-4)
    assert list(stop.changes) == list(range(2, 12))
    assert stops == [False, *(change <= 0.01 for change in expected)]
    assert stops.count(True) == 5


def test_it_compares_every_so_many_steps_over_all_parameters() -> None:
    network = nn.Linear(1, 1)
    nn.init.constant_(network.weight, 3.0)
    nn.init.constant_(network.bias, 4.0)
    stop = WeightsSettled(network, 0.201, every=5)
    assert not any(stop(step, History()) for step in range(1, 8))
    nn.init.constant_(network.bias, 5.0)
    assert not stop(9, History())
    assert stop(10, History())
    assert stop.changes == {10: pytest.approx(1 / 5)}


def test_weights_that_stay_zero_are_at_rest() -> None:
    network = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(network.weight)
    stop = WeightsSettled(network)
    assert [stop(step, History()) for step in (1, 2)] == [False, True]


def test_gradient_descent_comes_to_rest_at_the_least_squares_line(tmp_path: Path) -> None:
    """And a run that was broken stops where the unbroken one does."""
    inputs, targets = data(40)

    def run(steps: int, checkpoint: Path | None = None) -> Trainer[nn.Module, Batch]:
        torch.manual_seed(0)
        network = nn.Linear(6, 1)
        config = TrainerConfig(500, 0.1, "sgd", checkpoint_every=30)
        watch = WeightsSettled(network, 1e-5, every=10)
        brake = [lambda step, _: step == steps] if checkpoint and not checkpoint.exists() else []
        trainer: Trainer[nn.Module, Batch] = Trainer(
            network, lambda _: (inputs, targets), supervised("squared_error"), config,
            [watch, *brake],
        )  # fmt: skip
        if checkpoint and checkpoint.exists():
            trainer.resume(checkpoint)
        trainer.fit(checkpoint)
        return trainer

    whole = run(0)
    assert 50 < whole.step < 500
    design = np.concatenate([inputs, np.ones((40, 1))], 1)
    expected = np.linalg.lstsq(design, targets.numpy(), rcond=None)[0][:6, 0]
    np.testing.assert_allclose(whole.model.weight.detach()[0], expected, atol=1e-3)  # type: ignore[operator]
    run(30, tmp_path / "run")
    resumed = run(0, tmp_path / "run")
    assert resumed.step == whole.step
    first, second = whole.callbacks[0], resumed.callbacks[0]
    assert isinstance(first, WeightsSettled)
    assert isinstance(second, WeightsSettled)
    assert first.changes == second.changes


def test_impossible_tolerances_are_refused() -> None:
    with pytest.raises(ValueError, match="tolerance must be more than 0, not 0"):
        WeightsSettled(nn.Linear(1, 1), 0)
    with pytest.raises(ValueError, match="every must be 1 or more, not -1"):
        WeightsSettled(nn.Linear(1, 1), every=-1)
