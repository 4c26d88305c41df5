"""An art in rich: its characters and colors, and its place among rich's own things."""

from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from asciiart.art.art import Art
from asciiart.art.formats.registry import render

SYSTEMS = {"standard": "16", "256": "256", "truecolor": "truecolor"}


def printed(thing: object, color_system: str | None = None, width: int = 60) -> str:
    """Return what rich's console writes to a terminal with so many colors and columns."""
    stream = StringIO()
    Console(
        file=stream,
        force_terminal=True,
        color_system=color_system,  # type: ignore[arg-type]
        width=width,
        _environ={},
    ).print(thing, end="")
    return stream.getvalue()


def painted(text: str) -> list[tuple[str, str]]:
    """Return each character that is no blank and the color code that it stands under."""
    pairs, current = [], ""
    for code, character in re.findall(r"\x1b\[([\d;]*)m|(.)", text, re.DOTALL):
        if not character:
            current = "" if code == "0" else code
        elif not character.isspace():
            pairs.append((character, current))
    return pairs


@pytest.mark.parametrize("system", SYSTEMS)
def test_it_has_the_terminal_s_characters_and_colors(small_art: Art, system: str) -> None:
    ours = render(small_art, "ansi", color=SYSTEMS[system])
    assert isinstance(ours, str)
    assert painted(printed(small_art, system)) == painted(ours)
    assert any(color for _, color in painted(ours))


def test_without_colors_it_is_the_text(small_art: Art) -> None:
    assert printed(small_art) == f"{small_art}\n"


@pytest.mark.parametrize("fixture", ["small_art", "wide_art", "typeset_art"])
@pytest.mark.parametrize("system", [None, *SYSTEMS])
def test_characters_are_the_same_in_every_color_system(
    fixture: str, system: str | None, request: pytest.FixtureRequest
) -> None:
    art = request.getfixturevalue(fixture)
    assert re.sub(r"\x1b\[[\d;]*m", "", printed(art, system)) == f"{art}\n"


def test_a_panel_closes_around_it(wide_art: Art) -> None:
    lines = printed(Panel.fit(wide_art)).splitlines()
    assert lines[1] == "│ a漢&字 │"
    assert len({cell_len(line) for line in lines}) == 1


def test_it_stands_in_a_table(small_art: Art, wide_art: Art) -> None:
    table = Table("one", "two")
    table.add_row(small_art, wide_art)
    lines = printed(table).splitlines()
    assert lines[4].replace(" ", "") == "│xxyz│<bあ│"
    assert len({cell_len(line) for line in lines}) == 1


@given(width=st.integers(1, 12))
def test_a_narrow_console_cuts_its_lines_and_wraps_none(small_art: Art, width: int) -> None:
    lines = str(small_art).split("\n")
    assert printed(small_art, width=width).split("\n")[:-1] == [line[:width] for line in lines]


def test_it_is_shown_and_not_pasted(small_art: Art) -> None:
    """Rich's terminal is not the place that an art was drawn for."""
    assert printed(replace(small_art, target="discord"), "standard") == printed(
        small_art, "standard"
    )
