"""Interpolated n-grams by the formula, and by what probabilities must do."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from asciiart.train.lab.tasks.characters.n_grams import CopyingNGram, NGram, _copies, best_n_gram

LINES = [[1, 2, 1, 2, 3], [1, 2, 2, 1], [3, 1, 2, 1, 3, 3], [2], [1, 2, 1, 2, 3, 1]]
VOCABULARY = 5


def by_formula(lines: list[list[int]], order: int, context: list[int], symbol: int) -> float:
    """Return P(symbol | context) by the definition, gram by gram."""
    texts = [[*[0] * order, *line, 0] for line in lines]
    grams: dict[int, Counter[tuple[int, ...]]] = {order: Counter()}
    for text in texts:
        for end in range(order, len(text)):
            grams[order][tuple(text[end - order + 1 : end + 1])] += 1
    for length in range(order - 1, 0, -1):
        grams[length] = Counter(gram[1:] for gram in grams[length + 1])

    def chance(length: int) -> float:
        if length == 0:
            return 1 / VOCABULARY
        history = tuple(context[len(context) - length + 1 :])
        followers = {gram: n for gram, n in grams[length].items() if gram[:-1] == history}
        if not followers:
            return chance(length - 1)
        kinds = Counter(grams[length].values())
        discount = kinds[1] / (kinds[1] + 2 * kinds[2]) if kinds[1] else 0.5
        total = sum(followers.values())
        own = max(grams[length][*history, symbol] - discount, 0)
        return (own + discount * len(followers) * chance(length - 1)) / total

    return chance(order)


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_probabilities_follow_the_formula(order: int) -> None:
    model = NGram(LINES, VOCABULARY, order)
    for line in ([1, 2, 1], [4, 4, 3], [3, 1, 2, 1, 3, 1, 1]):
        text = [*[0] * order, *line, 0]
        wanted = [by_formula(LINES, order, text[:i], text[i]) for i in range(order, len(text))]
        assert model.probabilities([line]) == pytest.approx(wanted)


@pytest.mark.parametrize("order", [1, 3])
def test_probabilities_of_all_symbols_sum_to_one(order: int) -> None:
    model = NGram(LINES, VOCABULARY, order)
    for start in ([], [1], [1, 2, 1], [4, 4]):
        lines = [[*start, symbol] for symbol in range(1, VOCABULARY)]
        chances = [model.probabilities([line])[len(start)] for line in lines]
        end = model.probabilities([start])[-1]
        assert sum(chances) + end == pytest.approx(1)


def test_cross_entropy_counts_every_symbol_and_end_once() -> None:
    model = NGram(LINES, VOCABULARY, 2)
    chances = model.probabilities([[1, 2], [3]])
    assert len(chances) == 5
    assert model.cross_entropy([[1, 2], [3]]) == pytest.approx(-np.log(chances).mean())


def test_lines_do_not_see_each_other() -> None:
    model = NGram(LINES, VOCABULARY, 4)
    alone = [model.probabilities([line]) for line in ([1, 2], [2, 1])]
    assert model.probabilities([[1, 2], [2, 1]]) == pytest.approx(np.concatenate(alone))


def test_the_best_order_is_that_which_the_text_has() -> None:
    random = np.random.default_rng(0)
    repeated = []
    for _ in range(300):  # the sixth symbol is the first one
        line = random.integers(1, 4, 5).tolist()
        repeated.append([*line, line[0]])
    assert best_n_gram(repeated[:200], repeated[200:], VOCABULARY).order >= 6


def test_copies_help_where_lines_repeat_themselves() -> None:
    random = np.random.default_rng(0)
    lines = [random.integers(1, 40, 8).tolist() * 2 for _ in range(120)]
    model = NGram(lines[:60], 40, 3)
    copying = CopyingNGram(model, lines[60:90])
    assert copying.cross_entropy(lines[90:]) < model.cross_entropy(lines[90:]) - 0.5
    assert copying.weights[3] > 0.8  # after three symbols of a repetition the fourth is sure


def test_of_equally_long_repetitions_the_last_counts() -> None:
    lengths, right = _copies([[1, 2, 1, 3, 1, 3]])
    assert lengths.tolist() == [0, 0, 0, 1, 0, 1, 2]
    assert right.tolist() == [False, False, False, False, False, True, False]


def test_without_repetitions_copies_have_no_weight() -> None:
    lines = [[1, 2, 3], [3, 2, 1]]
    model = NGram(lines, VOCABULARY, 2)
    copying = CopyingNGram(model, lines)
    assert (copying.weights == 0).all()
    assert copying.cross_entropy(lines) == pytest.approx(model.cross_entropy(lines))
