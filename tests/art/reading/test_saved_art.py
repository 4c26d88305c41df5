"""Text art is read back from text and JSON, scored and drawn."""

import io
import json
import sys
from contextlib import suppress

import numpy as np
import pytest
from bbs import sauce
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import CAT, TESTS
from PIL import Image
from tiny_fonts import variable_font

from asciiart import draw
from asciiart.art.formats.color_layers import CLEAR, color_layers, pack
from asciiart.art.formats.png import draw_picture
from asciiart.art.formats.registry import encode_text, render
from asciiart.art.reading.saved_art import read_art, render_file
from asciiart.errors import AsciiArtError, FontError, ImageError, OptionError
from asciiart.glyphs.charsets import BLANKS, BRAILLE_BLANK, CHARSETS
from asciiart.glyphs.font import load_font
from asciiart.glyphs.typesetting import Typeset, draw_characters, typeset_rows
from asciiart.io.terminal.color_mode import ColorMode

FONT = "DejaVu Sans Mono"
CORPUS = TESTS / "fuzz" / "corpora" / "read_art"


def lines(art):
    return tuple(map("".join, art.characters.tolist()))


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
    art = read_art(write(content), font="DejaVu Sans Mono", background="light")
    assert lines(art) == rows
    assert art.characters.shape == (len(rows), len(rows[0]))
    assert (art.font.name, art.typeset, art.background) == (FONT, None, "light")
    assert art.placement is None


@pytest.mark.parametrize("name", ["Spleen 8x16", "Spleen 8x16 Medium"])
def test_json_of_now_and_of_before_finds_its_bundled_font(write, make_art, name):
    text = make_art(["⣿a"], font=load_font("Spleen 8x16")).render("json")
    assert '"font": {"name": "Spleen 8x16", "sha256": ' in text
    path = write(text.replace('"Spleen 8x16"', f'"{name}"'), "art.json")
    assert read_art(path).font == load_font("Spleen 8x16")


def test_json_tells_no_path_and_says_what_to_do_without_the_font(write, make_art, tmp_path):
    font = load_font(f"{variable_font(tmp_path / 'vary.ttf')}:wght=300")
    text = make_art(["Mi"], font=font).render("json")
    assert str(tmp_path) not in text
    path = write(text, "art.json")
    with pytest.raises(FontError, match=r"no such font.*; font takes the name or file of one$"):
        read_art(path)
    assert read_art(path, font=f"{tmp_path / 'vary.ttf'}:wght=300").font == font


def test_json_tells_its_own_font_background_and_placement(write, small_art):
    path = write(small_art.render("json"), "art.json")
    art = read_art(path)
    assert lines(art) == small_art.rows
    assert (art.font.name, art.background) == (FONT, "dark")
    assert art.placement == small_art.placement


def test_what_is_asked_for_comes_before_what_json_tells(write, small_art):
    path = write(small_art.render("json"), "art.json")
    art = read_art(path, font="M PLUS 1 Code", background="light")
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
        (b"[" * 100_000, "art.json", "saved art: not JSON ("),
        (b'{"version":1,"rows":' + b"[" * 100_000, "art.json", "saved art: not JSON ("),
        (b'{"version":1,"columns":' + b"9" * 5000, "art.json", "saved art: not JSON ("),
        (b"\x1b[1000000000;1Hx", "art.ans", "row 100000000, column 1 is written to"),
        (b"\x1b[31mx\x1b[4T", "art.ans", "it holds a code that no text art has (ESC [ 4T)"),
        (b"x" * 10_001, "art.txt", "10001 columns by 1 rows are no text art"),
        (b"\t" * 1251, "art.txt", "10008 columns by 1 rows are no text art"),
        (b"\n" * 4_000_001, "art.txt", "more than 4000000 rows are no text art"),
        (b"{}", "art.json", "saved art: version None is not 1"),
    ],
)
def test_what_is_no_art_is_refused_by_name(write, content, name, reason):
    path = write(content, name)
    with pytest.raises(ImageError) as caught:
        read_art(path, font=FONT, background="dark")
    assert str(caught.value).startswith(f"{path}: {reason}")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused_by_name(tmp_path):
    path = str(tmp_path / "none.txt")
    with pytest.raises(ImageError) as caught:
        read_art(path, font=FONT, background="dark")
    assert str(caught.value) == f"{path}: cannot be read (No such file or directory)"


