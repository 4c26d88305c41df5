"""Naive Bayes and logistic regression on runs of words."""

from __future__ import annotations

import math

import pytest

from asciiart.train.lab.tasks.numbers import cheap
from asciiart.train.lab.tasks.numbers.cheap import (
    RunNumbers,
    cheap_methods,
    logistic_regression,
    naive_bayes,
)
from asciiart.train.lab.tasks.numbers.texts import Text, Texts

ORDERED = [
    Text(("A", "B"), True),
    Text(("B", "A"), False),
    Text(("C", "A", "B"), True),
    Text(("B", "A", "C"), False),
]
"""Texts that only runs of two words tell apart."""


def test_runs_are_numbered_and_counted_once() -> None:
    numbers = RunNumbers([Text(("A", "B", "A"), True)], 2)
    assert numbers.places == {("A",): 1, ("B",): 2, ("A", "B"): 3, ("B", "A"): 4}
    runs = numbers.of([Text(("A", "B", "A"), True), Text(("B", "C"), False)])
    assert runs.features.tolist() == [[1, 2, 3, 4], [2, 0, 0, 0]]
    assert runs.labels.tolist() == [1.0, 0.0]


def test_naive_bayes_has_the_ratio_of_the_shares() -> None:
    numbers = RunNumbers(ORDERED, 1)
    runs = numbers.of([Text(("A", "A"), True), Text(("A", "B"), False), Text(("B",), True)])
    weights = naive_bayes(runs, 3, 0.5).weights.weight[1:, 0].tolist()
    # joined: A 1, B 1 of 2; not: A 1, B 1 of 2; C never
    assert weights == pytest.approx([0.0, 0.0, 0.0])
    runs = numbers.of([Text(("A",), True), Text(("B",), False)])
    weights = naive_bayes(runs, 3, 0.5).weights.weight[1:, 0].tolist()
    assert weights == pytest.approx([math.log(3), -math.log(3), 0.0])


@pytest.mark.parametrize(("longest", "right"), [(1, 0.5), (2, 1.0)])
def test_runs_of_two_words_know_their_order(longest: int, right: float) -> None:
    numbers = RunNumbers(ORDERED, longest)
    runs = numbers.of(ORDERED)
    count = len(numbers.places)
    assert logistic_regression(runs, count, 100).share_right(runs) == right
    assert naive_bayes(runs, count, 0.3).share_right(runs) == right


def test_the_validation_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cheap, "_LONGEST", (1, 2))
    monkeypatch.setattr(cheap, "_STEPS", (60,))
    part = tuple(ORDERED * 4)
    assert cheap_methods(Texts(part, part, part)) == {
        "naive Bayes on runs of words": 1.0,
        "logistic regression on runs of words": 1.0,
    }
