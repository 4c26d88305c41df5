"""Tests of sgr: what codes set, and the colors that a screen then shows."""

from __future__ import annotations

import pytest

from asciiart.art.formats.color_layers import CLEAR
from asciiart.art.reading.sgr import AnsiScreen, ShownColors, Style, StyleColors, to_numbers

DARK, LIGHT, PC = AnsiScreen("dark"), AnsiScreen("light"), AnsiScreen("dark", is_pc=True)
ICE = AnsiScreen("dark", is_pc=True, ice_colors=True)
WHITE, BLACK, PAGE = 0xFFFFFF, 0, 0x111111


def shown(screen: AnsiScreen, parameters: str) -> ShownColors:
    return StyleColors(screen).shown(Style().with_codes(parameters))


@pytest.mark.parametrize(
    ("screen", "parameters", "colors"),
    [
        (DARK, "", (WHITE, CLEAR)),
        (LIGHT, "", (BLACK, CLEAR)),
        (DARK, "7", (PAGE, WHITE)),
        (DARK, "38;2;1;2;3;48;2;4;5;6", (0x010203, 0x040506)),
        (DARK, "38:2::1:2:3", (0x010203, CLEAR)),
        (DARK, "38;2;999;2;3", (0xFF0203, CLEAR)),
        (DARK, "38;5;196", (0xFF0000, CLEAR)),
        (DARK, "38;5;256", (WHITE, CLEAR)),
        (DARK, "58;5;196", (WHITE, CLEAR)),
        (DARK, "31;0", (WHITE, CLEAR)),
        (DARK, "38;2;1;2;3;39", (WHITE, CLEAR)),
        (PC, "", (0xAAAAAA, BLACK)),
        (PC, "31", (0xAA0000, BLACK)),
        (PC, "31;1", (0xFF5555, BLACK)),
        (PC, "91;44", (0xFF5555, 0x0000AA)),
        (PC, "5;44", (0xAAAAAA, 0x0000AA)),
        (ICE, "5;44", (0xAAAAAA, 0x5555FF)),
        (ICE, "5;44;25", (0xAAAAAA, 0x0000AA)),
        (PC, "38;5;196", (0xFF0000, BLACK)),
    ],
)
def test_colors(screen: AnsiScreen, parameters: str, colors: tuple[int, int]) -> None:
    assert shown(screen, parameters) == colors


def test_codes_add_up_and_the_style_before_stays_as_it_was() -> None:
    first = Style().with_codes("1;31")
    second = first.with_codes("8;44")
    assert (first.bold, first.ink, first.hidden, first.paper) == (True, 1, False, CLEAR)
    assert (second.bold, second.ink, second.hidden, second.paper) == (True, 1, True, 4)
    assert second.with_codes("28;22;49") == Style(ink=1)


@pytest.mark.parametrize("parameters", ["38", "38;2;1", "48;5", "38;9;1", ";;", "3;4;21;53", "x"])
def test_damaged_and_unknown_codes_change_no_color(parameters: str) -> None:
    style = Style().with_codes(parameters)
    assert (style.ink, style.paper) == (CLEAR, CLEAR)


def test_pablodraws_true_colors() -> None:
    style = Style().with_true_color([1, 10, 20, 30]).with_true_color([0, 1, 2, 3])
    assert StyleColors(DARK).shown(style) == (0x0A141E, 0x010203)
    assert style.with_true_color([1, 2]) is style


def test_numbers() -> None:
    assert to_numbers(["7", "", "x", "9" * 30]) == [7, 0, 0, 999_999_999]