def test_what_is_too_much_is_not_read():
    with pytest.raises(ImageError, match="/dev/zero: over 64 MiB are no text art"):
        read_art("/dev/zero")


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"width": 2**63 - 1}, "width"),
        ({"width": 0}, "width"),
        ({"width": -(10**4000)}, "width"),
        ({"font_size": 10**4000}, "font_size"),
        ({"font_size": 0}, "font_size"),
        ({"encoding": "nope"}, "encoding"),
    ],
)
def test_options_out_of_range_name_themselves(write, options, name):
    with pytest.raises(OptionError, match=f"^{name} ") as caught:
        read_art(write("ab"), **options)
    assert caught.value.parameters == (name,)


@pytest.mark.parametrize("scale", [0, -1, float("nan"), float("inf")])
def test_scales_that_no_picture_has(write, scale):
    with pytest.raises(OptionError, match="scale must be above 0"):
        render_file(write("ab"), scale=scale)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"columns": 10**9}, "'columns' must be 1 to 10000"),
        ({"columns": 10**400}, "'columns' must be 1 to 10000"),
        ({"rows": ["x"] * 500, "columns": 10_000}, "10000 columns by 500 rows are no text art"),
        ({"placement": {"left": 0, "top": 0, "width": 1e8, "height": 1}}, "no sane number"),
        ({"placement": {"left": -1e6, "top": 0, "width": 1, "height": 1}}, "no sane number"),
        ({"placement": {"left": 10**400, "top": 0, "width": 1, "height": 1}}, "no sane number"),
    ],
)
def test_a_json_art_of_absurd_size(write, small_art, change, reason):
    fields = json.loads(small_art.render("json")) | change
    with pytest.raises(ImageError, match=reason):
        read_art(write(json.dumps(fields), "art.json"))


@pytest.mark.parametrize(
    "name", [str(load_font(FONT).path), "/dev/zero", "../x.ttf", "\0", "x" * 100_000, ""]
)
def test_a_json_art_opens_no_file_as_its_font(write, small_art, name):
    fields = json.loads(small_art.render("json"))
    fields["font"]["name"] = name
    with pytest.raises(FontError, match=r"art\.json: "):
        read_art(write(json.dumps(fields), "art.json"))


