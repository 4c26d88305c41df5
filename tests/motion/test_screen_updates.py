"""Tests of asciiart.motion.screen_updates: after the codes, a terminal shows the art."""

from __future__ import annotations

import numpy as np
import pytest
from emulator import Emulator
from hypothesis import given, settings
from hypothesis import strategies as st
from made_arts import MakeArt

from asciiart.art.art import Art
from asciiart.art.formats.ansi import BACKGROUND, color_code
from asciiart.art.formats.color_layers import number_layers
from asciiart.errors import OptionError
from asciiart.glyphs.font import Font
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.motion.screen_updates import ScreenDiff
from asciiart.options import Options
from asciiart.pipeline import Artist

ROW = st.lists(st.sampled_from(["a", "b", " ", "漢", "字"]), min_size=5, max_size=5)


def row_of(characters: list[str], columns: int = 10) -> str:
    """Return a row of exactly so many columns."""
    text = "".join(characters)
    return text + "x" * (columns - sum(1 + (c in "漢字") for c in text))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(ROW, min_size=2, max_size=2), min_size=1, max_size=4), st.data())
def test_screen_shows_each_art(
    make_art: MakeArt, wide_font: Font, arts: list[list[list[str]]], data: st.DataObject
) -> None:
    emulator, screen = Emulator(12, 3), ScreenDiff(12, 3, ColorMode.TRUECOLOR)
    for rows in arts:
        reds = data.draw(st.lists(st.sampled_from([90, 255]), min_size=20, max_size=20))
        colors = np.array([(red, 255, 90) for red in reds]).reshape(2, 10, 3)
        art = make_art([row_of(row) for row in rows], colors, font=wide_font)
        emulator.feed(screen.update(art))
        assert emulator.text == [f"{row}  " for row in art.rows] + [" " * 12]
        for row, line in enumerate(emulator.cells[:2]):
            for column, (text, style) in enumerate(line[:10]):
                if text.strip():
                    red = 255 if colors[row, column, 0] == 255 else None
                    assert style.startswith("38;2;255;") == (red == 255), style


def test_nothing_is_sent_for_the_same_art(small_art: Art) -> None:
    screen = ScreenDiff(80, 24, ColorMode.TRUECOLOR)
    assert screen.update(small_art)
    assert not screen.update(small_art)


def test_only_what_changes_is_sent(make_art: MakeArt) -> None:
    screen = ScreenDiff(80, 24, ColorMode.NONE)
    screen.update(make_art(["abcdef", "ghijkl"]))
    assert screen.update(make_art(["abcdef", "gXijYZ"])) == ("\x1b[0m\x1b[2;2HX\x1b[2CYZ\x1b[0m")


@pytest.mark.parametrize(("mode", "code"), [("16", "91"), ("256", "38;5;"), ("truecolor", "38;2;")])
def test_colors(small_art: Art, mode: str, code: str) -> None:
    emulator = Emulator(80, 24)
    emulator.feed(ScreenDiff(80, 24, ColorMode(mode)).update(small_art))
    assert emulator.cells[0][1][0] == "<"
    assert emulator.cells[0][4][1].startswith(code)


@pytest.mark.parametrize(("mode", "code"), [("16", "10"), ("256", "48;5;"), ("truecolor", "48;2;")])
def test_what_characters_stand_on(mode: str, code: str) -> None:
    """Each frame's papers are seen, where only they change, too."""
    random = np.random.default_rng(0)
    artist, options = Artist(charset="blocks"), Options(columns=8, rows=3, fill=True)
    emulator, screen = Emulator(8, 3), ScreenDiff(8, 3, ColorMode(mode))
    for _ in range(3):
        art = artist.draw_with(random.integers(0, 256, (12, 16, 3), np.uint8), options)
        emulator.feed(screen.update(art))
        layers = number_layers(art, ColorMode(mode))
        assert layers is not None
        assert layers.paper is not None
        shown = [[color_code(n, ColorMode(mode), BACKGROUND) for n in row] for row in layers.paper]
        assert emulator.papers == shown
        assert any(paper.startswith(code) for row in shown for paper in row)
        assert emulator.text == list(art.rows)
    assert not screen.update(art)


def test_art_larger_than_the_terminal_is_cut(make_art: MakeArt, wide_font: Font) -> None:
    emulator = Emulator(3, 1)
    art = make_art(["ab漢d", "efghi"], font=wide_font)
    emulator.feed(ScreenDiff(3, 1, ColorMode.TRUECOLOR).update(art))
    assert emulator.text == ["ab "]


def test_one_cell(make_art: MakeArt) -> None:
    emulator = Emulator(1, 1)
    emulator.feed(ScreenDiff(1, 1, ColorMode.NONE).update(make_art(["a"])))
    assert emulator.text == ["a"]


def test_other_size_begins_with_a_clear_screen(make_art: MakeArt) -> None:
    emulator, screen = Emulator(8, 3), ScreenDiff(8, 3, ColorMode.NONE)
    for rows in (["aaaaaa", "bbbbbb"], ["cc"]):
        emulator.feed(screen.update(make_art(rows)))
    assert emulator.text == ["cc      ", " " * 8, " " * 8]


def test_proportional_font(typeset_art: Art) -> None:
    with pytest.raises(OptionError, match="a terminal needs a monospaced font"):
        ScreenDiff(80, 24, ColorMode.NONE).update(typeset_art)


def test_a_paper_that_is_the_page(cut_out_art: Art) -> None:
    first_row = ScreenDiff(4, 1, ColorMode.ANSI16).update(cut_out_art)
    assert (
        first_row
        == "\x1b[0m\x1b[2J\x1b[0m\x1b[1;1H\x1b[91m\x1b[44m▌\x1b[49m▌\x1b[1C\x1b[100m \x1b[0m"
    )
