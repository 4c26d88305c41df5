"""Characters that their pictures tell apart, the words of their names, and those held out."""

from __future__ import annotations

import unicodedata

import torch

from asciiart.core.sequences.decoding import END, PAD
from asciiart.glyphs.font import load_font
from asciiart.train.lab.tasks.names.glyph_names import (
    CANDIDATES,
    LabeledGlyphs,
    Vocabulary,
    distinct_characters,
    glyphs_of,
    only,
    split_characters,
    words_of,
)


def test_unseen_characters_are_never_shown_but_their_words_are() -> None:
    split, tuned = split_characters(CANDIDATES), split_characters(CANDIDATES, validate=True)
    assert min(len(split.unseen), len(tuned.unseen)) > 10
    assert split.seen == tuned.seen
    assert not set(split.unseen) & set(tuned.unseen)
    assert {*split.seen, *split.unseen, *tuned.unseen} == set(CANDIDATES)
    assert len(split.seen) + len(split.unseen) + len(tuned.unseen) == len(CANDIDATES)
    for character in split.unseen + tuned.unseen:
        assert "WITH" in words_of(character)
        for word in words_of(character):
            others = [c for c in split.seen if word in words_of(c)]
            assert len(others) >= 3, (character, word)


def test_characters_that_look_alike_are_asked_for_once() -> None:
    fonts = [load_font("DejaVu Sans Mono")]
    characters = "AΑАBéе"  # Latin, Greek and Cyrillic A; Cyrillic IE, drawn as the Latin e
    drawn = glyphs_of(fonts, characters + "e")
    assert distinct_characters(drawn, characters + "e") == "ABéе"
    assert distinct_characters(glyphs_of(fonts, "eеé"), "eеé") == "eé"


def test_rare_characters_are_not_asked_for() -> None:
    empty = torch.zeros(7, 1, 32, 32, dtype=torch.uint8)
    for i in range(7):
        empty[i, 0, i] = 255
    # three fonts: all have the first and the second, one the third
    labels = torch.tensor([0, 1, 2, 0, 1, 0, 1])
    fonts = torch.tensor([0, 0, 0, 1, 1, 2, 2])
    assert distinct_characters(LabeledGlyphs(empty, labels, fonts), "xyz") == "xy"


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
    vocabulary = Vocabulary.of_names("aà,")
    names = vocabulary.encode("à,")
    assert names.shape == (2, 7)
    assert names[1].tolist() == [names[1, 0].item(), END, *[PAD] * 5]
    for character, symbols in zip("à,", names, strict=True):
        assert " ".join(vocabulary.decode(symbols)) == unicodedata.name(character)
    assert Vocabulary(vocabulary.words[3:]).words == vocabulary.words
    assert len(set(vocabulary.words[3:])) == len(vocabulary.words) - 3 == 7
