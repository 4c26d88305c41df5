"""The romaji task: the rules of katakana, words that are held out, networks that read them."""

from __future__ import annotations

import io
import itertools
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from rich.console import Console

from asciiart.core.sequences.decoding import END, PAD
from asciiart.train.lab.attention_sheet import Answer, AttentionMap, attention_sheet, spell
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.romaji import task
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
from asciiart.train.lab.romaji.task import (
    TASK,
    edit_distance,
    exact_share,
    letters_right,
    to_pairs,
    to_romaji,
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


def test_pairs_are_filled_up_and_end() -> None:
    pairs = to_pairs([Word("カ", "KA"), Word("カット", "KATTO")])
    assert pairs.source.shape == (2, 3)
    assert pairs.target.shape == (2, 6)
    assert pairs.source[0, 0] == pairs.source[1, 0] != PAD
    assert pairs.source[0, 1:].tolist() == [PAD, PAD]
    assert pairs.target[0, 2:].tolist() == [END, PAD, PAD, PAD]
    assert [to_romaji(row) for row in pairs.target] == ["KA", "KATTO"]
    assert to_romaji(pairs.target[1, :5]) == "KATTO"  # an answer that was cut off


@pytest.mark.parametrize(
    ("answer", "truth", "distance"),
    [("", "KA", 2), ("KA", "", 2), ("KATTO", "KATO", 1), ("KITTO", "KATTO", 1), ("AB", "BA", 2)],
)
def test_edit_distance(answer: str, truth: str, distance: int) -> None:
    assert edit_distance(answer, truth) == distance
    assert edit_distance(truth, truth) == 0


def test_shares() -> None:
    words = [Word("カ", "KA"), Word("カタ", "KATA")]
    assert exact_share(["KA", "KATO"], words) == 0.5
    assert letters_right(["KA", "KATO"], words) == pytest.approx(5 / 6)
    assert letters_right(["KA" * 9, "KATO"], words) == 0.0


def test_katakana_is_spelled_where_there_is_no_font() -> None:
    assert spell("ジョー") == "ZI·yo·-"


def _pixels(page: Image.Image, color: tuple[int, int, int]) -> int:
    return int((np.asarray(page) == color).all(-1).sum())


@pytest.mark.parametrize("fonts", [(), ("DejaVu Sans Mono",), ("no such font",)])
def test_sheet_has_maps_and_mistakes(
    fonts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asciiart.train.lab.attention_sheet._JAPANESE_FONTS", fonts)
    shown = AttentionMap("カタ", "KATA", torch.eye(2).repeat_interleave(2, 0))
    right, wrong = Answer("カ", "KA", "KA"), Answer("カ", "KO", "KA")
    page = attention_sheet([shown], [right, wrong])
    assert _pixels(page, (0, 0, 0)) >= 4 * 22 * 22  # the weights that are 1
    red = (190, 30, 30)
    assert _pixels(page, red)
    assert not _pixels(attention_sheet([shown], [right, right]), red)


def _teach(network: str, seed: int = 0) -> Outcome:
    lesson = Lesson(Path(), steps=3, seed=seed, console=Console(file=io.StringIO()))
    return TASK.teach(network, lesson)


@pytest.fixture
def _few_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "_TRAINING_WORDS", 200)
    monkeypatch.setattr(task, "_HELD_OUT_WORDS", 20)


@pytest.mark.usefixtures("_few_words")
@pytest.mark.parametrize("network", TASK.bars)
def test_three_steps(network: str) -> None:
    outcome = _teach(network)
    assert next(iter(outcome.figures)) == TASK.figure
    shares = [value for name, value in outcome.figures.items() if not name.endswith("words")]
    assert all(0 <= value <= 1 for value in shares)
    assert 0 <= outcome.figures[TASK.figure] <= 1
    assert outcome.figures["words"] == 20
    assert isinstance(outcome.samples, Image.Image)
    assert min(outcome.samples.size) > 200


@pytest.mark.usefixtures("_few_words")
def test_the_seed_decides_the_result() -> None:
    first, again, other = _teach("seq2seq-dot"), _teach("seq2seq-dot"), _teach("seq2seq-dot", 1)
    assert first.figures == again.figures
    weights = [outcome.network.state_dict() for outcome in (first, again, other)]
    assert all(torch.equal(value, weights[1][name]) for name, value in weights[0].items())
    assert not all(torch.equal(value, weights[2][name]) for name, value in weights[0].items())


@pytest.mark.parametrize("network", ["seq2seq-additive", "transformer"])
def test_attention_maps_have_a_row_for_each_letter(network: str) -> None:
    torch.manual_seed(0)
    model = task._NETWORKS[network]().eval()
    found = task.attention_map(model, Word("カラット", "KARATTO"))
    assert found is not None
    assert found.weights.shape == (len(found.written), 4)
    assert torch.allclose(found.weights.sum(1), torch.ones(len(found.written)), atol=1e-5)


def test_without_attention_there_is_no_map() -> None:
    model = task._NETWORKS["seq2seq-none"]().eval()
    assert task.attention_map(model, Word("カ", "KA")) is None
