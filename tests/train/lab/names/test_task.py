"""Task names: its characters, their words, what is held out, and that captioners learn a little."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from asciiart.core.sequences.decoding import END, PAD
from asciiart.glyphs.font import load_font
from asciiart.train.lab.lesson import Lesson
from asciiart.train.lab.names.glyph_names import (
    CANDIDATES,
    Glyphs,
    Vocabulary,
    distinct_characters,
    glyphs_of,
    only,
    split_characters,
    words_of,
)
from asciiart.train.lab.names.sheet import Answers, Examination
from asciiart.train.lab.names.task import TASK, named_batches, nearest_mean, prepare

LESSON = Lesson(
    Path(), steps=3, training_fonts=("DejaVu Sans Mono",), held_out_fonts=("Spleen 8x16",)
)
ACCENTED = "AEIOUaeiouÀÈÌÒÙàèìòùÁÉÍÓÚáéíóúÂÊÎÔÛâêîôû"


@pytest.mark.parametrize("network", TASK.bars)
def test_learns_and_is_judged(network: str) -> None:
    outcome = TASK.teach(network, LESSON)
    assert next(iter(outcome.figures)) == TASK.figure
    assert all(math.isfinite(value) for value in outcome.figures.values())
    assert 0 <= outcome.figures["exact"] <= outcome.figures["words"] <= 1
    assert outcome.figures["characters"] > 300
    assert isinstance(outcome.samples, Image.Image)
    assert outcome.samples.height > 500
    assert not outcome.network.training


def test_the_seed_decides() -> None:
    first, second, other = (
        TASK.teach("captioner-hard", replace(LESSON, steps=1, seed=seed)).network.state_dict()
        for seed in (1, 1, 2)
    )
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_unseen_characters_are_never_shown_but_their_words_are() -> None:
    split = split_characters(CANDIDATES)
    assert len(split.unseen) > 10
    assert not set(split.unseen) & set(split.seen)
    assert set(split.seen) | set(split.unseen) == set(CANDIDATES)
    for character in split.unseen:
        assert "WITH" in words_of(character)
        for word in words_of(character):
            others = [c for c in split.seen if word in words_of(c)]
            assert len(others) >= 3, (character, word)


def test_training_glyphs_hold_nothing_unseen() -> None:
    data = prepare(LESSON)
    shown = {data.characters.seen[label] for label in data.training.labels}
    assert shown == set(data.characters.seen)
    assert not shown & set(data.characters.unseen)
    assert data.unseen.labels.max() < len(data.characters.unseen)


def test_characters_that_look_alike_are_asked_for_once() -> None:
    fonts = [load_font("DejaVu Sans Mono")]
    characters = "AΑАBéе"  # Latin, Greek and Cyrillic A; Cyrillic IE, drawn as the Latin e
    drawn = glyphs_of(fonts, characters + "e")
    assert distinct_characters(drawn, characters + "e") == "ABéе"
    assert distinct_characters(glyphs_of(fonts, "eеé"), "eеé") == "eé"


def test_rare_characters_are_not_asked_for() -> None:
    empty = torch.zeros(7, 1, 40, 40, dtype=torch.uint8)
    for i in range(7):
        empty[i, 0, i] = 255
    # three fonts: all have the first and the second, one the third
    labels = torch.tensor([0, 1, 2, 0, 1, 0, 1])
    fonts = torch.tensor([0, 0, 0, 1, 1, 2, 2])
    assert distinct_characters(Glyphs(empty, labels, fonts), "xyz") == "xy"


def test_glyphs_are_those_a_font_has_with_room_for_accents() -> None:
    font = load_font("DejaVu Sans Mono")
    characters = "AÅ\u1234Ŷgģ"  # it lacks the Ethiopic syllable
    drawn = glyphs_of([font, font], characters)
    assert drawn.labels.tolist() == [0, 1, 3, 4, 5] * 2
    assert drawn.fonts.tolist() == [0] * 5 + [1] * 5
    assert drawn.pictures[:, :, [0, -1]].max() == 0  # nothing is cut off
    assert drawn.pictures[:, :, :, [0, -1]].max() == 0
    chosen = only(drawn, characters, "gA")
    assert chosen.labels.tolist() == [1, 0, 1, 0]
    assert torch.equal(chosen.pictures[0], drawn.pictures[0])


def test_names_are_spelled_by_words() -> None:
    vocabulary = Vocabulary("aà,")
    names = vocabulary.encode("à,")
    assert names.shape == (2, 7)
    assert names[1].tolist() == [names[1, 0].item(), END, *[PAD] * 5]
    for character, symbols in zip("à,", names, strict=True):
        assert " ".join(vocabulary.decode(symbols)) == unicodedata.name(character)
    assert len(set(vocabulary.words[3:])) == len(vocabulary.words) - 3 == 7


def test_batches_are_augmented_and_named_rightly() -> None:
    drawn = glyphs_of([load_font("DejaVu Sans Mono")], ACCENTED)
    names = Vocabulary(ACCENTED).encode(ACCENTED)
    batches = named_batches(drawn, names, 20, seed=4)
    pictures, target = batches(1)
    assert torch.equal(pictures, batches(1)[0])
    assert not torch.equal(pictures, batches(2)[0])
    clean = drawn.pictures.float() / 255
    assert torch.cdist(pictures.flatten(1), clean.flatten(1)).min() > 1
    near = torch.cdist(pictures.flatten(1), clean.flatten(1)).topk(12, largest=False).indices
    found = [(names[near[i]] == target[i]).all(1).any() for i in range(20)]
    assert sum(map(bool, found)) > 15


def test_an_examination_counts_names_and_words() -> None:
    names = torch.tensor([[5, 6, END, PAD], [7, END, PAD, PAD]])
    said = torch.tensor([[5, 9, END, PAD], [7, END, PAD, PAD]])
    maps = torch.zeros(2, 4, 2, 2)
    found = Examination(torch.zeros(2, 1, 40, 40), "ab", names, Answers(said, maps))
    assert found.right.tolist() == [False, True]
    assert found.exact() == 0.5
    assert found.words_right() == pytest.approx(4 / 5)
    longer = torch.tensor([[5, 6, END, PAD], [7, 7, END, PAD]])
    assert Examination(found.pictures, "ab", names, Answers(longer, maps)).exact() == 0.5


def test_the_nearest_mean_picture_knows_what_it_has_seen() -> None:
    drawn = glyphs_of([load_font("DejaVu Sans Mono")], ACCENTED)
    assert nearest_mean(drawn, drawn) == 1
    turned = drawn._replace(labels=drawn.labels.flip(0))
    assert nearest_mean(drawn, turned) < 0.1