def show(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


CASE = bytes.fromhex("b0b1b2dbdcdfc9cdbb0d0a")


@pytest.mark.parametrize("name", ["art.nfo", "art.NFO", "art.diz", "art.asc", "art.ans"])
def test_a_pcs_characters(write, name):
    assert lines(read_art(write(CASE, name))) == ("░▒▓█▄▀╔═╗",)
    assert lines(read_art(write(CASE, "art.txt"), encoding="cp437")) == ("░▒▓█▄▀╔═╗",)
    assert lines(read_art(write(CASE + sauce(), "art.txt"))) == ("░▒▓█▄▀╔═╗",)


def test_a_pcs_characters_in_a_font_that_lacks_them(write, mona):
    """Mona has none of them; they are DejaVu Sans Mono's, ten pixels wide each."""
    art = read_art(write(CASE, "art.nfo"), font="Mona")
    assert "".join(lines(art)) == "░▒▓█▄▀╔═╗"
    assert not any(mona.has(character) for character in "░▒▓█▄▀╔═╗")
    picture = show(render_file(write(CASE, "art.nfo"), font="Mona"))[..., 0]
    cells = picture.reshape(36, 9, 20).swapaxes(0, 1)
    means = cells.mean(axis=(1, 2))
    assert means[3] > 245  # the full block
    assert means[0] < means[1] < means[2] < means[3]
    above, below = cells[:, :16].mean(axis=(1, 2)), cells[:, 20:].mean(axis=(1, 2))
    assert (above[4] < 60, below[4] > 200) == (True, True)  # the lower half
    assert (above[5] > 200, below[5] < 60) == (True, True)  # the upper half
    with pytest.raises(ImageError, match=r"Mona cannot set '═'"):
        read_art(write("═", "art.txt"), font="Mona")


def test_a_record_is_not_drawn_and_tells_the_width(write):
    data = b"abcdef" + sauce(4, comments=(b"a comment",))
    assert lines(read_art(write(data, "art.nfo"))) == ("abcd", "ef  ")
    assert lines(read_art(write(b"\x1b[1m" + data, "art.ans"))) == ("abcd", "ef  ")
    assert lines(read_art(write(b"\x1b[1m" + data, "art.ans"), width=5)) == ("abcde", "f    ")


def test_a_pcs_colors(write):
    data = b"\x1b[1;33;44m\xdb\x1b[0;5;41m \x1b[0m\xdb\r\n"
    art = read_art(write(data + sauce(flags=1), "art.ans"))
    assert art.layers.ink.tolist() == [[0xFFFF55, 0xAAAAAA, 0xAAAAAA]]
    assert art.layers.paper.tolist() == [[0x0000AA, 0xFF5555, 0]]
    wider = read_art(write(data + sauce(), "art.ans"), width=4)
    assert wider.layers.paper.tolist() == [[0x0000AA, 0xAA0000, 0, 0]]


@pytest.mark.parametrize("color", ["16", "256", "truecolor"])
@pytest.mark.parametrize("name", ["small_art", "filled_art", "cut_out_art", "wide_art"])
def test_ansi_art_is_drawn_as_it_was(request, write, name, color):
    art = request.getfixturevalue(name)
    path = write(f"{art.render('ansi', color=color)}\n", "art.ans")
    drawn = render_file(path, font=art.font.path, background=art.background, width=art.grid.columns)
    expected = render(art, "png", color=color, font_size=20)
    np.testing.assert_array_equal(show(drawn), show(expected))


@pytest.mark.parametrize("options", [{}, {"fill": True, "charset": "blocks"}])
def test_a_drawing_in_true_color_is_read_back_as_it_was(write, options):
    """A filled one to the level; of another, inks that look alike were written as one."""
    art = draw(CAT, columns=30, **options)
    path = write(str(art.render("ansi", color="truecolor")) + "\n", "art.ans")
    drawn = show(render_file(path, background=art.background, width=art.grid.columns))
    direct = show(render(art, "png", color="truecolor", font_size=20))
    assert drawn.shape == direct.shape
    assert np.abs(drawn - direct).max() <= (0 if options else 30)
    layers = color_layers(art, ColorMode.TRUECOLOR, joined=True)
    joined = draw_picture(
        art.characters, art.font, None, art.background, font_size=20, layers=layers
    )
    np.testing.assert_array_equal(drawn, joined)


def test_light_pages_have_dark_ink(write):
    path = write("\x1b[31m█\x1b[0m█", "art.ans")
    art = read_art(path, background="light")
    assert art.layers.ink.tolist() == [[0xCD0000, 0]]
    assert read_art(path).layers.ink.tolist() == [[0xCD0000, 0xFFFFFF]]


def test_codes_without_colors_are_plain(write):
    art = read_art(write("\x1b[1mab\x1b[0m\n"))
    assert (lines(art), art.layers) == (("ab",), None)


def test_marks_and_tabs_take_no_cells_of_their_own(write):
    text = "cafe\u0301|\n\u0301q\u0307\ufe0f|\n\t|\nabcdefgh\t|\n"
    rows = ("café|", "q|", "        |", "abcdefgh        |")
    assert tuple(row.rstrip() for row in lines(read_art(write(text)))) == rows
    wide = read_art(write("漢字\t|"), font="M PLUS 1 Code")
    assert "".join(lines(wide)) == "漢字    |"


def test_braille_is_set_in_a_font_that_has_it_and_its_blank_is_one(write):
    art = read_art(write("⠀⠁\n⠃⠀\n"))
    assert (art.font.name.startswith("Spleen 8x16"), lines(art)) == (True, ("⠀⠁", "⠃⠀"))
    assert lines(read_art(write("\x1b[31m⠀⠁\x1b[0m\n"))) == ("⠀⠁",)
    spaces = render_file(write(" ⠁\n⠃ \n", "spaces.txt"))
    assert render_file(write("⠀⠁\n⠃⠀\n")) == spaces
    # DejaVu Sans Mono has no braille, but a blank is a blank.
    assert lines(read_art(write("⠀a\n"), font=FONT)) == (" a",)


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(["ascii", "latin", "box", "blocks", "kana", "braille"]),
    st.sampled_from(["utf-8", "utf-16"]),
    st.data(),
)
def test_what_was_written_is_read(make_art, tmp_path_factory, charset, encoding, data):
    used = load_font("Spleen 8x16" if charset == "braille" else "M PLUS 1 Code")
    characters = [c for c in CHARSETS[charset] if used.has(c) and used.span(c)]
    characters.append(BRAILLE_BLANK if charset == "braille" else " ")
    row = st.text(characters, min_size=1, max_size=9)
    art = make_art(data.draw(st.lists(row, min_size=1, max_size=4)), font=used)
    path = tmp_path_factory.mktemp("art") / "art.txt"
    path.write_bytes(encode_text(f"{art}\n", encoding))
    if not str(art).strip("\n"):
        return
    read = read_art(str(path), font=used.path, width=art.grid.columns)
    texts = "\n".join(row.rstrip(BLANKS) for row in lines(read))
    assert texts == str(art)


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.*")), ids=lambda path: path.name)
def test_the_corpus_is_read_or_refused(path):
    with suppress(AsciiArtError):
        assert read_art(str(path)).characters.size


