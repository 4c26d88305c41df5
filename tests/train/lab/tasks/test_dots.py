"""Task dots: Braille cells move and are hidden in parts, machines and cheap methods fill them."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from lessons import LESSON, teach

from asciiart.core.energy.boltzmann import BoltzmannMachine, RestrictedBoltzmannMachine
from asciiart.errors import OptionError
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.run import run_task, try_task
from asciiart.train.lab.tasks import dots
from asciiart.train.lab.tasks.dots import (
    DIRECTIONS,
    DOTS,
    FIRST_CELL,
    HIDDEN_DOTS,
    UNITS,
    Asked,
    cells,
    cheaply,
    examples,
    fill,
    hide,
    linear,
    move,
    nats,
    parse,
    persistent_gibbs,
    split_patterns,
)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"_ASKED": 1, "_SWEEPS": 3, "_FORGOTTEN": 1, "_ANSWERS": 2}.items():
        monkeypatch.setattr(dots, name, value)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("network", TASKS["dots"].bars)
def test_every_network_runs(network: str) -> None:
    first, again, other = (teach(TASKS["dots"], network, seed) for seed in (0, 0, 1))
    assert next(iter(first.figures)) == TASKS["dots"].figure
    assert all(map(math.isfinite, (*first.figures.values(), *first.baselines.values())))
    assert first.figures == again.figures != other.figures
    assert first.samples == again.samples
    dots.build(network, {}).load_state_dict(first.network.state_dict())
    assert isinstance(first.samples, str)
    assert "? -> " in first.samples


@pytest.mark.parametrize("network", TASKS["dots"].bars)
def test_what_was_trained_can_be_tried(network: str, tmp_path: Path) -> None:
    run_task(TASKS, "dots", network, replace(LESSON, folder=tmp_path))
    tried = try_task(TASKS, "dots", "⠓? up", tmp_path)
    assert isinstance(tried.answer, str)
    assert all(line[0] == "⠓" and " up " in line for line in tried.answer.splitlines())


def test_cells_have_the_dots_of_their_names() -> None:
    """Dots are numbered 1 2 3 7 in the left column and 4 5 6 8 in the right one."""
    for number in (1, 0x34, 0xC9, 255):
        name = unicodedata.name(chr(FIRST_CELL + number))
        numbers = {int(digit) for digit in name.rpartition("-")[2]}
        rows = [[1, 4], [2, 5], [3, 6], [7, 8]]
        wanted = [[float(dot in numbers) for dot in row] for row in rows]
        assert cells()[number].view(4, 2).tolist() == wanted


def test_examples_are_moved_as_they_say() -> None:
    first = cells()[[0x35]]  # rows 10 01 11 00
    assert move(first, 1).view(4, 2).tolist() == [[0, 0], [1, 0], [0, 1], [1, 1]]
    for example, rows in zip(examples(first), (-1, 0, 1), strict=True):
        assert torch.equal(example[:DOTS], first[0])
        assert torch.equal(example[DOTS : 2 * DOTS], move(first, rows)[0])
        assert DIRECTIONS[int(example[2 * DOTS :].argmax())] == ("up", "still", "down")[rows + 1]


def test_no_cell_that_is_asked_was_learned_in_any_row() -> None:
    learned, held_out = split_patterns(validate=False)
    again, validation = split_patterns(validate=True)
    assert torch.equal(learned, again)
    assert len(learned) + len(held_out) + len(validation) == 256
    turned = [torch.cat([move(part, rows) for rows in range(4)]) for part in (held_out, validation)]
    assert torch.cdist(torch.cat(turned), learned, p=1).min() > 0
    assert torch.cdist(turned[0], validation, p=1).min() > 0


def test_dots_and_half_of_the_directions_are_hidden() -> None:
    asked = hide(examples(cells()), seeded())
    hidden = ~asked.known
    assert hidden[:, : 2 * DOTS].sum(1).tolist() == [HIDDEN_DOTS] * len(hidden)
    assert set(hidden[:, 2 * DOTS :].sum(1).tolist()) == {0, len(DIRECTIONS)}
    assert 0.4 < hidden[:, -1].float().mean() < 0.6


def test_nats_are_of_hidden_units_only() -> None:
    asked = Asked(torch.tensor([[1.0, 0.0, 1.0]]), torch.tensor([[False, False, True]]))
    found = nats(torch.tensor([[0.5, 0.25, 0.0]]), asked, 0.01)
    assert found == pytest.approx(-(math.log(0.5) + math.log(0.75)) / 2)
    assert nats(torch.tensor([[0.0, 0.0, 0.0]]), asked, 0.01) == pytest.approx(
        -(math.log(0.01) + math.log(0.99)) / 2
    )


def test_the_nearest_examples_agree_with_what_is_known() -> None:
    learned = torch.tensor([[1.0, 1, 0, 0], [0, 0, 1, 1], [0, 1, 1, 0]])
    asked = Asked(torch.tensor([[0.0, 0, 1, 1]]), torch.tensor([[True, True, False, False]]))
    assert dots.differing(asked, learned).tolist() == [[2, 0, 1]]
    found = cheaply(asked, learned)
    assert found["nearest examples"][0].tolist() == [[0, 0, 1, 1]]
    weights = np.exp(-0.5 * np.array([2, 0, 1]))
    wanted = weights / weights.sum() @ learned.numpy()
    np.testing.assert_allclose(found["weighted examples"][0][0], wanted, rtol=1e-5)


def test_linear_regression_is_that_of_least_squares() -> None:
    learned = torch.rand(50, 4, generator=seeded())
    asked = Asked(learned[:1], torch.tensor([[True, False, True, False]]))
    inputs = np.concatenate([learned[:, [0, 2]].numpy(), np.ones((50, 1))], 1)
    weights = np.linalg.lstsq(inputs, learned[:, [1, 3]].numpy(), rcond=None)[0]
    found = linear(asked, learned, 0.0)
    np.testing.assert_allclose(found[0, [1, 3]], (inputs @ weights)[0], rtol=1e-3)
    assert torch.equal(found[0, [0, 2]], learned[0, [0, 2]])


def pair(machine: BoltzmannMachine | RestrictedBoltzmannMachine) -> None:
    """Join the first two visible units, by 4, and let the others be."""
    with torch.no_grad():
        for parameter in machine.parameters():
            parameter.zero_()
        if isinstance(machine, BoltzmannMachine):
            machine.units.weight[0, 1] = 4.0
        else:  # a hidden unit that follows the first two
            machine.hidden.weight[0, :2] = 8.0
            machine.hidden.bias[0] = -8.0
            machine.visible_bias[:2] = -4.0


@pytest.mark.parametrize(
    "machine", [BoltzmannMachine(UNITS, 2), RestrictedBoltzmannMachine(UNITS, 2)]
)
def test_what_is_known_decides_what_is_hidden(
    machine: BoltzmannMachine | RestrictedBoltzmannMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dots, "_SWEEPS", 40)
    pair(machine)
    known = torch.ones(40, UNITS, dtype=torch.bool)
    known[:, 1:3] = False
    truth = torch.ones(40, UNITS)
    found = fill(machine, Asked(truth, known), seeded())
    assert torch.equal(found[known], truth[known])
    assert found[:, 1].mean() > 0.9
    assert found[:, 2].mean() == pytest.approx(0.5, abs=0.05)


def test_free_chains_live_on_and_the_gradient_is_the_learning_rule() -> None:
    machine = BoltzmannMachine(2)
    with torch.no_grad():
        machine.units.weight.zero_()
        machine.units.bias.zero_()
    loss = persistent_gibbs(4000, 1, seeded())
    visible = torch.ones(8, 2)
    loss(machine, (visible,)).loss.backward()
    grad = machine.units.weight.grad
    assert grad is not None
    assert float(grad[0, 1]) == pytest.approx(0.25 - 1, abs=0.03)  # <s s> of model minus of data
    with torch.no_grad():
        machine.units.weight[0, 1] = 40.0  # chains of (1, 1) can no longer leave
        machine.units.bias.fill_(-20.0)
    values = [float(loss(machine, (visible,)).loss.detach()) for _ in range(3)]
    assert values[1] == pytest.approx(values[2], abs=1e-3)


@pytest.mark.parametrize("given", ["⠓", "ab up", "⠓⠋⠋", "⠓⠋ left", ""])
def test_anything_but_cells_is_refused(given: str) -> None:
    with pytest.raises(OptionError, match="Braille"):
        parse(given)


def test_a_text_says_what_is_known() -> None:
    asked = parse("?⠓ ?")
    assert asked.known[0].nonzero()[:, 0].tolist() == list(range(DOTS, 2 * DOTS))
    assert torch.equal(asked.truth[0, DOTS : 2 * DOTS], cells()[ord("⠓") - FIRST_CELL])
    assert parse("?? down").truth[0].nonzero()[:, 0].tolist() == [UNITS - 1]
