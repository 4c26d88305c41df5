"""How many colors a terminal can show."""

from __future__ import annotations

import pytest

from asciiart.errors import OptionError
from asciiart.io.terminal.color_mode import ColorMode, detect_color, parse_color_mode

NONE, ANSI16, ANSI256, TRUECOLOR = ColorMode


def test_parse_color_mode() -> None:
    assert [parse_color_mode(name) for name in ("none", "16", "256", "truecolor")] == [
        NONE,
        ANSI16,
        ANSI256,
        TRUECOLOR,
    ]
    assert parse_color_mode(ANSI16) is ANSI16
    assert parse_color_mode("auto") is TRUECOLOR
    assert parse_color_mode("auto", automatic=ANSI256) is ANSI256


def test_unknown_color_mode() -> None:
    message = r"color '17' is unknown \(there are: none, 16, 256, truecolor, auto\)"
    with pytest.raises(OptionError, match=message):
        parse_color_mode("17")


@pytest.mark.parametrize(
    ("environ", "is_terminal", "mode"),
    [
        ({}, True, NONE),
        ({"TERM": "xterm"}, True, ANSI16),
        ({"TERM": "xterm"}, False, NONE),
        ({"TERM": "dumb"}, True, NONE),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, True, NONE),
        ({"TERM": "screen-256color"}, True, ANSI256),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, True, TRUECOLOR),
        ({"TERM": "xterm-256color", "COLORTERM": "24bit"}, True, TRUECOLOR),
        ({"TERM": "xterm-256color", "COLORTERM": "yes"}, True, ANSI256),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, False, NONE),
        ({"TERM": "xterm-direct"}, True, TRUECOLOR),
        ({"TERM": "xterm-kitty"}, True, TRUECOLOR),
        ({"WT_SESSION": "a-b-c"}, True, TRUECOLOR),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, NONE),
        ({"TERM": "xterm", "NO_COLOR": ""}, True, ANSI16),
        ({"NO_COLOR": "1", "FORCE_COLOR": "3"}, True, NONE),
        ({"TERM": "xterm-256color", "FORCE_COLOR": "0"}, True, NONE),
        ({"FORCE_COLOR": "1"}, False, ANSI16),
        ({"FORCE_COLOR": "true"}, False, ANSI16),
        ({"FORCE_COLOR": "2"}, False, ANSI256),
        ({"FORCE_COLOR": "3", "TERM": "dumb"}, False, TRUECOLOR),
        ({"FORCE_COLOR": "", "TERM": "xterm-256color"}, True, ANSI256),
    ],
)
def test_detect_color(environ: dict[str, str], is_terminal: bool, mode: ColorMode) -> None:
    assert detect_color(environ, is_terminal) is mode
