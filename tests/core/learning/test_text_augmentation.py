"""What each operation of EDA may change and what not, on texts that hypothesis makes up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asciiart.core.learning.text_augmentation import (
    TEXT_AUGMENTATIONS,
    augment_text,
    changes,
    random_deletion,
    random_insertion,
    random_swap,
    synonym_replacement,
)

SYNONYMS = {"a": ["A1", "A2"], "b": ["B1"], "c": [], "d": ["D1", "D2", "D3"]}
OF_WORD = {new: old for old, words in SYNONYMS.items() for new in words}

texts = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=40)
seeds = st.integers(0, 10**6)
alphas = st.floats(0, 1)


def is_subsequence(part: Iterable[str], whole: Iterable[str]) -> bool:
    rest = iter(whole)
    return all(word in rest for word in part)


def with_synonyms(words: list[str]) -> int:
    return sum(bool(SYNONYMS.get(word)) for word in words)


@given(texts, seeds, alphas)
def test_replacement_changes_words_of_the_table_alone(
    words: list[str], seed: int, alpha: float
) -> None:
    result = synonym_replacement(words, SYNONYMS, Random(seed), alpha=alpha)
    assert len(result) == len(words)
    changed = [(old, new) for old, new in zip(words, result, strict=True) if old != new]
    assert all(new in SYNONYMS[old] for old, new in changed)
    assert len(changed) == min(changes(words, alpha), with_synonyms(words))


@given(texts, seeds, alphas)
def test_insertion_adds_n_synonyms_of_words_present(
    words: list[str], seed: int, alpha: float
) -> None:
    result = random_insertion(words, SYNONYMS, Random(seed), alpha=alpha)
    added = Counter(result) - Counter(words)
    assert added.total() == (changes(words, alpha) if with_synonyms(words) else 0)
    assert all(OF_WORD[word] in words for word in added)
    assert [word for word in result if word not in OF_WORD] == words  # in their order


@pytest.mark.parametrize("insert", [random_insertion, synonym_replacement])
def test_no_synonym_of_a_synonym_enters(insert: Callable[..., list[str]]) -> None:
    chain = {"a": ["b"], "b": ["c"], "c": ["d"]}
    for seed in range(50):
        assert set(insert(["a"] * 6, chain, Random(seed), alpha=1)) <= {"a", "b"}


@given(texts, seeds, alphas)
def test_swap_keeps_the_multiset(words: list[str], seed: int, alpha: float) -> None:
    result = random_swap(words, Random(seed), alpha=alpha)
    assert Counter(result) == Counter(words)


@given(st.integers(2, 9), seeds)
def test_one_swap_moves_two_words(count: int, seed: int) -> None:
    words = [str(number) for number in range(count)]
    result = random_swap(words, Random(seed), alpha=0)
    assert sum(old != new for old, new in zip(words, result, strict=True)) == 2


@given(texts, seeds, alphas)
def test_deletion_leaves_a_subsequence(words: list[str], seed: int, alpha: float) -> None:
    assert is_subsequence(random_deletion(words, Random(seed), alpha=alpha), words)


@given(texts, seeds, alphas, st.sampled_from([*TEXT_AUGMENTATIONS, ""]))
def test_no_text_becomes_empty_or_is_changed_in_place(
    words: list[str], seed: int, alpha: float, name: str
) -> None:
    before = list(words)
    if name:
        result = TEXT_AUGMENTATIONS[name](words, SYNONYMS, Random(seed), alpha)
        again = TEXT_AUGMENTATIONS[name](words, SYNONYMS, Random(seed), alpha)
    else:
        result = augment_text(words, SYNONYMS, Random(seed), alpha=alpha)
        again = augment_text(words, SYNONYMS, Random(seed), alpha=alpha)
    assert result
    assert result is not words
    assert words == before
    assert result == again  # the same random numbers


@pytest.mark.parametrize(
    ("count", "alpha", "expected"), [(1, 0, 1), (4, 0.1, 1), (17, 0.1, 2), (30, 0.1, 3), (9, 1, 9)]
)
def test_number_of_changes(count: int, alpha: float, expected: int) -> None:
    assert changes(["w"] * count, alpha) == expected


def test_deletion_takes_a_share_alpha() -> None:
    words = [str(number) for number in range(20_000)]
    left = random_deletion(words, Random(0), alpha=0.3)
    assert len(left) / 20_000 == pytest.approx(0.7, abs=0.01)  # three deviations
    assert random_deletion(words, Random(0), alpha=0) == words


def test_when_all_would_go_any_one_may_stay() -> None:
    stayed = {tuple(random_deletion("abc", Random(seed), alpha=1)) for seed in range(50)}
    assert stayed == {("a",), ("b",), ("c",)}


def test_every_place_and_synonym_comes_up() -> None:
    results = [random_insertion(["a", "b"], SYNONYMS, Random(seed)) for seed in range(200)]
    assert {place for result in results for place, w in enumerate(result) if w in OF_WORD} == {
        0, 1, 2
    }  # fmt: skip
    assert {w for result in results for w in result} == {"a", "b", "A1", "A2", "B1"}
    replaced = {synonym_replacement(["d"], SYNONYMS, Random(seed))[0] for seed in range(100)}
    assert replaced == {"D1", "D2", "D3"}


def test_a_word_alone_is_not_swapped() -> None:
    assert random_swap(["a"], Random(0), alpha=1) == ["a"]


def test_augment_text_uses_all_four() -> None:
    words = ["a", "b", "e", "f", "g", "h"] * 3
    kinds = set()
    for seed in range(60):
        result = augment_text(words, SYNONYMS, Random(seed), alpha=0.2)
        new = any(word in OF_WORD for word in result)
        kinds.add((len(result) - len(words) > 0, len(result) - len(words) < 0, new))
    assert kinds >= {(False, False, True), (True, False, True), (False, True, False)}
    assert (False, False, False) in kinds


@pytest.mark.parametrize("name", TEXT_AUGMENTATIONS)
@pytest.mark.parametrize(
    ("words", "alpha", "message"),
    [([], 0.1, r"must have words, not \[\]"), (["a"], 1.1, "not 1.1"), (["a"], -0.1, "not -0.1")],
)
def test_what_cannot_be_augmented_is_refused(
    name: str, words: list[str], alpha: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        TEXT_AUGMENTATIONS[name](words, SYNONYMS, Random(0), alpha)
