"""The characters task: names that are held out, what networks and a chain make of them."""

from __future__ import annotations

import math
import zlib

import pytest
import torch
from lessons import teach
from torch import Tensor, nn

from asciiart.core.sequences.recurrent import Stateful
from asciiart.train.lab import characters
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.characters import (
    ALPHABET,
    Names,
    count_pairs,
    cross_entropy,
    lines,
    make_names,
    names_of_characters,
    to_symbols,
    to_text,
)


@pytest.fixture(scope="module")
def names() -> Names:
    return names_of_characters(0)


def test_names_are_those_that_somebody_thought_of(names: Names) -> None:
    everything = {*names.training, *names.held_out}
    assert {"LATIN SMALL LETTER A", "SNOWMAN", "KATAKANA LETTER KA"} <= everything
    assert len(everything) > 20_000
    assert not any(name.startswith(("HANGUL SYLLABLE", "CJK UNIFIED")) for name in everything)
    assert set("".join(everything)) == set(ALPHABET) - {"\n"}
    assert len(names.training) + len(names.held_out) == len(everything)  # none twice


def test_held_out_names_are_never_learned_from(names: Names) -> None:
    assert not {*names.training} & {*names.held_out}
    assert 0.08 < len(names.held_out) / len(names.training + names.held_out) < 0.12
    other = names_of_characters(1)
    assert not {*other.training} & {*names.held_out}  # whatever the seed
    assert other.training != names.training
    assert sorted(other.training) == sorted(names.training)
    assert zlib.crc32(names.held_out[0].encode()) % 10 == 0


def test_text_has_one_name_a_line(names: Names) -> None:
    assert lines(["A", "B C"]) == "\nA\nB C\n"
    assert to_text(to_symbols(lines(names.held_out))) == lines(names.held_out)


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
    by_lines = chain.cross_entropy([to_symbols(lines(asked))])
    assert cross_entropy(Chain(), asked) == pytest.approx(by_lines, rel=1e-5)


@pytest.fixture
def _few_names(monkeypatch: pytest.MonkeyPatch, names: Names) -> None:
    few = Names(names.training[:1200], names.held_out[:40])
    monkeypatch.setattr(characters, "_LINES", 4)
    monkeypatch.setattr(characters, "names_of_characters", lambda _: few)


@pytest.mark.usefixtures("_few_names")
@pytest.mark.parametrize("network", TASKS["characters"].bars)
def test_three_steps(network: str) -> None:
    outcome = teach(TASKS["characters"], network)
    figures = dict(outcome.figures)
    assert next(iter(figures)) == TASKS["characters"].figure
    assert all(math.isfinite(value) for value in figures.values())
    chain, nats = figures["nats per character, bigram chain"], figures["nats per character"]
    assert figures[TASKS["characters"].figure] == pytest.approx(chain - nats)
    assert 1.5 < chain < math.log(len(ALPHABET))
    assert 0 < nats < 5
    assert isinstance(outcome.samples, str)
    assert outcome.samples.startswith(f"  {network.upper()}")
    assert len(outcome.samples.splitlines()) == 1 + 4 + 2  # head, names, legend


@pytest.mark.usefixtures("_few_names")
def test_the_seed_decides_the_result() -> None:
    first, again, other = (
        teach(TASKS["characters"], "gru"),
        teach(TASKS["characters"], "gru"),
        teach(TASKS["characters"], "gru", 1),
    )
    assert first.figures == again.figures
    assert first.samples == again.samples
    assert first.figures != other.figures


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_recurrent_networks_have_equally_many_units(cell: str) -> None:
    network = characters._NETWORKS[cell]()
    assert isinstance(network, Stateful)
    assert network.model.config.hidden_size == 160
    assert network.model.config.cell == cell


def test_made_up_names_end_at_the_newline() -> None:
    torch.manual_seed(0)
    network = characters._NETWORKS["lstm"]().eval()
    made = make_names(network, 8, 0)
    assert len(made) == 8
    assert not any("\n" in name for name in made)
    assert made == make_names(network, 8, 0)
