"""A terminal's codes are read back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asciiart.art.formats.color_layers import CLEAR, pack
from asciiart.art.formats.registry import render
from asciiart.art.reading.ansi_reader import parse_ansi
from asciiart.art.reading.sgr import AnsiScreen
from asciiart.color.palettes import palette
from asciiart.errors import AsciiArtError
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.options import MAX_COLUMNS

RED, BRIGHT_RED, BLUE = pack(palette(ColorMode.ANSI16))[[1, 9, 4]].tolist()
WHITE, DARK = 0xFFFFFF, 0x111111
SCREEN = AnsiScreen("dark")
PC = AnsiScreen("dark", is_pc=True)


def parse(text, screen=SCREEN):
    return parse_ansi(text, screen, lambda _: True)


def inks(text, screen=SCREEN):
    page = parse(text, screen)
    return [list(row) for row in page.colors.ink]


def papers(text, screen=SCREEN):
    return [list(row) for row in parse(text, screen).colors.paper]


@pytest.mark.parametrize(
    ("codes", "ink"),
    [
        ("31", RED),
        ("91", BRIGHT_RED),
        ("1;31", BRIGHT_RED),
        ("31;1", BRIGHT_RED),
        ("1;31;22", RED),
        ("38;5;9", BRIGHT_RED),
        ("38:5:9", BRIGHT_RED),
        ("38;5;196", 0xFF0000),
        ("38;2;1;2;3", 0x010203),
        ("38:2:1:2:3", 0x010203),
        ("38:2::1:2:3", 0x010203),
        ("38;2;999;2;3", 0xFF0203),
        ("4;3;31;58;5;7;9", RED),
        ("31;38;5;256", RED),
        ("31;38", RED),
        ("31;38;9;34", BLUE),
        ("31;38;2;1", RED),
    ],
)
def test_inks(codes, ink):
    assert inks(f"\x1b[{codes}mx") == [[ink]]


@pytest.mark.parametrize(
    ("codes", "paper"),
    [
        ("41", RED),
        ("101", BRIGHT_RED),
        ("1;41", RED),
        ("48;5;196", 0xFF0000),
        ("48;2;1;2;3", 0x010203),
        ("41;49;31", CLEAR),
        ("7;31", RED),
        ("7", WHITE),
        ("5;41", RED),
    ],
)
def test_papers(codes, paper):
    assert papers(f"\x1b[{codes}mx") == [[paper]]


@pytest.mark.parametrize("codes", ["", "0", "31;0", "31;39", "41;49", "7;27", "31;41;;", "1;3;4;9"])
def test_codes_that_leave_the_pages_own_colors(codes):
    assert parse(f"\x1b[31m\x1b[0m\x1b[{codes}mx").colors is None


def test_inverse_of_the_pages_own_colors():
    page = parse("\x1b[7mx\x1b[27my")
    assert page.colors == (((DARK, WHITE),), ((WHITE, CLEAR),))
    assert parse("\x1b[7mx", AnsiScreen("light")).colors == (((WHITE,),), ((0,),))


def test_hidden_text_is_blank():
    assert parse("a\x1b[8mb\x1b[28mc").rows == ("a c",)


def test_a_pcs_colors():
    assert inks("a\x1b[1mb\x1b[33mc\x1b[22md", PC) == [[0xAAAAAA, WHITE, 0xFFFF55, 0xAA5500]]
    assert papers("a\x1b[44mb\x1b[5mc", PC) == [[0, 0x0000AA, 0x0000AA]]
    ice = AnsiScreen("dark", is_pc=True, ice_colors=True)
    assert papers("\x1b[5;44ma\x1b[25mb\x1b[5;40mc", ice) == [[0x5555FF, 0x0000AA, 0x555555]]
    assert parse("a", PC).paper == 0
    assert inks("\x1b[1;1;2;3tx\x1b[0;4;5;6ty", PC) == [[0x010203, 0x010203]]
    assert papers("\x1b[1;1;2;3tx\x1b[0;4;5;6ty", PC) == [[0, 0x040506]]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("ab\ncd\n", ("ab", "cd")),
        ("ab\r\ncd", ("ab", "cd")),
        ("ab\rc", ("cb",)),
        ("a\n\n", ("a", "")),
        ("\n\nb", ("", "", "b")),
        ("a\tb", ("a       b",)),
        ("\x1b[2;3Hx\x1b[1;1Hy", ("y", "  x")),
        ("\x1b[2;3fx\x1b[Hy", ("y", "  x")),
        ("\x1b[;3Hx", ("  x",)),
        ("\x1b[0;0Hx", ("x",)),
        ("ab\x1b[Dc\x1b[9De", ("ec",)),
        ("a\x1b[2Cb\x1b[Cc", ("a  b c",)),
        ("a\n\n\x1b[Ab\x1b[9Ac", ("ac", "b")),
        ("a\x1b[Bb\x1b[2Bc", ("a", " b", "", "  c")),
        ("ab\x1b[Ec\x1b[Fd", ("db", "c")),
        ("ab\x1b[5Gc\x1b[2dd", ("ab  c", "     d")),
        ("a\x1b[sbc\x1b[ud", ("adc",)),
        ("a\x1b7bc\x1b8d", ("adc",)),
        ("abcd\x1b[2D\x1b[K", ("ab  ",)),
        ("abcd\x1b[2D\x1b[1K", ("   d",)),
        ("abcd\x1b[2K", ("    ",)),
        ("ab\ncd\nef\x1b[2;2H\x1b[J", ("ab", "c")),
        ("ab\ncd\nef\x1b[2;2H\x1b[1J", ("  ", "  ", "ef")),
        ("ab\ncd\x1b[2Jx", ("", "  x")),
        ("漢字\x1b[2Gx", (" x字",)),
        ("漢字\x1b[3Gx", ("漢x ",)),
        ("\x1b[?25l\x1b[?7h\x1b(Ba\x1b]0;title\x07\x1b]8;;http://x\x1b\\b\x1b[6n", ("ab",)),
        ("e\x1b[31m\u0301x", ("ex",)),
        ("e\u0301\x1b[31mx", ("éx",)),
    ],
)
def test_where_text_is_written(text, rows):
    assert parse(text).rows == rows


def test_a_pcs_screen_wraps():
    assert parse("x" * 81, PC).rows == ("x" * 80, "x")
    assert parse("x" * 80 + "\r\ny", PC).rows == ("x" * 80, "", "y")
    narrow = AnsiScreen("dark", is_pc=True, columns=3)
    assert parse("abcdefgh", narrow).rows == ("abc", "def", "gh")
    assert parse("ab漢字c", narrow).rows == ("ab", "漢", "字c")
    assert parse("\x1b[99Cx\ty", narrow).rows == ("  x", "  y")
    assert parse("ab", AnsiScreen("dark", is_pc=True, columns=1)).rows == ("a", "b")
    assert parse("x" * 300).rows == ("x" * 300,)


def test_a_pcs_screen_is_cleared_in_color_and_begins_anew():
    assert parse("ab\x1b[2Jc", PC).rows == ("c",)
    narrow = AnsiScreen("dark", is_pc=True, columns=3)
    assert papers("a\x1b[44m\x1b[K", narrow) == [[0, 0x0000AA, 0x0000AA]]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\x1b", r"U\+001B"),
        ("a\x1b[31", r"U\+001B"),
        ("a\x1b[3\n1m", r"U\+001B"),
        ("\x1b]0;title", r"U\+001B"),
        ("\x1b[4Lx", r"a code that no text art has \(ESC \[ 4L\)"),
        ("\x1b[1000000000;1Hx", "row 100000000, column 1 is written to"),
        ("\x1b[1000000000Cx", "which is no text art"),
        ("\x1b[" + "9" * 9999 + "Cx", "which is no text art"),
        ("x" * (MAX_COLUMNS + 1), "which is no text art"),
        ("\x1b[9999Cx\n" * 500, "more than 4000000 characters"),
        ("\n" * 20_001 + "x", "which is no text art"),
        ("\x1b[9999Gx" + "\x1b[1K" * 10_000, "over and over"),
        ("\n" * 15_000 + "x" + "\x1b[1J" * 1000, "over and over"),
    ],
)
def test_what_is_damaged_or_absurd_is_refused(text, reason):
    with pytest.raises(AsciiArtError, match=reason) as caught:
        parse(text)
    assert "\n" not in str(caught.value)


def test_a_cursor_that_only_passes_by_needs_no_page():
    assert parse("\x1b[999999999;999999999H\x1b[Hx").rows == ("x",)


COLORS = st.tuples(*[st.integers(0, 255)] * 3)


@settings(deadline=None)
@given(st.data())
def test_what_was_written_is_read(make_art, data):
    columns = data.draw(st.integers(1, 8))
    rows = data.draw(st.lists(st.text(" abé<█▚", min_size=columns, max_size=columns), min_size=1))
    colors = [[data.draw(COLORS) for _ in row] for row in rows]
    art = make_art(rows, colors)
    for color in ("none", "16", "256", "truecolor"):
        page = parse(str(render(art, "ansi", color=color)) + "\n")
        assert page.rows == tuple(row.rstrip() for row in rows)
        if color != "none" and page.colors is not None:
            assert [len(row) for row in page.colors.ink] == [len(row) for row in page.rows]


@given(st.text("\x1b[;0123456789mABCDHJKsu\n\r\tx漢é"))
def test_anything_is_read_or_refused(text):
    for screen in (AnsiScreen("dark"), AnsiScreen("light", True, 5, True)):
        try:
            page = parse(text, screen)
        except AsciiArtError:
            continue
        if page.colors is not None:
            lengths = [len(row) for row in page.rows]
            assert [len(row) for row in page.colors.ink] == lengths
            assert [len(row) for row in page.colors.paper] == lengths
