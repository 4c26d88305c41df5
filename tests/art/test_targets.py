"""Where a text will be pasted."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from paths import CAT

import asciiart
from asciiart.art.art import Art
from asciiart.art.targets import (
    TARGETS,
    allowed_characters,
    default_size,
    find_target,
)
from asciiart.errors import OptionError

COUNTED = [name for name, target in TARGETS.items() if target.budget is not None]
GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The alphabet of 3GPP TS 23.038 without its extension, whose characters count twice."""


@pytest.mark.parametrize("name", [name for name, target in TARGETS.items() if target.fence])
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
    with pytest.raises(OptionError, match="target 'pigeon' is unknown"):
        find_target("pigeon")


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


def test_posts_of_x_count_other_scripts_twice() -> None:
    text = str(asciiart.draw(CAT, target="x"))
    assert sum(1 if ord(character) < 0x1100 else 2 for character in text) <= 280
    assert max(map(len, text.splitlines())) == 16


def test_an_event_of_matrix_has_room_for_plain_text_and_html() -> None:
    text = "&" * (TARGETS["matrix"].budget or 0)
    assert len(text) + len(html.escape(text)) < 65_536 - 1000
