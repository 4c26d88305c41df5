"""The words task: words of names, principal components, and an autoencoder that learns a little."""

from __future__ import annotations

import pytest
from lessons import teach

from asciiart.errors import OptionError
from asciiart.train.lab.catalog import TASKS
from asciiart.train.lab.tasks import words
from asciiart.train.lab.tasks.words import (
    by_components,
    letters_right,
    repeat,
    share_exact,
    to_symbols,
    to_words,
    words_of_names,
)


def test_words_are_those_of_names_and_held_out() -> None:
    training, held_out = words_of_names(0)
    everything = {*training, *held_out, *words_of_names(0, validate=True).held_out}
    assert {"SNOWMAN", "LETTER", "KATAKANA", "ACUTE"} <= everything
    assert len(everything) > 5000
    assert not set(training) & set(held_out)
    assert all(word.isalpha() and 3 <= len(word) <= 10 for word in everything)
    assert not set(held_out) & set(words_of_names(1, validate=True).held_out)
    assert words_of_names(1).training != training


def test_words_are_filled_up() -> None:
    symbols = to_symbols(["ABC", "SNOWMAN"])
    assert symbols.shape == (2, 10)
    assert symbols[0].tolist() == [1, 2, 3, *[0] * 7]
    assert to_words(symbols) == ["ABC", "SNOWMAN"]


def test_shares() -> None:
    assert share_exact(["ABC", "ABD"], ["ABC", "ABC"]) == 0.5
    assert letters_right(["AXC", "AB", "ABCD"], ["ABC", "ABC", "ABC"]) == pytest.approx(7 / 9)


def test_enough_components_keep_every_word() -> None:
    training, held_out = words_of_names(0)
    few = training[:600]
    assert by_components(few, few[:50], 270) == list(few[:50])
    assert share_exact(by_components(few, held_out, 5), held_out) < 0.05


@pytest.mark.parametrize("network", TASKS["words"].bars)
def test_three_steps(network: str) -> None:
    outcome = teach(TASKS["words"], network)
    assert next(iter(outcome.figures)) == TASKS["words"].figure
    assert 0 <= outcome.figures["exact words"] <= 1
    assert list(outcome.baselines) == ["16 principal components"]
    assert isinstance(outcome.samples, str)
    built = words.build(network, outcome.settings)
    built.load_state_dict(outcome.network.state_dict())
    said = words.answer(built.eval(), "snowman", outcome.settings)
    assert said == repeat(outcome.network, ["SNOWMAN"])[0]


@pytest.mark.parametrize("given", ["", "ABCDEFGHIJK", "A B", "Ä"])
def test_other_words_are_refused(given: str) -> None:
    with pytest.raises(OptionError):
        words.answer(words.build("gru", {}), given, {})
