"""Text art is read back from text and JSON, scored and drawn."""

import io
import sys

import numpy as np
import pytest
from PIL import Image

from asciiart.artfile import read_art, render_file, score_file
from asciiart.errors import ImageError
from asciiart.metrics import draw_text
from asciiart.render import render
from asciiart.render.layers import CLEAR, pack
from asciiart.typeset import Typeset, draw_characters, lay_out

FONT = "DejaVu Sans Mono"


def lines(art):
    return tuple(map("".join, art.characters.tolist()))


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
        ("─█é\n", ("─█é",)),
    ],
    ids=["short line", "crlf", "bom", "blank lines", "brace", "unicode"],
)
def test_a_text_is_its_lines_of_one_length(write, content, rows):
    art = read_art(write(content), "DejaVu Sans Mono", "light")
    assert lines(art) == rows
    assert art.characters.shape == (len(rows), len(rows[0]))
    assert (art.font.name, art.typeset, art.background) == (FONT, None, "light")
    assert art.placement is None


def test_json_tells_its_own_font_background_and_placement(write, small_art):
    path = write(small_art.render("json"), "art.json")
    art = read_art(path)
    assert lines(art) == small_art.rows
    assert (art.font.name, art.background) == (FONT, "dark")
    assert art.placement == small_art.placement


def test_what_is_asked_for_comes_before_what_json_tells(write, small_art):
    path = write(small_art.render("json"), "art.json")
    art = read_art(path, "M PLUS 1 Code", "light")
    assert (art.font.name, art.background) == ("M PLUS 1 Code", "light")
    assert art.placement == small_art.placement


def test_a_text_is_taken_for_the_default_font_on_dark(write):
    art = read_art(write("ab"))
    assert (art.font.name, art.background) == (FONT, "dark")


@pytest.mark.parametrize("form", ["text", "json"])
def test_standard_input(monkeypatch, small_art, form):
    data = small_art.render(form).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    rows = lines(read_art("-"))
    assert [row.rstrip() for row in rows][:2] == [" <a&b", "xx  yz"]


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "art.txt", "there is no text in it"),
        (b"\n\n", "art.txt", "there is no text in it"),
        (b"\x81", "art.txt", "neither UTF-8 nor cp932 text; encoding names another"),
        ("あ".encode(), "art.txt", "DejaVu Sans Mono cannot set 'あ' (U+3042)"),
        (b"a\bb", "art.txt", "not plain text (it holds U+0008)"),
        (b"a\x1b", "art.txt", "not plain text (it holds U+001B outside of a terminal's codes)"),
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


def test_a_picture_that_only_the_other_page_shows_is_scored_there(write, tmp_path, font):
    ink = draw_text(TEXT.splitlines(), font, 32, 16)
    rgba = np.zeros((*ink.shape, 4), np.uint8)
    rgba[..., 3] = 255 - np.rint(255 * ink)
    picture = str(tmp_path / "picture.png")
    Image.fromarray(rgba).save(picture)
    assert score_file(picture, write(TEXT), FONT, "dark").tone.r > 0.999


