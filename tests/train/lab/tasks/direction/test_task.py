"""The direction task: lines, regression on a window, and networks that learn a little."""

from __future__ import annotations

import random
import unicodedata

import pytest
import torch
from lessons import teach
from torch import Tensor, nn

from asciiart.core.learning.data import minibatches
from asciiart.core.learning.trainer import TrainerConfig
from asciiart.errors import OptionError
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.tasks.direction import task
from asciiart.train.lab.tasks.direction.rules import levels
from asciiart.train.lab.tasks.direction.task import (
    SIGNS,
    WindowRegression,
    make_line,
    make_lines,
    predict,
    shares_right,
    to_levels,
    to_symbols,
)

HEBREW = "\u05d0"


@pytest.fixture
def _few_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "_TRAINING", 100)
    monkeypatch.setattr(task, "_ASKED", 10)
    monkeypatch.setattr(task, "_REACHES", (1, 2))
    monkeypatch.setattr(task, "_REGRESSION", TrainerConfig(steps=3))


def test_lines_have_what_the_rules_are_about() -> None:
    generator = random.Random(0)
    lines = [make_line(generator) for _ in range(300)]
    text = "".join(lines)
    assert set(text) == set(SIGNS)
    kinds = {unicodedata.bidirectional(sign) for sign in text}
    assert kinds == {"L", "R", "AL", "EN", "AN", "ES", "CS", "ET", "ON", "WS"}
    assert {level for line in lines for level in levels(line)} == {0, 1, 2}
    assert all(0 < len(line) <= 32 for line in lines)


def test_parts_have_no_common_line() -> None:
    lines, tuned = make_lines(300, 30, 0), make_lines(300, 30, 0, validate=True)
    assert [len(part) for part in lines] == [300, 30, 30]
    assert not set(lines.training) & {*lines.validation, *lines.held_out}
    assert not set(lines.validation) & set(lines.held_out)
    assert tuned.held_out == tuned.validation == lines.validation
    assert make_lines(300, 30, 1).training != lines.training


def test_symbols_and_levels_are_filled_up() -> None:
    lines = ["a1", f"{HEBREW}"]
    assert to_symbols(lines).tolist() == [
        [SIGNS.index("a") + 1, SIGNS.index("1") + 1],
        [SIGNS.index(HEBREW) + 1, 0],
    ]
    assert to_levels(lines).tolist() == [[0, 0], [1, -100]]


class _LeftToRight(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([1.0, 0.0, 0.0]))

    def forward(self, symbols: Tensor) -> Tensor:
        return self.weight.expand(*symbols.shape, 3)


def test_shares_count_lines_and_characters() -> None:
    lines = ["abc", f"ab{HEBREW}", HEBREW]
    assert shares_right(_LeftToRight(), lines) == pytest.approx((1 / 3, 5 / 7))


def test_a_window_learns_what_is_near(monkeypatch: pytest.MonkeyPatch) -> None:
    """In lines of one letter and a digit a window of one suffices."""
    lines = [f"{a}{b}" for a in SIGNS[:40] for b in "12"]
    monkeypatch.setattr(task, "_REACHES", (1,))
    batches = minibatches((to_symbols(lines), to_levels(lines)), 40)
    assert shares_right(task.window_regression(batches, lines), lines).lines == 1


@pytest.mark.usefixtures("_few_lines")
@pytest.mark.parametrize("network", TASKS["direction"].bars)
def test_three_steps(network: str) -> None:
    outcome = teach(TASKS["direction"], network)
    assert next(iter(outcome.figures)) == TASKS["direction"].figure
    assert 0 <= outcome.figures["exact lines"] <= outcome.figures["characters"] <= 1
    assert outcome.figures["lines"] == 10
    assert list(outcome.baselines) == ["the same, read forward only", "regression on a window"]
    assert isinstance(outcome.samples, str)
    built = task.build(network, outcome.settings)
    built.load_state_dict(outcome.network.state_dict())
    line = f"a{HEBREW}1"
    assert task.answer(built.eval(), line.upper(), outcome.settings) == "".join(
        map(str, predict(outcome.network, [line])[0].tolist())
    )


@pytest.mark.parametrize("given", ["", "ß"])
def test_other_lines_are_refused(given: str) -> None:
    with pytest.raises(OptionError):
        task.answer(task.build("bi-rnn", {}), given, {})


def test_a_window_gives_each_place_its_own_weights() -> None:
    regression = WindowRegression(1)
    table = regression.weights.weight.data.view(-1, 3, 3)  # (V, places, levels)
    table[1, 0, 1], table[1, 1, 0], table[1, 2, 2] = 1, 2, 3  # before, at and after the place
    logits = regression(torch.tensor([[2, 1, 2]]))
    assert logits[0].tolist() == [[0, 0, 3], [2, 0, 0], [0, 1, 0]]


def test_the_network_reads_both_ways() -> None:
    torch.manual_seed(0)
    for network, both in (
        (task.build("bi-gru", {}), True),
        (task._network("gru", bidirectional=False), False),
    ):
        first, other = to_symbols([f"12a{HEBREW}", f"12{HEBREW}a"])[:, None]
        seen = task._logits(network, first)[0, :2], task._logits(network, other)[0, :2]
        assert torch.equal(*seen) != both
