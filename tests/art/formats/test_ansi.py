"""Escape codes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_arts import MakeArt
from wcwidth import wcswidth

from asciiart.art.art import Art
from asciiart.art.formats.registry import render

RESET = "\x1b[0m"
WHITE, RED, GRAY = (255, 255, 255), (255, 0, 0), (0, 0, 0)


def test_truecolor(small_art: Art) -> None:
    assert render(small_art, "ansi", color="truecolor") == (
        " \x1b[38;2;255;255;255m<a\x1b[38;2;255;8;8m&b\x1b[0m\n"
        "\x1b[38;2;255;8;8mxx  y\x1b[38;2;15;255;15mz\x1b[0m\n"
    )


def test_256_colors(small_art: Art) -> None:
    assert render(small_art, "ansi", color="256") == (
        " \x1b[38;5;231m<a\x1b[38;5;196m&b\x1b[0m\n\x1b[38;5;196mxx  y\x1b[38;5;46mz\x1b[0m\n"
    )


def test_16_colors(small_art: Art) -> None:
    assert render(small_art, "ansi", color="16") == (
        " \x1b[97m<a\x1b[91m&b\x1b[0m\n\x1b[91mxx  y\x1b[92mz\x1b[0m\n"
    )


def test_dark_ones_of_16_colors(make_art: MakeArt) -> None:
    art = make_art(["x"], [[(130, 0, 0)]], background="light")
    assert render(art, "ansi", color="16") == "\x1b[31mx\x1b[0m"


def test_no_color_is_plain_text(small_art: Art) -> None:
    assert render(small_art, "ansi") == " <a&b\nxx  yz\n"


def test_blanks_carry_no_color(make_art: MakeArt) -> None:
    art = make_art(["  a b  "], [[RED, GRAY, WHITE, RED, WHITE, GRAY, RED]])
    assert render(art, "ansi", color="16") == f"  \x1b[97ma b{RESET}"


@pytest.mark.parametrize("color", ["none", "16", "256", "truecolor"])
@given(data=st.data())
def test_text_under_the_codes(make_art: MakeArt, color: str, data: st.DataObject) -> None:
    columns = data.draw(st.integers(1, 5))
    row = st.text("  ab&é", min_size=columns, max_size=columns)
    rows = data.draw(st.lists(row, min_size=1, max_size=4))
    cells = st.lists(st.sampled_from([WHITE, RED, GRAY]), min_size=columns, max_size=columns)
    art = make_art(rows, [data.draw(cells) for _ in rows])
    text = str(render(art, "ansi", color=color))
    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == str(art)
    for line in text.split("\n"):
        assert line.endswith(RESET) == (color != "none" and line != "")


def test_full_width_characters_have_a_color_each(wide_art: Art) -> None:
    assert render(wide_art, "ansi", color="16") == (
        "\x1b[91ma\x1b[97m漢\x1b[91m&字\x1b[0m\n  \x1b[91m<\x1b[97mb\x1b[92mあ\x1b[0m"
    )


def test_full_width_rows_are_as_wide_as_the_grid(wide_art: Art) -> None:
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(render(wide_art, "ansi", color="truecolor")))
    assert [wcswidth(line) for line in text.split("\n")] == [6, 6]


def test_proportional_rows_are_their_characters(typeset_art: Art) -> None:
    assert render(typeset_art, "ansi", color="16") == (
        "\x1b[97mi漢 あ\x1b[0m\n\n　\x1b[97m<Wｱ\x1b[0m"
    )
