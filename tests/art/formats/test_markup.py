"""Blocks for Markdown and reStructuredText, read by what reads these."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from asciiart.art.art import Art
from asciiart.art.formats.registry import render


@pytest.mark.parametrize(
    ("rows", "fence"),
    [(["/\\", "\\/"], "```"), (["``` `", " ````"], "`````"), (["  ", "`"], "```")],
)
def test_markdown_is_a_fenced_block(
    make_art: Callable[..., Art], rows: list[str], fence: str
) -> None:
    art = make_art(rows)
    assert render(art, "markdown") == f"{fence}text\n{art}\n{fence}"


@pytest.mark.parametrize("rows", [["/\\", "\\/"], ["  a", ":: b"], ["*a*", "", "|b|"]])
def test_rst_is_an_indented_block(make_art: Callable[..., Art], rows: list[str]) -> None:
    art = make_art(rows)
    directive, blank, block = str(render(art, "rst")).split("\n", 2)
    assert (directive, blank) == (".. code:: text", "")
    assert textwrap.dedent(block) == textwrap.dedent(str(art))
    assert all(line.startswith("    ") for line in block.split("\n") if line)


@pytest.mark.parametrize("format", ["markdown", "rst"])
def test_markup_has_no_colors(make_art: Callable[..., Art], format: str) -> None:
    art = make_art(["ab"])
    assert render(art, format, color="truecolor") == render(art, format)