@pytest.mark.parametrize(("background", "page"), [("dark", 0), ("light", 255)])
def test_a_text_is_drawn_in_its_font(write, background, page):
    data = render_file(write("█ \n █\n"), FONT, background, font_size=32)
    picture = np.asarray(Image.open(io.BytesIO(data)).convert("L")).astype(int)
    height, width = picture.shape
    assert height / width == pytest.approx(1.935, rel=0.05)
    top, bottom = picture[: height // 2], picture[height // 2 :]
    third = width // 3
    assert abs(int(np.median(top[:, -third:])) - page) < 60
    assert abs(int(np.median(bottom[:, :third])) - page) < 60
    assert abs(int(np.median(top[:, :third])) - page) > 150
    assert abs(int(np.median(bottom[:, -third:])) - page) > 150


MONA_TEXT = "　／￣￣＼\n（　ﾟДﾟ　）\n\n　＼＿＿／\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_proportional_text_in_every_encoding(write, mona, encoding):
    art = read_art(write(MONA_TEXT.encode(encoding)), "Mona")
    assert lines(art) == tuple(MONA_TEXT.splitlines())
    assert art.typeset == Typeset(16, 18)
    assert art.characters.shape[1] == max(
        sum(mona.advances(row, 16)) for row in MONA_TEXT.splitlines()
    )


def test_sizes_of_proportional_text(write):
    path = write(MONA_TEXT)
    assert read_art(path, "Mona", font_size=24).typeset == Typeset(24, 27)
    assert read_art(path, "Mona", line_height=20).typeset == Typeset(16, 20)
    assert read_art(path, "Mona", width=200).characters.shape == (4, 200)
    with pytest.raises(ImageError, match=r"art\.txt: a row is \d+ columns long, not at most 9"):
        read_art(path, "Mona", width=9)


def test_references_are_characters_on_a_board(write):
    path = write("&#65;&#x3042;&amp;")
    assert lines(read_art(path, "Mona")) == ("Aあ&amp;",)
    assert lines(read_art(path, FONT)) == ("&#65;&#x3042;&amp;",)


def test_json_of_typeset_art(write, typeset_art):
    path = write(typeset_art.render("json"), "art.json")
    art = read_art(path)
    assert art.characters.tolist() == typeset_art.characters.tolist()
    assert (art.font.name, art.typeset) == ("Mona", Typeset(16, 18))
    assert art.placement == typeset_art.placement
    larger = read_art(path, font_size=24)
    assert (larger.typeset, larger.placement) == (Typeset(24, 27), None)


def test_json_tells_its_own_sizes(write, make_art, mona):
    art = make_art(["i漢"], font=mona, typeset=Typeset(24, 31))
    path = write(art.render("json"), "art.json")
    assert read_art(path).typeset == Typeset(24, 31)
    assert read_art(path, line_height=40).typeset == Typeset(24, 40)
    assert read_art(path, font_size=16).typeset == Typeset(16, 18)


def test_typeset_art_in_cells(write, make_art, mona):
    art = make_art(["i漢"], font=mona, typeset=Typeset(16, 18), columns=60)
    cells = read_art(write(art.render("json"), "art.json"), "M PLUS 1 Code")
    assert (cells.typeset, cells.placement) == (None, None)
    assert cells.characters.tolist() == [["i", "漢", ""]]


def test_json_of_wide_art(write, wide_art):
    art = read_art(write(wide_art.render("json"), "art.json"))
    assert art.characters.tolist() == wide_art.characters.tolist()
    assert art.placement == wide_art.placement


@pytest.mark.parametrize("name", ["art.txt", "art.json"])
def test_a_picture_of_proportional_text_scores_high(write, tmp_path, make_art, mona, name):
    made = make_art(MONA_TEXT.splitlines(), font=mona, typeset=Typeset(16, 18), background="light")
    path = write(made.render("json" if name == "art.json" else "text"), name)
    picture = str(tmp_path / "picture.png")
    data = render_file(path, "Mona", "light")
    (tmp_path / "picture.png").write_bytes(data)
    fidelity = score_file(picture, path, "Mona", "light")
    assert fidelity.tone.r > 0.999
    assert fidelity.structure.f > 0.8
    assert score_file(picture, write("ﾟДﾟﾟДﾟ", "x.txt"), "Mona", "light").structure.f < 0.5


def test_proportional_text_is_drawn_twice_as_large(write, mona):
    data = render_file(write(MONA_TEXT), "Mona", "dark")
    picture = np.asarray(Image.open(io.BytesIO(data)))
    characters = lay_out(MONA_TEXT.splitlines(), mona, Typeset(16, 18))
    ink = draw_characters(characters, mona, Typeset(16, 18), 36, 2)
    np.testing.assert_array_equal(picture, np.rint(17 + 238 * ink))
    small = render_file(write(MONA_TEXT), "Mona", "dark", 1)
    assert Image.open(io.BytesIO(small)).size == (picture.shape[1] // 2, picture.shape[0] // 2)
    large = render_file(write(MONA_TEXT), "Mona", "dark", 1, font_size=32, line_height=36)
    assert Image.open(io.BytesIO(large)).size[1] == picture.shape[0]


def test_text_in_cells_is_drawn_as_large_as_asked(write):
    def height(*scale, **sizes):
        data = render_file(write("ab\ncd"), FONT, "dark", *scale, **sizes)
        return Image.open(io.BytesIO(data)).size[1]

    # A row of DejaVu Sans Mono is 1.165 em high.
    assert [height(), height(2), height(font_size=40), height(0.5, font_size=40)] == [
        *(2 * 23, 2 * 47),
        *(2 * 47, 2 * 23),
    ]


@pytest.mark.parametrize("color", ["16", "truecolor"])
@pytest.mark.parametrize("name", ["filled_art", "cut_out_art"])
def test_a_filled_art_is_drawn_as_it_was(request, write, name, color):
    art = request.getfixturevalue(name)
    path = write(art.render("json"), "art.json")
    assert render_file(path) == render(art, "png", color=color, font_size=20)


def test_beside_a_filled_art_is_its_page(write, filled_art):
    path = write(filled_art.render("json"), "art.json")
    art = read_art(path, background="light", width=6)
    assert art.layers.ink.shape == art.layers.paper.shape == (2, 6)
    np.testing.assert_array_equal(art.layers.ink[:, :4], pack(filled_art.fill.ink))
    assert art.layers.paper[1, 3:].tolist() == [0xFFFFFF, CLEAR, CLEAR]
