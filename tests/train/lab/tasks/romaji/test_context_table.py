"""Signs aligned with letters, and the table of signs in context."""

from __future__ import annotations

import random

from asciiart.train.lab.tasks.romaji.context_table import Aligned, ContextTable, align_words
from asciiart.train.lab.tasks.romaji.katakana import REPEAT, Word, _make_morae, romanize

COMMON = random.Random(0)
WORDS = [Word(word, romanize(word)) for word in (_make_morae(COMMON, 3) for _ in range(500))]


def test_alignment_is_learned_from_the_words_alone() -> None:
    found = align_words(WORDS)
    assert len(found) > 0.9 * len(WORDS)
    for aligned in found:
        pairs = zip(aligned.katakana, aligned.pieces, strict=True)
        assert all(piece == "N" for sign, piece in pairs if sign == "ン")
    pieces = {p for x in found for s, p in zip(x.katakana, x.pieces, strict=True) if s == "カ"}
    assert pieces == {"KA"}


def test_words_that_cannot_be_cut_are_left_out() -> None:
    part = "カンラカンラ"
    marked = f"{part}{REPEAT}"
    words = [*WORDS, *WORDS, Word(marked, romanize(marked)), Word("カカ", "KAKAKA")]
    assert not {marked, "カカ"} & {aligned.katakana for aligned in align_words(words)}


def test_the_context_decides_whose_readings_agree() -> None:
    words = [
        Aligned("カー", ("KA", "A")),
        Aligned("カーン", ("KA", "A", "N")),
        Aligned("キー", ("KI", "I")),
        Aligned("キーン", ("KI", "I", "N")),
        Aligned("キャ", ("K", "YA")),
        Aligned("キャン", ("K", "YA", "N")),
    ]
    table = ContextTable(words, 1)
    asked = ["キーキャ", "カーカー", "キン", "ンカー", "ミ"]
    assert table.read([Word(word, "") for word in asked]) == ["KIIKYA", "KAAKAA", "KIN", "NKAA", ""]
    without = ContextTable(words, 0)
    assert without.read([Word("キー", "")])[0] in ("KIA", "KII")


def test_the_table_reads_nearly_all_words_without_marks() -> None:
    table = ContextTable(align_words(WORDS[:420]), 1)
    asked = WORDS[420:]
    right = sum(said == word.romaji for said, word in zip(table.read(asked), asked, strict=True))
    assert right / len(asked) > 0.7
