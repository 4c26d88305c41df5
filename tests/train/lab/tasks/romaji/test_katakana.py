"""Katakana: the rules of romanization, generated words, and words that are held out."""

from __future__ import annotations

import itertools
import random

import pytest

from asciiart.train.lab.tasks.romaji.katakana import (
    DOUBLING,
    LONG,
    NASAL,
    REPEAT,
    REPEAT_VOICED,
    Word,
    make_word,
    make_words,
    real_words,
    romanize,
)


@pytest.mark.parametrize(
    ("katakana", "wanted"),
    [
        ("シチツフジ", "SITITUHUZI"),  # as the names have it, not shi chi tsu fu ji
        ("カラット", "KARATTO"),
        ("マッハ", "MAHHA"),
        ("メートル", "MEETORU"),
        ("キュリー", "KYURII"),
        ("ッキャ", "KKYA"),
        ("ブッシェル", "BUSSYERU"),
        ("フィート", "HUIITO"),
        ("ウォン", "UON"),
        ("ンー", "NN"),
        ("キラ〱", "KIRAKIRA"),
        ("トキ〲ト", "TOKIDOKITO"),
        ("シャッ〲", "SYAZYA"),
        ("カー〲ー", "KAAGAAA"),
        ("", ""),
    ],
)
def test_romanization_follows_the_names(katakana: str, wanted: str) -> None:
    assert romanize(katakana) == wanted


def test_unicodes_own_words_agree_with_the_rules() -> None:
    words = real_words()
    assert len(words) == 88
    assert words[0] == Word("アパート", "APAATO")
    assert [word for word in words if romanize(word.katakana) != word.romaji] == []


def test_words_keep_the_rules_of_the_language() -> None:
    generator = random.Random(1)
    words = [make_word(generator) for _ in range(3000)]
    after: dict[str, set[str]] = {sign: set() for sign in (LONG, DOUBLING, NASAL)}
    for word in words:
        assert word.count(REPEAT) + word.count(REPEAT_VOICED) <= 1
        assert word[0] not in after
        assert word[-1] != DOUBLING
        for first, second in itertools.pairwise(word):
            if first in after:
                after[first].add(second)
        assert 2 <= sum(sign not in "ァィゥェォャュョ" for sign in word) <= 8
    assert after[LONG].isdisjoint({LONG, DOUBLING})
    assert after[NASAL].isdisjoint({LONG, DOUBLING, NASAL})
    assert {romanize(sign)[0] for sign in after[DOUBLING] - {REPEAT}} <= set("KSTPGZDBH")
    text = "".join(words)
    shares = {sign: text.count(sign) / len(text) for sign in after}
    assert all(0.02 < share < 0.15 for share in shares.values())


def test_half_of_the_words_repeat_a_part() -> None:
    generator = random.Random(2)
    words = [make_word(generator) for _ in range(2000)]
    marked = [word for word in words if {REPEAT, REPEAT_VOICED} & set(word)]
    assert 0.45 < len(marked) / len(words) < 0.55
    voiced = [word for word in marked if REPEAT_VOICED in word]
    assert 0.1 < len(voiced) / len(marked) < 0.25
    assert {romanize(word[0])[0] for word in voiced} == set("KSTH")
    assert any(word.endswith(REPEAT) for word in marked)
    assert any(word[-2] == REPEAT for word in marked)


def test_held_out_words_are_never_learned_from() -> None:
    words = make_words(900, 90, 0)
    parts = [{word.katakana for word in part} for part in words]
    assert [len(part) for part in parts] == [900, 90, 90]
    assert not parts[0] & parts[1]
    assert not parts[0] & parts[2]
    assert not parts[1] & parts[2]
    assert not set.union(*parts) & {word.katakana for word in real_words()}
    assert all(word.romaji == romanize(word.katakana) for word in words.training)
    tuned = make_words(900, 90, 0, validate=True)
    assert tuned.held_out == tuned.validation == words.validation


def test_a_word_is_held_out_whatever_the_seed() -> None:
    learned = {word.katakana for word in make_words(900, 90, 1).training}
    other = make_words(900, 90, 2)
    assert not learned & {word.katakana for word in (*other.validation, *other.held_out)}


def test_the_seed_decides_the_words() -> None:
    assert make_words(50, 5, 3) == make_words(50, 5, 3)
    assert make_words(50, 5, 3) != make_words(50, 5, 4)
