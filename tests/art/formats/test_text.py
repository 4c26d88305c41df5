"""The table of formats, saving, and plain text."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from made_arts import MakeArt

from asciiart.art.art import Art
from asciiart.art.formats.registry import FORMATS, encode_text, render, render_bytes, save
from asciiart.art.formats.suffixes import ENCODABLE, PICTURES, SUFFIXES
from asciiart.errors import OptionError, OutputError
from asciiart.io.terminal.color_mode import ColorMode


def test_text_is_the_art_without_blanks_at_the_ends(small_art: Art) -> None:
    assert render(small_art, "text") == " <a&b\nxx  yz\n"


def test_text_has_no_color(small_art: Art) -> None:
    assert render(small_art, "text", color="truecolor") == " <a&b\nxx  yz\n"


def test_saved_text_ends_each_row(small_art: Art, tmp_path: Path) -> None:
    small_art.save(tmp_path / "art.txt")
    assert (tmp_path / "art.txt").read_bytes() == b" <a&b\nxx  yz\n\n"


def test_saved_text_is_utf8(make_art: MakeArt, tmp_path: Path) -> None:
    save(make_art(["│é"]), tmp_path / "art.txt")
    assert (tmp_path / "art.txt").read_bytes() == "│é\n".encode()


def test_a_format_comes_before_the_suffix(small_art: Art, tmp_path: Path) -> None:
    save(small_art, str(tmp_path / "art.html"), "text")
    assert (tmp_path / "art.html").read_text() == " <a&b\nxx  yz\n\n"


def test_save_passes_color_and_size_on(small_art: Art, tmp_path: Path) -> None:
    save(small_art, tmp_path / "art.svg", color=ColorMode.ANSI16, font_size=50)
    text = str(render(small_art, "svg", color="16", font_size=50))
    assert (tmp_path / "art.svg").read_text() == text + "\n"
    assert text != render(small_art, "svg")


def test_auto_means_true_color(small_art: Art) -> None:
    assert render(small_art, "ansi", color="auto") == render(small_art, "ansi", color="truecolor")


def test_unwritable(small_art: Art, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"no/art.png: cannot be written \(No such file or"):
        save(small_art, tmp_path / "no" / "art.png")
    assert list(tmp_path.iterdir()) == []


def test_unknown_format(small_art: Art) -> None:
    message = r"format 'gif' is unknown \(there are: text, ansi, html, svg, png, jpeg, webp, "
    with pytest.raises(OptionError, match=message):
        render(small_art, "gif")


@pytest.mark.parametrize("format", FORMATS)
def test_same_art_same_bytes(small_art: Art, format: str) -> None:
    first = render(small_art, format, color="256")
    assert render(replace(small_art), format, color="256") == first
    assert isinstance(first, bytes) == (format in PICTURES)


@pytest.mark.parametrize("size", [0, -1, 1001, float("nan"), float("inf")])
@pytest.mark.parametrize("format", ["html", "svg", "png"])
def test_impossible_font_size(small_art: Art, format: str, size: float) -> None:
    with pytest.raises(OptionError, match=f"above 0 and at most 1000, not {size}"):
        render(small_art, format, font_size=size)


def test_rendering_text_imports_neither_opencv_nor_pillow() -> None:
    code = (
        "import asciiart.art.formats.registry, sys; "
        "print({'cv2', 'PIL', 'torch'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b"set()\n"


def test_text_is_utf8_unless_asked() -> None:
    assert encode_text("♥あ") == "♥あ".encode()
    assert encode_text("ｱあ∀", "cp932") == b"\xb1\x82\xa0\x81\xcd"


def test_what_an_encoding_lacks_is_named() -> None:
    with pytest.raises(OutputError) as caught:
        encode_text("あ♥é", "cp932")
    assert str(caught.value) == (
        "U+2665 '♥' cannot be written in cp932; numeric_references writes &#9829;"
    )


def test_references() -> None:
    assert encode_text("あ♥", "cp932", numeric_references=True) == b"\x82\xa0&#9829;"
    assert encode_text("&#9829; & &amp;", numeric_references=True) == b"&#38;#9829; & &amp;"


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "a\0b"])
def test_unknown_encoding(encoding: str) -> None:
    with pytest.raises(OptionError, match=r"^encoding '.*' is unknown$"):
        encode_text("a", encoding)


def test_saving_in_an_encoding(wide_art: Art, tmp_path: Path) -> None:
    save(wide_art, tmp_path / "art.txt", encoding="cp932")
    assert (tmp_path / "art.txt").read_bytes() == "a漢&字\n  <bあ\n".encode("cp932")
    assert b"\x1b[91m&\x8e\x9a" in render_bytes(wide_art, "ansi", color="16", encoding="cp932")


def test_a_failure_leaves_the_old_file(wide_art: Art, tmp_path: Path) -> None:
    (tmp_path / "art.txt").write_text("old")
    with pytest.raises(OutputError, match=r"^U\+6F22 '漢' cannot be written in ascii; "):
        save(wide_art, tmp_path / "art.txt", encoding="ascii")
    assert (tmp_path / "art.txt").read_text() == "old"


@pytest.mark.parametrize("format", [each for each in SUFFIXES if each not in ENCODABLE])
def test_documents_are_utf8(small_art: Art, format: str) -> None:
    message = f"encoding and numeric_references are for text and ansi, not for {format}"
    for encoding, references in (("cp932", False), ("utf-8", True)):
        with pytest.raises(OptionError, match=message):
            render_bytes(small_art, format, encoding=encoding, numeric_references=references)
