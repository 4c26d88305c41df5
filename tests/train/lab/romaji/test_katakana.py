"""Katakana: the rules of romanization, generated words, and words that are held out."""

from __future__ import annotations

import itertools
import random

import pytest

from asciiart.train.lab.romaji.katakana import (
    DOUBLING,
    LONG,
    NASAL,
    Word,
    is_held_out,
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
        assert word[0] not in after
        assert word[-1] != DOUBLING
        for first, second in itertools.pairwise(word):
            if first in after:
                after[first].add(second)
        assert 2 <= sum(sign not in "ァィゥェォャュョ" for sign in word) <= 8
    assert after[LONG].isdisjoint({LONG, DOUBLING})
    assert after[NASAL].isdisjoint({LONG, DOUBLING, NASAL})
    assert {romanize(sign)[0] for sign in after[DOUBLING]} == set("KSTPGZDBH")
    text = "".join(words)
    shares = {sign: text.count(sign) / len(text) for sign in after}
    assert all(0.03 < share < 0.15 for share in shares.values())


def test_held_out_words_are_never_learned_from() -> None:
    words = make_words(3000, 300, 0)
    learned = {word.katakana for word in words.training}
    asked = {word.katakana for word in words.held_out}
    assert (len(learned), len(asked)) == (3000, 300)
    assert not learned & asked
    assert not (learned | asked) & {word.katakana for word in real_words()}
    assert all(word.romaji == romanize(word.katakana) for word in words.training)


def test_a_word_is_held_out_whatever_the_seed() -> None:
    learned = {word.katakana for word in make_words(3000, 300, 1).training}
    asked = {word.katakana for word in make_words(3000, 300, 2).held_out}
    assert not learned & asked
    assert not any(map(is_held_out, learned))


def test_the_seed_decides_the_words() -> None:
    assert make_words(50, 5, 3) == make_words(50, 5, 3)
    assert make_words(50, 5, 3) != make_words(50, 5, 4)
