"""Tests of registry: the table of formats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from asciiart.art.art import Art
from asciiart.art.formats.registry import (
    FORMATS,
    check_fit,
    fitting_columns,
    render_bytes,
    target_overflow,
)
from asciiart.art.formats.suffixes import SUFFIXES
from asciiart.errors import OptionError, OutputError


def test_there_is_a_renderer_for_each() -> None:
    assert tuple(SUFFIXES) == tuple(FORMATS)


def test_formats_are_known_by_their_own_names() -> None:
    assert all(renderer.name == name for name, renderer in FORMATS.items())


def test_bytes_of_a_file_end_in_a_newline_unless_they_are_a_picture(small_art: Art) -> None:
    assert render_bytes(small_art, "text") == b" <a&b\nxx  yz\n\n"
    assert render_bytes(small_art, "png").startswith(b"\x89PNG")
    with pytest.raises(OptionError, match="for text and ansi, not for svg"):
        render_bytes(small_art, "svg", numeric_references=True)


def test_an_art_without_a_target_always_fits(small_art: Art) -> None:
    assert target_overflow(small_art, "text") == ""
    assert fitting_columns(small_art, "text", color="none") is None


def test_an_art_that_is_too_wide_for_its_target(make_art: Callable[..., Art]) -> None:
    art = replace(make_art(["x" * 90] * 40), target="discord")
    assert target_overflow(art, "png").startswith("3,647 characters, of which discord takes 2,000")
    columns = fitting_columns(art, "text", color="none")
    assert columns is not None
    assert columns < 90
    with pytest.raises(OutputError, match="discord takes 2,000"):
        check_fit(art, "text")
