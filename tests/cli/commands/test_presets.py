"""`asciiart presets`: a picture in every look."""

from __future__ import annotations

import re

import pytest
from command_line import ANTENNA, CAT, columns, good, run

from asciiart.cli.presets import PRESETS


@pytest.mark.parametrize("width", [40, 80, 132])
def test_all_looks_stand_side_by_side(width: int) -> None:
    shown = good("presets", CAT, environ={"COLUMNS": str(width)})
    assert columns(shown) <= width
    assert re.findall("|".join(PRESETS), shown) == list(PRESETS)
    first = width // 3 - 2
    tone = good(CAT, "-c", str(first)).splitlines()
    lines = shown.splitlines()[1 : len(tone) + 1]
    assert [line[:first].rstrip() for line in lines] == [line.rstrip() for line in tone]


def test_colors_are_shown_where_the_terminal_has_them() -> None:
    assert "\x1b[" not in good("presets", ANTENNA)
    assert "\x1b[" in good("presets", ANTENNA, environ={"FORCE_COLOR": "3", "TERM": "xterm"})


def test_standard_input_is_read_once() -> None:
    with open(ANTENNA, "rb") as file:  # noqa: PTH123
        assert good("presets", "-", data=file.read()) == good("presets", ANTENNA)


def test_what_is_no_picture_is_refused() -> None:
    result = run("presets", __file__)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
