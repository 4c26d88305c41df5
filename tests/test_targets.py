"""Where a text will be pasted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import asciiart
from asciiart.errors import OptionError
from asciiart.targets import TARGETS, default_size, dress, find_target, misfit, usable

PICTURES = Path(__file__).parent / "pictures"
CAT = PICTURES / "photographs" / "cat.jpg"
COUNTED = [name for name, target in TARGETS.items() if target.budget is not None]
GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The alphabet of 3GPP TS 23.038 without its extension, whose characters count twice."""


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("shape", [(300, 450), (900, 100), (100, 900)])
def test_the_usual_size_fits_the_budget(name: str, shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (*shape, 3), np.uint8)
    target = TARGETS[name]
    text = str(asciiart.draw(picture, target=name))
    assert misfit(text, target) == ""
    posted = dress(text, target)
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
    fits = len(dress(text, target)) <= target.budget
    fits = fits and max(map(len, rows)) <= (target.columns or 0)
    assert (misfit(text, target) == "") == fits


@given(st.sampled_from(COUNTED), st.integers(1, 100), st.integers(300, 5000))
def test_as_many_rows_as_the_budget_has_room_for(name: str, columns: int, budget: int) -> None:
    target = replace(TARGETS[name], columns=columns, budget=budget)
    rows = ["x" * columns] * (target.rows or 0)
    assert len(dress("\n".join(rows), target)) <= budget
    assert len(dress("\n".join([*rows, rows[0]]), target)) > budget


def test_what_the_report_says() -> None:
    discord = TARGETS["discord"]
    text = "\n".join(["x" * 100] * 50)
    assert misfit(text, discord) == (
        "5,057 characters, of which discord takes 2,000 (about columns 60 fits)"
    )
    assert misfit("x" * 61, discord) == "61 columns, of which discord shows 60"
    assert "2,001 characters" in misfit("x" * 1993, discord)


def test_characters_are_counted_as_browsers_do() -> None:
    assert misfit("\U0001f600" * 30, TARGETS["twitch"]) == "60 columns, of which twitch shows 30"
    assert "1,008 characters" not in misfit("\U0001f600" * 1000, TARGETS["discord"])
    assert "2,008 characters" in misfit("\U0001f600" * 1000, TARGETS["discord"])


def test_fences() -> None:
    assert dress("a\n b", TARGETS["discord"]) == "```\na\n b\n```"
    assert dress("a\n b", TARGETS["plain"]) == dress("a\n b", TARGETS["sjis"]) == "a\n b"


def test_rows_of_a_chat_that_has_none() -> None:
    """Words of 30 characters, each of which fills a line; a space would break it."""
    words = dress(str(asciiart.draw(CAT, target="twitch")), TARGETS["twitch"]).split(" ")
    assert {len(word) for word in words} == {30}
    assert all("\u2800" <= character <= "\u28ff" for word in words for character in word)
    assert 8 < len(words) <= 16


@pytest.mark.parametrize("name", ["discord", "github"])
def test_no_text_ends_its_own_fence(name: str) -> None:
    assert usable("`'x", TARGETS[name], references=True) == "'x"
    with pytest.raises(OptionError, match=f"'`' cannot be used with target {name}"):
        asciiart.Artist(target=name, charset="chars:`'")


def test_messages_of_one_part_hold_only_what_counts_once() -> None:
    text = str(asciiart.draw(CAT, target="sms"))
    assert set(text) <= set(GSM)
    assert len(text) <= 160
    kept = usable("".join(map(chr, range(32, 127))), TARGETS["sms"], references=False)
    assert set(kept) == {chr(c) for c in range(32, 127)} & set(GSM)


def test_a_charset_that_a_target_cannot_use() -> None:
    with pytest.raises(OptionError, match="target plain can use none of these"):
        asciiart.Artist(target="plain", charset="braille", font="Spleen 8x16")


@pytest.mark.parametrize("name", ["discord", "github", "twitch"])
def test_braille_goes_where_any_font_is_shown(name: str) -> None:
    text = str(asciiart.draw(CAT, target=name, charset="braille"))
    assert set(text) <= {" ", "\n", *map(chr, range(0x2800, 0x2900))}


def test_only_boards_have_ideographic_spaces() -> None:
    artist = asciiart.Artist(target="discord", font="Mona")
    assert "\u3000" not in artist.draw(CAT).glyphs
    assert "\u3000" in asciiart.draw(CAT, target="sjis", charset="ascii", width=99).glyphs


def test_sizes() -> None:
    assert default_size("discord", 99) == (60, 32)
    assert default_size("twitch", 99) == (30, 16)
    assert default_size("sms", 99) == (16, 9)
    assert default_size("plain", 99) == (72, None)
    assert default_size("sjis", 99) == default_size(None, 99) == (99, None)


def test_unknown_target() -> None:
    with pytest.raises(OptionError, match="target 'x' is unknown"):
        find_target("x")