@pytest.mark.parametrize(("background", "page"), [("dark", 0), ("light", 255)])
def test_a_text_is_drawn_in_its_font(write, background, page):
    data = render_file(write("█ \n █\n"), font=FONT, background=background, font_size=32)
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
    art = read_art(write(MONA_TEXT.encode(encoding)), font="Mona")
    assert lines(art) == tuple(MONA_TEXT.splitlines())
    assert art.typeset == Typeset(16, 18)
    assert art.characters.shape[1] == max(
        sum(mona.advances(row, 16)) for row in MONA_TEXT.splitlines()
    )


def test_sizes_of_proportional_text(write):
    path = write(MONA_TEXT)
    assert read_art(path, font="Mona", font_size=24).typeset == Typeset(24, 27)
    assert read_art(path, font="Mona", line_height=20).typeset == Typeset(16, 20)
    assert read_art(path, font="Mona", width=200).characters.shape == (4, 200)
    with pytest.raises(ImageError, match=r"art\.txt: a row is \d+ columns long, not at most 9"):
        read_art(path, font="Mona", width=9)


def test_references_are_characters_on_a_board(write):
    path = write("&#65;&#x3042;&amp;")
    assert lines(read_art(path, font="Mona")) == ("Aあ&amp;",)
    assert lines(read_art(path, font=FONT)) == ("&#65;&#x3042;&amp;",)


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
    cells = read_art(write(art.render("json"), "art.json"), font="M PLUS 1 Code")
    assert (cells.typeset, cells.placement) == (None, None)
    assert cells.characters.tolist() == [["i", "漢", ""]]


def test_json_of_wide_art(write, wide_art):
    art = read_art(write(wide_art.render("json"), "art.json"))
    assert art.characters.tolist() == wide_art.characters.tolist()
    assert art.placement == wide_art.placement


def test_proportional_text_is_drawn_twice_as_large(write, mona):
    data = render_file(write(MONA_TEXT), font="Mona", background="dark")
    picture = np.asarray(Image.open(io.BytesIO(data)))
    characters = typeset_rows(MONA_TEXT.splitlines(), mona, Typeset(16, 18))
    ink = draw_characters(characters, mona, Typeset(16, 18), 36, 2)
    np.testing.assert_array_equal(picture, np.rint(17 + 238 * ink))
    small = render_file(write(MONA_TEXT), font="Mona", background="dark", scale=1)
    assert Image.open(io.BytesIO(small)).size == (picture.shape[1] // 2, picture.shape[0] // 2)
    large = render_file(
        write(MONA_TEXT), font="Mona", background="dark", scale=1, font_size=32, line_height=36
    )
    assert Image.open(io.BytesIO(large)).size[1] == picture.shape[0]


def test_text_in_cells_is_drawn_as_large_as_asked(write):
    def height(scale=None, **sizes):
        data = render_file(write("ab\ncd"), font=FONT, background="dark", scale=scale, **sizes)
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
    assert art.layers.paper[1, 3:].tolist() == [0xFFFFFF, CLEAR, CLEAR]  # type: ignore[index]
