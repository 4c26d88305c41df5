"""Text art is read back from text and JSON, scored and drawn."""

import io
import sys

import numpy as np
import pytest
from PIL import Image

from asciiart.art import Placement
from asciiart.artfile import read_art, render_file, score_file
from asciiart.errors import ImageError
from asciiart.metrics import draw_text

FONT = "DejaVu Sans Mono"


@pytest.fixture
def write(tmp_path):
    def write_file(content, name="art.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write_file


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("ab\nc\n", ("ab", "c ")),
        ("ab\r\nc", ("ab", "c ")),
        ("\ufeffab\n", ("ab",)),
        ("\n\n ab  \n\n", ("     ", "     ", " ab  ", "     ")),
        ("{/}\n", ("{/}",)),
        ("─█あ\n", ("─█あ",)),
    ],
    ids=["short line", "crlf", "bom", "blank lines", "brace", "unicode"],
)
def test_a_text_is_its_lines_of_one_length(write, content, rows):
    art = read_art(write(content), "Some Font", "light")
    assert art.rows == rows
    assert (art.columns, art.font, art.background) == (len(rows[0]), "Some Font", "light")
    assert art.placement == Placement(0, 0, len(rows[0]), len(rows))


def test_json_tells_its_own_font_background_and_placement(write, small_art):
    path = write(small_art.render("json"), "art.json")
    art = read_art(path)
    assert art.rows == small_art.rows
    assert (art.font, art.background, art.mode) == (FONT, "dark", "tone")
    assert art.placement == small_art.placement


def test_what_is_asked_for_comes_before_what_json_tells(write, small_art):
    path = write(small_art.render("json"), "art.json")
    art = read_art(path, "Another Font", "light")
    assert (art.font, art.background) == ("Another Font", "light")


def test_a_text_is_taken_for_the_default_font_on_dark(write):
    art = read_art(write("ab"))
    assert (art.font, art.background) == (FONT, "dark")


@pytest.mark.parametrize("form", ["text", "json"])
def test_standard_input(monkeypatch, small_art, form):
    data = small_art.render(form).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    rows = read_art("-").rows
    assert [row.rstrip() for row in rows][:2] == [" <a&b", "xx  yz"]


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "art.txt", "there is no text in it"),
        (b"\n\n", "art.txt", "there is no text in it"),
        (b"\xff\xfe", "art.txt", "not UTF-8 text"),
        (b"a\tb", "art.txt", "not plain text (it holds U+0009)"),
        (b"a\x1b[31mb", "art.txt", "not plain text (it holds U+001B)"),
        (b"{", "art.json", "saved art: not JSON ("),
        (b"{}", "art.json", "saved art: version None is not 1"),
    ],
)
def test_what_is_no_art_is_refused_by_name(write, content, name, reason):
    path = write(content, name)
    with pytest.raises(ImageError) as caught:
        read_art(path, FONT, "dark")
    assert str(caught.value).startswith(f"{path}: {reason}")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused_by_name(tmp_path):
    path = str(tmp_path / "none.txt")
    with pytest.raises(ImageError) as caught:
        read_art(path, FONT, "dark")
    assert str(caught.value) == f"{path}: cannot be read (No such file or directory)"


TEXT = "/--\\ |\n\\__/ |\n ##  |\n"


@pytest.mark.parametrize("background", ["dark", "light"])
def test_a_picture_of_the_text_scores_high_and_another_does_not(write, tmp_path, font, background):
    ink = draw_text(TEXT.splitlines(), font, 32, 16)
    gray = ink if background == "dark" else 1 - ink
    picture = str(tmp_path / "picture.png")
    Image.fromarray(np.rint(255 * gray).astype(np.uint8)).save(picture)
    assert score_file(picture, write(TEXT), FONT, background).tone.r > 0.999
    other = "     \n  ####\n"
    assert score_file(picture, write(other, "other.txt"), FONT, background).tone.r < 0.5


def test_a_transparent_picture_is_scored_on_the_arts_background(write, tmp_path, font):
    ink = draw_text(TEXT.splitlines(), font, 32, 16)
    rgba = np.full((*ink.shape, 4), 255, np.uint8)
    rgba[..., 3] = np.rint(255 * ink)
    picture = str(tmp_path / "picture.png")
    Image.fromarray(rgba).save(picture)
    assert score_file(picture, write(TEXT), FONT, "dark").tone.r > 0.999


@pytest.mark.parametrize(("background", "page"), [("dark", 0), ("light", 255)])
def test_a_text_is_drawn_in_its_font(write, background, page):
    data = render_file(write("█ \n █\n"), FONT, background, 32)
    picture = np.asarray(Image.open(io.BytesIO(data)).convert("L")).astype(int)
    height, width = picture.shape
    assert height / width == pytest.approx(1.935, rel=0.05)
    top, bottom = picture[: height // 2], picture[height // 2 :]
    third = width // 3
    assert abs(int(np.median(top[:, -third:])) - page) < 60
    assert abs(int(np.median(bottom[:, :third])) - page) < 60
    assert abs(int(np.median(top[:, :third])) - page) > 150
    assert abs(int(np.median(bottom[:, -third:])) - page) > 150
