"""The characters task: what networks, a chain and n-grams make of lines."""

from __future__ import annotations

import math

import pytest
import torch
from lessons import teach
from torch import Tensor, nn

from asciiart.core.sequences.recurrent import Stateful
from asciiart.errors import OptionError
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.tasks.characters import task
from asciiart.train.lab.tasks.characters.chart_lines import (
    ALPHABET,
    NameLines,
    joined,
    split_lines,
    to_symbols,
)
from asciiart.train.lab.tasks.characters.task import (
    continue_line,
    count_pairs,
    cross_entropy,
    line_loss,
    padded,
)


class _Uniform(nn.Module):
    """Believes every character equally likely, but the newline after a Z certain."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        logits = torch.zeros(*x.shape, len(ALPHABET)) + self.weight
        logits[..., 0] += 100.0 * (x == ALPHABET.index("Z"))
        return logits


def test_cross_entropy_counts_every_character_and_newline_once() -> None:
    uniform = math.log(len(ALPHABET))
    assert cross_entropy(_Uniform(), ["A", "ABCDEFG"]) == pytest.approx(uniform)
    assert cross_entropy(_Uniform(), ["Z"]) == pytest.approx(uniform / 2)
    assert cross_entropy(_Uniform(), ["Z"] * 300 + ["ABC"]) == pytest.approx(
        uniform * 304 / 604, rel=1e-5
    )


def test_chain_and_network_are_judged_on_the_same_characters() -> None:
    class Chain(_Uniform):
        def forward(self, x: Tensor) -> Tensor:
            return chain(x).float()

    learned, asked = ["AB", "ABBA", "CAB"], ["BA", "CABBAC", "A"]
    chain = count_pairs(learned)
    by_lines = chain.cross_entropy([to_symbols(joined(asked))])
    assert cross_entropy(Chain(), asked) == pytest.approx(by_lines, rel=1e-5)


def test_lines_of_a_batch_are_cut_to_the_longest() -> None:
    rows = padded(["A", "ABCDEFG", "ABC"])
    assert rows.shape == (3, 9)
    uniform = line_loss(_Uniform(), (rows[[0, 2]],)).loss
    assert uniform.item() == pytest.approx(math.log(len(ALPHABET)))


@pytest.fixture(scope="module")
def few() -> NameLines:
    lines = split_lines(0)
    return NameLines(lines.training[:600], lines.validation[:20], lines.held_out[:20])


@pytest.fixture
def _few_lines(monkeypatch: pytest.MonkeyPatch, few: NameLines) -> None:
    monkeypatch.setattr(task, "_SHOWN", 3)
    monkeypatch.setattr(task, "split_lines", lambda *_, **__: few)


@pytest.mark.usefixtures("_few_lines")
@pytest.mark.parametrize("network", TASKS["characters"].bars)
def test_three_steps(network: str) -> None:
    outcome = teach(TASKS["characters"], network)
    figures = dict(outcome.figures)
    assert next(iter(figures)) == TASKS["characters"].figure
    assert all(math.isfinite(value) for value in figures.values())
    chain, nats = figures["nats per character, bigram chain"], figures["nats per character"]
    assert figures[TASKS["characters"].figure] == pytest.approx(chain - nats)
    for name, saved in outcome.baselines.items():
        assert saved == pytest.approx(chain - figures[f"nats per character, {name}"])
        assert 0 < saved < chain
    assert 0 < nats < 5
    assert isinstance(outcome.samples, str)
    assert outcome.samples.startswith(f"{network.upper()}\n")
    built = task.build(network, outcome.settings)
    built.load_state_dict(outcome.network.state_dict())
    line = task.answer(built.eval(), "u+0416", outcome.settings)
    assert line.startswith("U+0416")
    assert line == continue_line(outcome.network, "U+0416", 1, temperature=0)[0]


@pytest.mark.usefixtures("_few_lines")
def test_the_seed_decides_the_result() -> None:
    first, again, other = (teach(TASKS["characters"], "gru", seed) for seed in (0, 0, 1))
    assert first.figures == again.figures
    assert first.samples == again.samples
    assert first.figures != other.figures


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_recurrent_networks_have_equally_many_units(cell: str) -> None:
    network = task.build(cell, {})
    assert isinstance(network, Stateful)
    assert network.model.config.hidden_size == task._UNITS
    assert network.model.config.cell == cell


@pytest.mark.parametrize("name", ["lstm", "gpt"])
def test_made_up_lines_begin_as_asked_and_end_at_the_newline(name: str) -> None:
    torch.manual_seed(0)
    network = task.build(name, {}).eval()
    made, again = (
        continue_line(network, "U+", 4, generator=torch.Generator().manual_seed(0))
        for _ in range(2)
    )
    assert len(made) == 4
    assert all(line.startswith("U+") and "\n" not in line for line in made)
    assert made == again


@pytest.mark.parametrize("given", ["Ж", "A" * 47])
def test_other_beginnings_are_refused(given: str) -> None:
    with pytest.raises(OptionError):
        task.answer(task.build("gru", {}), given, {})
