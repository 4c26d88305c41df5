"""Tests of pasting: what is pasted at a target, and whether it fits."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paths import CAT

import asciiart
from asciiart.art.formats.suffixes import SUFFIXES as FORMATS
from asciiart.art.pasting import describe_overflow, wrap_for_target
from asciiart.art.targets import (
    TARGETS,
)
from asciiart.errors import OutputError

COUNTED = [name for name, target in TARGETS.items() if target.budget is not None]


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("shape", [(300, 450), (900, 100), (100, 900)])
def test_the_usual_size_fits_the_budget(name: str, shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (*shape, 3), np.uint8)
    target = TARGETS[name]
    text = str(asciiart.draw(picture, target=name))
    assert describe_overflow(text, target) == ""
    posted = wrap_for_target(text, target)
    assert target.budget is not None
    assert len(posted) <= target.budget
    assert max(map(len, text.split("\n"))) <= (target.columns or 0)


@given(
    st.sampled_from(COUNTED),
    st.lists(st.text("ab ", max_size=90), min_size=1, max_size=90),
)
def test_a_text_fits_or_the_report_says_why(name: str, rows: list[str]) -> None:
    target, text = TARGETS[name], "\n".join(rows)
    assert target.budget is not None
    fits = len(wrap_for_target(text, target)) <= target.budget
    fits = fits and max(map(len, rows)) <= (target.columns or 0)
    assert (describe_overflow(text, target) == "") == fits


@given(st.sampled_from(COUNTED), st.integers(1, 100), st.integers(300, 5000))
def test_as_many_rows_as_the_budget_has_room_for(name: str, columns: int, budget: int) -> None:
    target = replace(TARGETS[name], columns=columns, budget=budget)
    rows = ["x" * columns] * (target.rows or 0)
    assert len(wrap_for_target("\n".join(rows), target)) <= budget
    assert len(wrap_for_target("\n".join([*rows, rows[0]]), target)) > budget


def test_what_the_report_says() -> None:
    discord = TARGETS["discord"]
    text = "\n".join(["x" * 100] * 50)
    assert describe_overflow(text, discord) == (
        "5,057 characters, of which discord takes 2,000 (about columns 60 fits)"
    )
    assert describe_overflow("x" * 61, discord) == "61 columns, of which discord shows 60"
    assert "2,001 characters" in describe_overflow("x" * 1993, discord)


def test_characters_are_counted_as_browsers_do() -> None:
    assert (
        describe_overflow("\U0001f600" * 30, TARGETS["twitch"])
        == "60 columns, of which twitch shows 30"
    )
    assert "1,008 characters" not in describe_overflow("\U0001f600" * 1000, TARGETS["discord"])
    assert "2,008 characters" in describe_overflow("\U0001f600" * 1000, TARGETS["discord"])


def test_fences() -> None:
    assert wrap_for_target("a\n b", TARGETS["discord"]) == "```\na\n b\n```"
    assert (
        wrap_for_target("a\n b", TARGETS["plain"])
        == wrap_for_target("a\n b", TARGETS["sjis"])
        == "a\n b"
    )


def test_rows_of_a_chat_that_has_none() -> None:
    """Words of 30 characters, each of which fills a line; a space would break it."""
    words = wrap_for_target(str(asciiart.draw(CAT, target="twitch")), TARGETS["twitch"]).split(" ")
    assert {len(word) for word in words} == {30}
    assert all("\u2800" <= character <= "\u28ff" for word in words for character in word)
    assert 8 < len(words) <= 16


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("color", ["none", "16"])
def test_the_budget_holds_for_every_format(tmp_path: Path, format: str, color: str) -> None:
    art = asciiart.draw(CAT, target="discord", columns=100)
    reason = r"characters, of which discord takes 2,000 \(about columns \d+ fits\)"
    with pytest.raises(OutputError, match=reason) as caught:
        art.render(format, color=color)
    assert caught.value.parameters == ("columns",)
    with pytest.raises(OutputError, match=reason):
        art.save(tmp_path / "art", format, color=color)
    assert list(tmp_path.iterdir()) == []
    small = asciiart.draw(CAT, target="discord", columns=10)
    assert small.render(format, color=color)


def test_what_holds_the_text_holds_it_as_it_is_pasted() -> None:
    art = asciiart.draw(CAT, target="discord", columns=20)
    pasted = art.render("text")
    assert pasted == art.render("ansi") == wrap_for_target(str(art), TARGETS["discord"])
    assert json.loads(str(art.render("json-string"))) == pasted
    assert ast.literal_eval(str(art.render("python"))) == pasted
    assert json.loads(str(art.render("json-string", color="16"))) == art.render("ansi", color="16")


def test_what_the_report_suggests_in_color_is_smaller() -> None:
    target = TARGETS["discord"]
    text = "\n".join(["x" * 40] * 20)
    assert describe_overflow(text, target, wrap_for_target(text, target)) == ""
    reason = describe_overflow(text, target, "x" * 3000)
    assert reason == "3,000 characters, of which discord takes 2,000 (about columns 32 fits)"
    assert describe_overflow(text, target, "x" * 2001).endswith("(about columns 39 fits)")
