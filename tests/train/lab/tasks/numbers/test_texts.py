"""Texts of names, and which of them have a number with a separator."""

from __future__ import annotations

import unicodedata

import pytest
import torch

from asciiart.train.lab.tasks.numbers.texts import (
    Texts,
    is_joined,
    make_texts,
    to_tokens,
    vocabulary,
    word_vectors,
    words_of,
)


@pytest.mark.parametrize(
    ("signs", "wanted"),
    [
        ("3.5", True),
        ("a1:2b", True),
        ("1+1", True),
        ("1..5", False),
        (".5", False),
        ("3.a5", False),
        ("\u0661.\u0662", True),  # Arabic digits
        ("\u0661+\u0662", False),
        ("3.\u0662", False),
        ("\u0967.\u0968", False),  # Devanagari digits run as letters
    ],
)
def test_separators_join_two_numbers(signs: str, wanted: bool) -> None:
    assert is_joined(signs) == wanted


@pytest.fixture(scope="module")
def texts() -> Texts:
    return make_texts(400, 50, 0)


def test_half_of_the_texts_are_joined(texts: Texts) -> None:
    assert [len(part) for part in texts] == [400, 50, 50]
    assert 0.4 < sum(text.joined for text in texts.training) / 400 < 0.6
    assert all(5 <= len(text.words) <= 54 for text in texts.training)


def test_parts_have_no_common_text(texts: Texts) -> None:
    parts = [{text.words for text in part} for part in texts]
    assert not parts[0] & parts[1]
    assert not parts[0] & parts[2]
    assert not parts[1] & parts[2]
    tuned = make_texts(400, 50, 0, validate=True)
    assert tuned.held_out == tuned.validation == texts.validation
    assert make_texts(400, 50, 1) != texts


def test_texts_have_traps(texts: Texts) -> None:
    words = [" ".join(text.words) for text in texts.training]
    assert any("DEVANAGARI DIGIT" in text for text in words)
    assert any("ARABIC-INDIC DIGIT" in text for text in words)
    assert any("FULL STOP" in text for text in words)


def test_texts_are_spelled_by_names() -> None:
    assert words_of("1,") == ("DIGIT", "ONE", "COMMA")
    tokens = to_tokens([words_of("1,"), ("DIGIT", "XYZ")])
    places = [vocabulary().index(word) for word in ("DIGIT", "ONE", "COMMA")]
    assert tokens.tolist() == [places, [places[0], 1, 0]]


def test_every_word_is_known(texts: Texts) -> None:
    assert {word for text in texts.training for word in text.words} <= set(vocabulary())


def test_vectors_bring_words_of_a_kind_together() -> None:
    vectors = word_vectors(32)
    assert vectors.shape == (len(vocabulary()), 32)
    assert (vectors[0] == 0).all()
    three, four, acute = (vectors[vocabulary().index(x)] for x in ("THREE", "FOUR", "COMMA"))
    assert torch.dot(three, four) > torch.dot(three, acute) + 0.2


def test_names_are_unicodes() -> None:
    assert " ".join(words_of("\u0661")) == unicodedata.name("\u0661")
