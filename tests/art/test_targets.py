"""Where a text will be pasted."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paths import TESTS

import asciiart
from asciiart.art.art import Art
from asciiart.art.formats.suffixes import SUFFIXES as FORMATS
from asciiart.art.targets import (
    TARGETS,
    allowed_characters,
    default_size,
    describe_overflow,
    find_target,
    wrap_for_target,
)
from asciiart.errors import OptionError, OutputError

PICTURES = TESTS / "pictures"
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


@pytest.mark.parametrize("name", ["discord", "github"])
def test_no_text_ends_its_own_fence(name: str) -> None:
    assert allowed_characters("`'x", TARGETS[name], numeric_references=True) == "'x"
    with pytest.raises(OptionError, match=f"'`' cannot be used with target {name}"):
        asciiart.Artist(target=name, charset="chars:`'")


def test_messages_of_one_part_hold_only_what_counts_once() -> None:
    text = str(asciiart.draw(CAT, target="sms"))
    assert set(text) <= set(GSM)
    assert len(text) <= 160
    kept = allowed_characters(
        "".join(map(chr, range(32, 127))), TARGETS["sms"], numeric_references=False
    )
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


def colored(name: str, **options: object) -> str:
    """Return what is pasted of a drawing in the place's own colors, made small enough."""
    art = asciiart.draw(CAT, target=name, **options)  # type: ignore[arg-type]
    return str(art.render("ansi", color="16"))


DISCORDS = re.compile(r"\x1b\[(?:0|3[0-7]|4[0-7])(?:;(?:0|3[0-7]|4[0-7]))*m")


@pytest.mark.parametrize(
    "options",
    [
        {"columns": 20},
        {"columns": 12, "charset": "half", "fill": True},
        {"columns": 16, "charset": "braille"},
        {"columns": 20, "mode": "structure", "background": "light"},
    ],
)
def test_discords_block_has_its_own_codes_alone(options: dict[str, object]) -> None:
    block = colored("discord", **options)
    assert len(block) <= 2000
    first, *lines, last = block.split("\n")
    assert (first, last) == ("```ansi", "```")
    assert "\x1b" in block
    assert "\x1b" not in DISCORDS.sub("", block)
    bare = str(asciiart.draw(CAT, target="discord", **options))  # type: ignore[arg-type]
    shown = [DISCORDS.sub("", line) for line in lines]
    assert [line.rstrip() for line in shown] == [line.rstrip() for line in bare.split("\n")]


def test_every_line_says_its_colors_anew(make_art: Callable[..., Art]) -> None:
    """Nothing hangs on whether a place keeps the colors of the line before."""
    red, white = (220, 50, 47), (255, 255, 255)
    art = make_art(["ab ", "cd "], [[red, red, red], [red, white, white]])
    block = replace(art, target="discord").render("ansi", color="16")
    assert block == "```ansi\n\x1b[31mab\n\x1b[31mc\x1b[37md\n```"


def test_papers_are_discords_and_are_taken_away_by_nought(cut_out_art: Art) -> None:
    block = replace(cut_out_art, target="discord").render("ansi", color="16")
    assert block == (
        "```ansi\n\x1b[45;31m▌\x1b[0;31m▌ \x1b[43m \n\x1b[43m \x1b[31m<\x1b[47m▌\x1b[0;37m▌\n```"
    )


def test_pictures_show_discords_colors(make_art: Callable[..., Art]) -> None:
    art = replace(make_art(["██"], [[(220, 50, 47), (255, 255, 255)]]), target="discord")
    page = str(art.render("html", color="16"))
    assert ("#dc322f" in page, "#ffffff" in page) == (True, True)


@pytest.mark.parametrize("name", [name for name in TARGETS if name != "discord"])
@pytest.mark.parametrize("color", ["16", "256", "truecolor"])
@pytest.mark.parametrize("format", ["text", "ansi", "html", "png", "json"])
def test_a_place_without_colors_refuses_them(
    small_art: Art, name: str, color: str, format: str
) -> None:
    art = replace(small_art, target=name)
    with pytest.raises(OptionError, match=f"target {name} shows no colors: color must be none"):
        art.render(format, color=color)
    art.render(format)
    art.render(format, color="auto")


@pytest.mark.parametrize("color", ["256", "truecolor"])
def test_a_place_with_colors_of_its_own_refuses_others(small_art: Art, color: str) -> None:
    art = replace(small_art, target="discord")
    with pytest.raises(OptionError, match="target discord shows its own colors alone"):
        art.render("ansi", color=color)
    assert art.render("ansi", color="auto") == art.render("ansi", color="16")


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
