"""Each optimizer against its published update rule, each schedule against its formula."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from asciiart.core.learning.optimizers import (
    OPTIMIZERS,
    SCHEDULES,
    build_optimizer,
    build_schedule,
    optimizer_options,
)

Vector = NDArray[np.float64]

STEPS = 6
RATE = 0.05
MATRIX = np.array([[3.0, 0.4, -0.2], [0.4, 1.5, 0.3], [-0.2, 0.3, 0.7]])
TARGET = np.array([1.0, -2.0, 0.5])
START = np.array([0.3, 0.8, -1.1])


def sgd(p: Vector, gradients: Callable[[Vector], Vector]) -> Iterator[Vector]:
    while True:
        p = p - RATE * gradients(p)
        yield p


def momentum(p: Vector, gradients: Callable[[Vector], Vector]) -> Iterator[Vector]:
    """Polyak 1964."""
    v = np.zeros(3)
    while True:
        v = 0.9 * v + gradients(p)
        p = p - RATE * v
        yield p


def nag(p: Vector, gradients: Callable[[Vector], Vector]) -> Iterator[Vector]:
    """Nesterov 1983, in the form of Sutskever et al. 2013 rewritten for the point looked from."""
    v = np.zeros(3)
    while True:
        g = gradients(p)
        v = 0.9 * v + g
        p = p - RATE * (g + 0.9 * v)
        yield p


def adagrad(p: Vector, gradients: Callable[[Vector], Vector]) -> Iterator[Vector]:
    """Duchi, Hazan and Singer 2011."""
    total = np.zeros(3)
    while True:
        g = gradients(p)
        total = total + g**2
        p = p - RATE * g / (np.sqrt(total) + 1e-10)
        yield p


def adadelta(p: Vector, gradients: Callable[[Vector], Vector]) -> Iterator[Vector]:
    """Zeiler 2012, algorithm 1, times the learning rate."""
    squares, changes = np.zeros(3), np.zeros(3)
    while True:
        g = gradients(p)
        squares = 0.9 * squares + 0.1 * g**2
        change = -np.sqrt(changes + 1e-6) / np.sqrt(squares + 1e-6) * g
        changes = 0.9 * changes + 0.1 * change**2
        p = p + RATE * change
        yield p


def rmsprop(p: Vector, gradients: Callable[[Vector], Vector]) -> Iterator[Vector]:
    """Tieleman and Hinton 2012, lecture 6e: "MeanSquare = 0.9 MeanSquare + 0.1 gradient²"."""
    squares = np.zeros(3)
    while True:
        g = gradients(p)
        squares = 0.9 * squares + 0.1 * g**2
        p = p - RATE * g / (np.sqrt(squares) + 1e-8)
        yield p


def adam(
    p: Vector, gradients: Callable[[Vector], Vector], decay: float = 0.0, kept: float = 0.9
) -> Iterator[Vector]:
    """Kingma and Ba 2015, algorithm 1; with ``decay``, Loshchilov and Hutter 2019."""
    first, second, t = np.zeros(3), np.zeros(3), 0
    while True:
        t += 1
        g = gradients(p)
        first = kept * first + (1 - kept) * g
        second = 0.999 * second + 0.001 * g**2
        step = (first / (1 - kept**t)) / (np.sqrt(second / (1 - 0.999**t)) + 1e-8)
        p = p - RATE * (step + decay * p)
        yield p


def adamw(p: Vector, gradients: Callable[[Vector], Vector]) -> Iterator[Vector]:
    return adam(p, gradients, 1e-4)


def adam_half(p: Vector, gradients: Callable[[Vector], Vector]) -> Iterator[Vector]:
    """Radford, Metz and Chintala 2016, section 4."""
    return adam(p, gradients, kept=0.5)


RULES = {
    rule.__name__: rule
    for rule in (sgd, momentum, nag, adagrad, adadelta, rmsprop, adam, adam_half, adamw)
}


def test_every_optimizer_has_its_rule() -> None:
    assert set(OPTIMIZERS) == set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_optimizer_follows_its_published_rule(name: str) -> None:
    matrix, target = torch.from_numpy(MATRIX), torch.from_numpy(TARGET)
    parameter = nn.Parameter(torch.from_numpy(START.copy()))
    optimizer = build_optimizer(name, [parameter], RATE)
    expected = RULES[name](START, lambda p: MATRIX @ p - TARGET)
    for _ in range(STEPS):
        loss = parameter @ matrix @ parameter / 2 - target @ parameter
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        np.testing.assert_allclose(parameter.detach().numpy(), next(expected), rtol=1e-12, atol=0)


DECAY = 0.3
"""Weight decay of the rules below."""


def momentum_dampened(p: Vector, gradients: Callable[[Vector], Vector]) -> Iterator[Vector]:
    """With an L2 penalty, and a velocity that is an average (from the first gradient on)."""
    v = None
    while True:
        g = gradients(p) + DECAY * p
        v = g if v is None else 0.6 * v + (1 - 0.25) * g
        p = p - RATE * v
        yield p


def nag_slow(p: Vector, gradients: Callable[[Vector], Vector]) -> Iterator[Vector]:
    v = np.zeros(3)
    while True:
        g = gradients(p) + DECAY * p
        v = 0.6 * v + g
        p = p - RATE * (g + 0.6 * v)
        yield p


def adagrad_fading(p: Vector, gradients: Callable[[Vector], Vector]) -> Iterator[Vector]:
    total, t = np.full(3, 0.5), 0
    while True:
        g = gradients(p) + DECAY * p
        total = total + g**2
        p = p - RATE / (1 + 0.2 * t) * g / (np.sqrt(total) + 1e-3)
        t += 1
        yield p


def adadelta_short(p: Vector, gradients: Callable[[Vector], Vector]) -> Iterator[Vector]:
    squares, changes = np.zeros(3), np.zeros(3)
    while True:
        g = gradients(p) + DECAY * p
        squares = 0.7 * squares + 0.3 * g**2
        change = -np.sqrt(changes + 1e-3) / np.sqrt(squares + 1e-3) * g
        changes = 0.7 * changes + 0.3 * change**2
        p = p + RATE * change
        yield p


def rmsprop_centered(p: Vector, gradients: Callable[[Vector], Vector]) -> Iterator[Vector]:
    """Graves 2013, equations 38 to 41: less the mean gradient, and with momentum."""
    squares, mean, v = np.zeros(3), np.zeros(3), np.zeros(3)
    while True:
        g = gradients(p) + DECAY * p
        squares = 0.8 * squares + 0.2 * g**2
        mean = 0.8 * mean + 0.2 * g
        v = 0.6 * v + g / (np.sqrt(squares - mean**2) + 1e-3)
        p = p - RATE * v
        yield p


def adam_other(
    p: Vector, gradients: Callable[[Vector], Vector], *, decoupled: bool = False
) -> Iterator[Vector]:
    first, second, t = np.zeros(3), np.zeros(3), 0
    while True:
        t += 1
        g = gradients(p) + (0 if decoupled else DECAY * p)
        first = 0.7 * first + 0.3 * g
        second = 0.9 * second + 0.1 * g**2
        step = (first / (1 - 0.7**t)) / (np.sqrt(second / (1 - 0.9**t)) + 1e-3)
        p = p - RATE * (step + (DECAY * p if decoupled else 0))
        yield p


_ADAM = {"betas": (0.7, 0.9), "eps": 1e-3, "weight_decay": DECAY}
OTHERS: dict[str, tuple[dict[str, Any], Callable[..., Iterator[Vector]]]] = {
    "sgd": ({"momentum": 0.6, "dampening": 0.25, "weight_decay": DECAY}, momentum_dampened),
    "momentum": ({"momentum": 0.6, "dampening": 0.25, "weight_decay": DECAY}, momentum_dampened),
    "nag": ({"momentum": 0.6, "weight_decay": DECAY}, nag_slow),
    "adagrad": (
        {"lr_decay": 0.2, "initial_accumulator_value": 0.5, "eps": 1e-3, "weight_decay": DECAY},
        adagrad_fading,
    ),
    "adadelta": ({"rho": 0.7, "eps": 1e-3, "weight_decay": DECAY}, adadelta_short),
    "rmsprop": (
        {"alpha": 0.8, "momentum": 0.6, "centered": True, "eps": 1e-3, "weight_decay": DECAY},
        rmsprop_centered,
    ),
    "adam": (_ADAM, adam_other),
    "adam_half": (_ADAM, adam_other),
    "adamw": (_ADAM, partial(adam_other, decoupled=True)),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer_follows_its_rule_with_other_options(name: str) -> None:
    options, rule = OTHERS[name]
    parameter = nn.Parameter(torch.from_numpy(START.copy()))
    optimizer = build_optimizer(name, [parameter], RATE, **options)
    expected = rule(START, lambda p: MATRIX @ p - TARGET)
    matrix, target = torch.from_numpy(MATRIX), torch.from_numpy(TARGET)
    for _ in range(STEPS):
        loss = parameter @ matrix @ parameter / 2 - target @ parameter
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        np.testing.assert_allclose(parameter.detach().numpy(), next(expected), rtol=1e-10, atol=0)


def test_options_are_listed_with_the_defaults_of_the_name() -> None:
    assert optimizer_options("rmsprop")["alpha"] == 0.9
    assert optimizer_options("adam_half")["betas"] == (0.5, 0.999)
    assert optimizer_options("momentum")["momentum"] == 0.9
    assert not {"params", "lr", "fused"} & optimizer_options("sgd").keys()


def test_impossible_options_are_refused() -> None:
    parameters = [nn.Parameter(torch.zeros(1))]
    with pytest.raises(ValueError, match=r"rmsprop has no option 'betas' \(it has: alpha, eps, "):
        build_optimizer("rmsprop", parameters, 1.0, betas=(0.9, 0.999))
    with pytest.raises(ValueError, match="sgd has no option 'lr'"):
        build_optimizer("sgd", parameters, 1.0, lr=2.0)
    with pytest.raises(ValueError, match="momentum"):
        build_optimizer("sgd", parameters, 1.0, momentum=-1)
    with pytest.raises(ValueError, match=r"adam with \{'betas': 0.9\}: "):
        build_optimizer("adam", parameters, 1.0, betas=0.9)


def test_rules_are_all_different() -> None:
    """Else the test above could not tell two names that are mixed up."""
    ends = []
    for rule in RULES.values():
        walk = rule(START, lambda p: MATRIX @ p - TARGET)
        ends.append([next(walk) for _ in range(STEPS)][-1])
    for i, end in enumerate(ends):
        assert all(np.abs(end - other).max() > 1e-7 for other in ends[:i])


def rates(name: str, steps: int) -> list[float]:
    """Return the learning rates that the steps of a run use."""
    optimizer = build_optimizer("sgd", [nn.Parameter(torch.zeros(1))], 2.0)
    schedule = build_schedule(name, optimizer, steps)
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"] / 2)
        optimizer.step()
        schedule.step()
    return found


FORMULAS: dict[str, Callable[[float], float]] = {
    "constant": lambda _: 1.0,
    "linear": lambda t: 1 - t,
    "cosine": lambda t: math.cos(math.pi * t / 2) ** 2,
    "warm_cosine": lambda t: 20 * t if t < 0.05 else math.cos(math.pi * (t - 0.05) / 1.9) ** 2,
    "exponential": lambda t: math.exp(-t * math.log(100)),
    "step": lambda t: (1, 0.1, 0.01, 0.001)[math.floor(3 * t)],
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_follows_its_formula(name: str) -> None:
    expected = [FORMULAS[name](step / 50) for step in range(1, 51)]
    assert rates(name, 50) == pytest.approx(expected, abs=1e-12)


def test_warmed_up_schedule_rises_then_falls() -> None:
    found = rates("warm_cosine", 200)
    top = found.index(max(found))
    assert top == 9  # 5 % of 200 steps
    assert found[: top + 1] == sorted(found[: top + 1])
    assert found[top:] == sorted(found[top:], reverse=True)
    assert found[-1] == pytest.approx(0, abs=1e-12)


def test_schedules_outlive_their_last_step() -> None:
    """torch asks for the rate after the last step too."""
    optimizer = build_optimizer("sgd", [nn.Parameter(torch.zeros(1))], 1.0)
    for name in SCHEDULES:
        schedule = build_schedule(name, optimizer, 1)
        optimizer.step()
        schedule.step()
        assert 0 <= schedule.get_last_lr()[0] <= 1


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    parameters = [nn.Parameter(torch.zeros(1))]
    with pytest.raises(ValueError, match=r"'adma' is unknown \(there are: sgd, .*adamw\)"):
        build_optimizer("adma", parameters, 1.0)
    optimizer = build_optimizer("sgd", parameters, 1.0)
    with pytest.raises(ValueError, match=r"'cosin' is unknown \(there are: constant, .*step\)"):
        build_schedule("cosin", optimizer, 10)


def rosenbrock_gradient(p: Vector) -> Vector:
    """Of Σ (100 (yᵢ₊₁ - yᵢ²)² + (1 - yᵢ)²) / 250, a bent valley: the gradient is not linear."""
    x, y, z = p
    gradient = np.array(
        [
            -400 * x * (y - x**2) - 2 * (1 - x),
            200 * (y - x**2) - 400 * y * (z - y**2) - 2 * (1 - y),
            200 * (z - y**2),
        ]
    )
    return np.asarray(gradient / 250)  # so that no optimizer leaves the valley at RATE


@pytest.mark.parametrize("name", RULES)
def test_optimizer_follows_its_rule_through_a_bent_valley(name: str) -> None:
    parameter = nn.Parameter(torch.tensor([-1.2, 1.0, 0.4], dtype=torch.float64))
    optimizer = build_optimizer(name, [parameter], RATE)
    expected = RULES[name](parameter.detach().numpy().copy(), rosenbrock_gradient)
    losses = []
    for _ in range(40):
        gaps, rest = parameter[1:] - parameter[:-1] ** 2, 1 - parameter[:-1]
        loss = (100 * gaps**2 + rest**2).sum() / 250
        losses.append(float(loss.detach()))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        np.testing.assert_allclose(parameter.detach().numpy(), next(expected), rtol=1e-9, atol=0)
    assert min(losses[1:]) < losses[0]


def test_rule_of_nag_is_nesterovs_momentum_seen_from_where_it_looks() -> None:
    """Sutskever et al. 2013, equations 3 and 4: v = μv - ε∇f(θ + μv), θ = θ + v."""
    walk = nag(START, lambda p: MATRIX @ p - TARGET)
    theta, v = START, np.zeros(3)
    for _ in range(STEPS):
        v = 0.9 * v - RATE * (MATRIX @ (theta + 0.9 * v) - TARGET)
        theta = theta + v
        np.testing.assert_allclose(next(walk), theta + 0.9 * v, rtol=1e-12, atol=0)
