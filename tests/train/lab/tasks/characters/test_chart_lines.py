"""Lines of code charts, and which of them are held out."""

from __future__ import annotations

import pytest

from asciiart.train.lab.tasks.characters.chart_lines import (
    ALPHABET,
    LONGEST,
    NameLines,
    chart_lines,
    joined,
    split_lines,
    to_symbols,
    to_text,
)


@pytest.fixture(scope="module")
def lines() -> NameLines:
    return split_lines(0)


def test_lines_have_code_name_and_bytes() -> None:
    lines = chart_lines()
    assert {
        "U+0041 LATIN CAPITAL LETTER A 00 41",
        "U+0416 CYRILLIC CAPITAL LETTER ZHE 04 16",
        "U+2603 SNOWMAN 26 03",
    } <= set(lines)
    assert len(lines) == len(set(lines)) > 10_000
    assert not any("HANGUL SYLLABLE" in line or "CJK UNIFIED" in line for line in lines)
    assert set("".join(lines)) == set(ALPHABET) - {"\n"}
    assert max(map(len, lines)) < LONGEST


def test_held_out_lines_are_never_learned_from(lines: NameLines) -> None:
    parts = [set(part) for part in lines]
    assert not parts[0] & parts[1]
    assert not parts[0] & parts[2]
    assert not parts[1] & parts[2]
    assert set.union(*parts) == set(chart_lines())
    tuned = split_lines(0, validate=True)
    assert tuned.held_out == tuned.validation == lines.validation
    assert tuned.training == lines.training


def test_the_seed_decides_the_order(lines: NameLines) -> None:
    other = split_lines(1)
    assert other.training != lines.training
    assert sorted(other.training) == sorted(lines.training)


def test_text_has_one_line_each(lines: NameLines) -> None:
    assert joined(["A", "B C"]) == "\nA\nB C\n"
    assert to_text(to_symbols(joined(lines.held_out[:99]))) == joined(lines.held_out[:99])
