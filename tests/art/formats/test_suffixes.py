"""Tests of suffixes: formats by name and suffix."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

from asciiart.art.formats.suffixes import SUFFIXES, image_format
from asciiart.errors import OptionError


@pytest.mark.parametrize(
    ("path", "format"),
    [
        ("art.txt", "text"),
        ("a/b.ans", "ansi"),
        ("art.HTM", "html"),
        ("art.v2.html", "html"),
        ("art.svg", "svg"),
        ("art.PNG", "png"),
        ("art.JPEG", "jpeg"),
        ("art.jpg", "jpeg"),
        ("art.webp", "webp"),
        ("art.json", "json"),
        ("art.md", "markdown"),
        ("art.rst", "rst"),
        ("README", "text"),
        ("/dev/stdout", "text"),
    ],
)
def test_format_of(path: str, format: str) -> None:
    assert image_format(path) == format
    assert image_format(Path(path)) == format


def test_unknown_suffix() -> None:
    with pytest.raises(OptionError) as caught:
        image_format("art.tif")
    start = (
        "art.tif: suffix '.tif' is of no format (there are: .txt, .text, .asc, .ans, .ansi, .html, "
    )
    assert str(caught.value).startswith(start)
    assert str(caught.value).endswith(f"{', '.join(chain(*SUFFIXES.values()))})")
