"""Formats by name and suffix."""

from __future__ import annotations

from pathlib import Path

import pytest

from asciiart.art.formats.registry import FORMATS
from asciiart.art.formats.suffixes import SUFFIXES, image_format
from asciiart.errors import OptionError


def test_there_is_a_renderer_for_each() -> None:
    assert tuple(SUFFIXES) == tuple(FORMATS)


@pytest.mark.parametrize(
    ("path", "format"),
    [
        ("art.txt", "text"),
        ("a/b.ans", "ansi"),
        ("art.HTM", "html"),
        ("art.v2.html", "html"),
        ("art.svg", "svg"),
        ("art.PNG", "png"),
        ("art.json", "json"),
        ("README", "text"),
        ("/dev/stdout", "text"),
    ],
)
def test_format_of(path: str, format: str) -> None:
    assert image_format(path) == format
    assert image_format(Path(path)) == format


def test_unknown_suffix() -> None:
    with pytest.raises(OptionError) as caught:
        image_format("art.jpg")
    known = ", ".join(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)
    assert known.startswith(".txt, .text, .asc, .ans")
    assert str(caught.value) == f"art.jpg: suffix '.jpg' is of no format (there are: {known})"
