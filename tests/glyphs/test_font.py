"""Fonts are measured as they are, and glyphs fill their cells as they do on a screen."""

import bz2
import gzip
import hashlib
import shutil
import struct
import subprocess
import sys
import time
from contextlib import suppress

import cv2
import numpy as np
import pytest
import wcwidth
from fontTools.ttLib import TTFont, newTable
from fontTools.varLib.instancer import instantiateVariableFont
from hypothesis import given
from hypothesis import strategies as st
from tiny_fonts import (
    CASES,
    DEJAVU,
    EMPTY,
    FONTS,
    bitmap_font,
    calling_font,
    changed,
    circular_font,
    collection,
    doubling_font,
    emoji_font,
    repacked,
    square,
    start_font,
    symbol_font,
    toy_font,
    type1_font,
    variable_font,
)

from asciiart.errors import FontError
from asciiart.glyphs.charsets import CHARSETS
from asciiart.glyphs.font import load_font
from asciiart.glyphs.rasterize import rasterize, rasterize_row
from asciiart.glyphs.typesetting import Typeset, choose_typeset, column_spans
from asciiart.glyphs.usable import usable_characters

SPLEEN = FONTS / "spleen" / "spleen-8x16.otf"
CORPUS = CASES.parent.parent / "fuzz" / "corpora" / "load_font"
TERMINUS, PCF = CASES / "terminus.otb", CASES / "4x6.pcf.gz"


def build_font(path, ascent=800, descent=200):
    """A font 500 wide in which M is full, i is the left half, and あ is 1000 wide."""
    full, left = square(0, -descent, 500, ascent), square(0, -descent, 250, ascent)
    wide = square(0, -descent, 750, ascent)
    glyphs = {".notdef": full, "space": EMPTY, "M": full, "i": left, "wide": wide}
    names = {" ": "space", "M": "M", "i": "i", "あ": "wide"}
    widths = {"wide": 1000}
    start_font(glyphs, names, widths=widths, ascent=ascent, descent=descent).save(path)
    return path


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return load_font(build_font(tmp_path_factory.mktemp("fonts") / "toy.ttf"))


@pytest.fixture(scope="module")
def spleen():
    return load_font(SPLEEN)


@pytest.fixture(scope="module")
def mona():
    return load_font("Mona")


@pytest.fixture(scope="module")
def mplus():
    return load_font("M PLUS 1 Code")


def test_dejavu_is_as_high_and_wide_as_its_tables_say(font):
    assert font.aspect == pytest.approx(2384 / 1233, rel=1e-3)
    assert font.name == "DejaVu Sans Mono"
    assert font.scalable
    assert font.digest == hashlib.sha256(font.path.read_bytes()).hexdigest()


def test_spleen_is_8_by_16(spleen):
    assert spleen.aspect == 2.0
    assert (spleen.name, spleen.family) == ("Spleen 8x16", "Spleen 8x16")


@pytest.mark.parametrize(
    ("height", "step", "width"),
    [(32, 2, 16), (16, 2, 8), (16, 4, 8), (16, 1, 8), (8, 4, 4), (1, 4, 4)],
)
def test_a_cell_is_the_nearest_multiple_of_the_step_wide(font, height, step, width):
    cell = font.cell(height, step)
    assert (cell.height, cell.width, cell.aspect) == (height, width, font.aspect)


def test_the_toy_font_is_measured(toy):
    assert (toy.name, toy.aspect, toy.advance) == ("Toy", 2.0, 500)
    assert toy.length("あ") == 1000


def test_a_font_has_what_its_table_has(font, spleen):
    assert font.has("é")
    assert font.has("─")
    assert not font.has("あ")
    assert not font.has("\U0001f600")
    assert not font.has("⠿")
    assert spleen.has("⠿")


@pytest.mark.parametrize("name", ["ascii", "latin", "box", "blocks"])
def test_dejavu_has_every_character_that_is_claimed(font, name):
    assert set(usable_characters(font, CHARSETS[name])) == {" ", *CHARSETS[name]}


@pytest.mark.parametrize("name", ["ascii", "box", "blocks", "braille"])
def test_spleen_has_every_character_that_is_claimed(spleen, name):
    assert set(usable_characters(spleen, CHARSETS[name])) == {" ", *CHARSETS[name]}


def test_strictly_a_lacking_character_is_refused_by_name(font):
    with pytest.raises(FontError) as caught:
        usable_characters(font, "aあ", strict=True)
    assert str(caught.value) == "DejaVu Sans Mono lacks 'あ' (U+3042)"


def test_otherwise_it_is_left_out(font):
    assert usable_characters(font, " aあb") == " ab"


def test_of_many_only_five_are_named(font):
    with pytest.raises(FontError, match=r"lacks 'あ' \(U\+3042\), .*'お' \(U\+304A\) and 2 more$"):
        usable_characters(font, "あいうえおかき", strict=True)


def test_nothing_usable_is_refused_even_when_not_strict(font):
    with pytest.raises(FontError, match=r"has none of these characters: 'あ' \(U\+3042\)$"):
        usable_characters(font, " あ")


def test_a_wide_character_is_refused_by_name_or_left_out(toy):
    assert usable_characters(toy, "Miあ") == " Mi"
    with pytest.raises(FontError) as caught:
        usable_characters(toy, "Mあ", strict=True)
    assert str(caught.value) == "Toy: not exactly one cell wide: 'あ' (U+3042)"


def test_fonts_are_proportional_or_not(font, spleen, toy, mona, mplus):
    fonts = (font, spleen, toy, mplus, mona)
    assert [each.proportional for each in fonts] == [False, False, False, False, True]


def test_characters_fill_one_cell_or_two_or_neither(toy, mona, mplus):
    assert [mplus.span(character) for character in "aéあ亜"] == [1, 1, 2, 2]
    assert (toy.span("M"), toy.span("あ")) == (1, 2)
    assert mona.span("i") == 0


def test_two_cells_are_taken_where_they_are_asked_for(mplus):
    assert usable_characters(mplus, "aあ亜") == " a"
    assert usable_characters(mplus, "aあ亜", spans=(1, 2)) == " aあ亜"
    assert usable_characters(mplus, "aあ亜", spans=(1, 2), strict=True) == " aあ亜"


def test_what_a_terminal_shows_wider_is_refused_by_name_or_left_out(font):
    assert font.span("☔") == 1
    for spans in ((1,), (1, 2)):
        assert usable_characters(font, "a☔é", spans=spans) == " aé"
        with pytest.raises(FontError) as caught:
            usable_characters(font, "☔", spans=spans, strict=True)
        assert str(caught.value) == (
            "DejaVu Sans Mono: not as wide in a terminal as in this font: '☔' (U+2614)"
        )


def test_neither_one_nor_two_cells_is_refused_by_name(tmp_path):
    file = build_font(tmp_path / "toy.ttf")
    with TTFont(file) as tables:
        tables["hmtx"]["wide"] = (750, 0)
        tables.save(file)
    with pytest.raises(FontError) as caught:
        usable_characters(load_font(file), "Mあ", spans=(1, 2), strict=True)
    assert str(caught.value) == "Toy: not exactly one or two cells wide: 'あ' (U+3042)"


@given(st.sets(st.sampled_from(CHARSETS["ascii"] + CHARSETS["latin"] + CHARSETS["jis"])))
def test_terminals_and_font_agree_on_the_width_of_what_is_usable(mplus, characters):
    usable = usable_characters(mplus, "a" + "".join(characters), spans=(1, 2))
    assert sum(map(mplus.span, usable)) == wcwidth.wcswidth(usable)
    assert set(usable) <= {" ", "a"} | characters


def test_ascii_alone_does_not_import_what_knows_terminals():
    script = (
        "import sys; from asciiart.glyphs.font import load_font;"
        "from asciiart.glyphs.usable import usable_characters as usable;"
        "font = load_font('DejaVu Sans Mono'); usable(font, 'ab'); print('wcwidth' in sys.modules);"
        "usable(font, 'é'); print('wcwidth' in sys.modules)"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_all_with_a_width_are_usable_in_a_proportional_font(mona):
    characters = CHARSETS["ascii"] + CHARSETS["jis"]
    assert usable_characters(mona, characters, strict=True) == characters
    assert usable_characters(mona, "ab黑") == " ab"
    with pytest.raises(FontError) as caught:
        usable_characters(mona, "ab黑", strict=True)
    assert str(caught.value) == "Mona: without a width: '黑' (U+9ED1)"


def test_reading_mona_logs_nothing(caplog):
    with caplog.at_level("INFO"):
        assert load_font("Mona").has("あ")
    assert caplog.records == []


def test_mona_s_spaces_and_full_width(mona):
    assert mona.advances(" \u3000亜", 16) == (5, 11, 16)


def test_advances_are_those_of_mona_s_outlines_not_of_its_bitmaps(mona):
    with TTFont(mona.path, lazy=True) as tables:
        tables.setGlyphOrder([f"{i}" for i in range(tables["maxp"].numGlyphs)])
        glyphs = {chr(code): int(name) for code, name in tables.getBestCmap().items()}
        # fontTools does not read it: it is 2 bytes short.
        metrics = tables.reader["hmtx"]
    characters = CHARSETS["ascii"] + CHARSETS["jis"]
    outlines = [struct.unpack_from(">H", metrics, 4 * glyphs[c])[0] for c in characters]
    expected = [(units * 16 + 512) // 1024 for units in outlines]
    assert mona.advances(characters, 16) == tuple(expected)
    different = [
        character
        for character, advance in zip(characters, expected, strict=True)
        if mona.face(16).getlength(character) != advance
    ]
    assert "".join(different) == "?WyＢＬｨｮｰﾂ"


def test_an_advance_is_a_pixel_at_least(mona):
    assert mona.advances("i黑", 1) == (1, 1)


@given(
    st.text(st.sampled_from(CHARSETS["ascii"] + CHARSETS["jis"]), max_size=9),
    st.integers(6, 100),
)
def test_advances_are_the_real_ones_rounded_each_by_itself(mona, characters, size):
    advances = mona.advances(characters, size)
    assert advances == tuple(mona.advances(character, size)[0] for character in characters)
    real = [size * mona.length(character) / mona.size for character in characters]
    assert advances == pytest.approx(real, abs=0.5)


def test_a_row_s_glyph_stands_in_the_middle_between_half_leadings(toy):
    blank, full, left = rasterize_row(toy, " Mi", 10, 20, 8)
    expected = np.zeros((20, 8))
    assert (blank == expected).all()
    expected[5:15, :5] = 1
    assert (full == expected).all()
    np.testing.assert_allclose(left[5:15], [[1, 1, 0.5, 0, 0, 0, 0, 0]] * 10, atol=0.01)


def test_what_juts_out_of_a_row_is_cut_off(toy):
    assert (rasterize_row(toy, "M", 10, 4, 3) == 1).all()


def test_mona_s_rows_are_drawn_from_outlines(mona):
    (ink,) = rasterize_row(mona, "／", 16, 18, 16)
    assert len(np.unique(ink)) > 10
    (large,) = rasterize(mona, "／", 18, 16)
    assert ink.shape == large.shape
    rows, columns = np.nonzero(ink > 0.3)
    assert columns[rows.argmin()] > columns[rows.argmax()] + 10


@given(st.sampled_from(CHARSETS["jis"]), st.integers(8, 24), st.sampled_from([1, 2, 4, 8]))
def test_a_row_drawn_larger_is_the_same_row(mona, character, font_size, scale):
    line_height, width = font_size + 2, font_size
    small = rasterize_row(mona, character, font_size, line_height, width)
    large = rasterize_row(mona, character, font_size, line_height, width, scale=scale)
    assert large.shape == (1, scale * line_height, scale * width)
    shrunk = cv2.resize(large[0], (width, line_height), interpolation=cv2.INTER_AREA)
    np.testing.assert_allclose(shrunk, small[0], atol=1.01 / 255)


def test_a_row_s_ink_is_of_the_characters_in_order(mona):
    characters = CHARSETS["kana"]
    inks = rasterize_row(mona, characters, 16, 18, 16)
    assert inks.shape == (len(characters), 18, 16)
    assert (inks.min(), inks.dtype) == (0, np.float32)
    assert 0.9 < inks.max() <= 1
    assert inks.any(axis=(1, 2)).all()
    np.testing.assert_array_equal(inks[7], rasterize_row(mona, characters[7], 16, 18, 16)[0])


def test_a_bitmap_font_s_row_is_drawn_pixel_by_pixel():
    bitmap = load_font(TERMINUS)
    (ink,) = rasterize_row(bitmap, "A", bitmap.size, 12, 6)
    np.testing.assert_array_equal(ink, rasterize(bitmap, "A", 12, 6)[0])
    (larger,) = rasterize_row(bitmap, "A", bitmap.size, 12, 6, scale=2)
    np.testing.assert_array_equal(larger, ink.repeat(2, axis=0).repeat(2, axis=1))
    (stretched,) = rasterize_row(bitmap, "A", 1.5 * bitmap.size, 18, 9)
    np.testing.assert_allclose(stretched, rasterize(bitmap, "A", 18, 9)[0], atol=1.01 / 255)


def test_glyphs_fill_their_share_of_the_cell(toy):
    blank, full, left = rasterize(toy, " Mi", 16, 8)
    assert (blank == 0).all()
    assert (full == 1).all()
    assert (left[:, :4] == 1).all()
    assert (left[:, 4:] == 0).all()


def test_a_wide_glyph_has_two_cells(toy):
    (wide,) = rasterize(toy, "あ", 16, 16, cells=2)
    assert (wide[:, :12] == 1).all()
    assert (wide[:, 12:] == 0).all()


@pytest.mark.parametrize(("height", "width"), [(32, 16), (16, 8), (24, 12)])
def test_ink_is_whole_cells_of_0_to_1(font, height, width):
    inks = rasterize(font, CHARSETS["ascii"], height, width)
    assert inks.shape == (95, height, width)
    assert inks.dtype == np.float32
    assert inks.min() == 0
    assert 0.9 < inks.max() <= 1
    assert not inks[0].any()
    assert inks[1:].any(axis=(1, 2)).all()


def test_the_full_block_is_all_ink(font, spleen):
    assert rasterize(font, "█", 32, 16).min() == 1
    assert rasterize(spleen, "█", 16, 8).min() == 1


def test_box_drawing_reaches_the_edges_of_the_cell(font):
    vertical, horizontal, corner = rasterize(font, "│─└", 32, 16)
    assert vertical.max(axis=1).min() > 0.9
    assert horizontal.max(axis=0).min() > 0.9
    assert corner[0].max() > 0.9
    assert corner[:, -1].max() > 0.9
    assert not corner[-1].any()
    assert not corner[:, 0].any()


def test_baselines_and_sides_are_kept(font):
    underscore, quote, slash = rasterize(font, '_"/', 32, 16)
    assert not underscore[:24].any()
    assert not quote[16:].any()
    assert slash[:16, 8:].sum() > 10 * slash[:16, :8].sum()


def test_spleens_pixels_are_crisp(spleen):
    (dots,) = rasterize(spleen, "⣿", 16, 8)
    assert set(np.unique(dots)) == {0, 1}
    assert dots.sum() == 8 * 4


@pytest.mark.parametrize(
    ("path", "size"), [(TERMINUS, (12, 6)), (PCF, (6, 4))], ids=["otb", "pcf.gz"]
)
def test_a_bitmap_font_is_drawn_pixel_by_pixel(path, size):
    bitmap = load_font(path)
    assert not bitmap.scalable
    assert (bitmap.ascent + bitmap.descent, bitmap.advance) == size
    assert bitmap.has("A")
    assert not bitmap.has("あ")
    inks = rasterize(bitmap, " A", *size)
    assert set(np.unique(inks)) == {0, 1}
    assert not inks[0].any()
    larger = rasterize(bitmap, "A", 2 * size[0], 2 * size[1])[0]
    np.testing.assert_array_equal(larger, inks[1].repeat(2, axis=0).repeat(2, axis=1))


@pytest.mark.parametrize(
    "content", [b"", b"no font", SPLEEN.read_bytes()[:200]], ids=["empty", "text", "cut"]
)
def test_a_damaged_font_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "damaged.ttf"
    path.write_bytes(content)
    with pytest.raises(FontError) as caught:
        load_font(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: not a font that can be read")
    assert "\n" not in message


def test_an_unknown_font_is_refused():
    with pytest.raises(FontError, match="no such font file"):
        load_font("/nowhere/a.ttf")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (
            "font-wide-advance.ttf",
            "a damaged font (its characters are 32 em wide and 1.17 em high)",
        ),
        ("font-74.ttf", "a damaged font (broken file)"),
    ],
)
def test_fonts_from_attacks_are_refused_in_one_line(name, reason):
    with pytest.raises(FontError) as caught:
        usable_characters(load_font(CASES / name), CHARSETS["ascii"])
    assert str(caught.value) == f"{CASES / name}: {reason}"


def test_a_space_that_is_no_cell_wide_is_refused():
    with pytest.raises(FontError, match=r"its space is not as wide as its other characters$"):
        usable_characters(load_font(CASES / "font-588.ttf"), CHARSETS["ascii"])


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (doubling_font, "it composes a glyph of too many others"),
        (circular_font, "it composes a glyph of too many others"),
        (calling_font, "broken file"),
    ],
)
def test_outlines_that_would_take_hours_are_refused_at_once(tmp_path, make, reason):
    path = make(tmp_path / "bomb.ttf")
    started = time.process_time()
    with pytest.raises(FontError) as caught:
        load_font(path)
    assert time.process_time() - started < 5
    assert str(caught.value) == f"{path}: a damaged font ({reason})"


@pytest.mark.parametrize("pack", [gzip, bz2])
def test_a_bitmap_font_that_unpacks_without_end_is_refused_at_once(tmp_path, pack):
    # A table of properties far away, to which FreeType would unpack for each size that it tries.
    where = struct.pack("<8I", 1, 14, 1000, 2**26 - 4096, 4, 14, 1000, 2**26 - 2048)
    path = tmp_path / "x.pcf.gz"
    with pack.open(path, "wb", 1) as file:
        file.write(b"\1fcp" + struct.pack("<I", 2) + where)
        for _ in range(64):
            file.write(bytes(2**20))
    started = time.process_time()
    with pytest.raises(FontError, match=r"\(over 32 MiB when unpacked\)$"):
        load_font(path)
    assert time.process_time() - started < 5


def test_a_damaged_font_is_not_replaced_by_an_installed_namesake(tmp_path, monkeypatch):
    # As `ImageFont.truetype` does, which searches these folders for the file's name.
    installed = tmp_path / "data" / "fonts"
    installed.mkdir(parents=True)
    shutil.copy(DEJAVU, installed / "same.ttf")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "same.ttf").write_bytes(b"no font")
    with pytest.raises(FontError, match="not a font that can be read"):
        load_font(tmp_path / "same.ttf")


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ({"ascent": 32767, "descent": 0}, "0.5 em wide and 32.8 em high"),
        ({"ascent": 30000, "descent": -29999}, "0.5 em wide and 0.00"),
        ({"ascent": 10, "descent": 10}, "0.5 em wide and 0.02 em high"),
    ],
)
def test_a_line_that_no_font_has_is_refused(tmp_path, header, values):
    def stretch(font):
        font["hhea"].ascent, font["hhea"].descent = header["ascent"], -header["descent"]
        font["OS/2"].sTypoAscender = header["ascent"]
        font["OS/2"].sTypoDescender = -header["descent"]

    with pytest.raises(FontError, match=rf"\(its characters are {values}"):
        load_font(changed(tmp_path / "toy.ttf", stretch))


def test_a_font_of_mathematics_has_high_lines_and_is_set_closer(tmp_path):
    path = tmp_path / "math.ttf"
    toy_font(ascent=4000, descent=2000, widths={"i": 250}).save(path)
    font = load_font(path)
    assert font.proportional
    assert choose_typeset(font) == Typeset(16, 64)


def test_a_glyph_beyond_all_bounds_is_refused(tmp_path):
    def explode(font):
        font["glyf"]["M"] = square(-16000, -16000, 16000, 16000)
        font["glyf"]["M"].recalcBounds(font["glyf"])

    font = load_font(changed(tmp_path / "toy.ttf", explode))
    with pytest.raises(FontError, match=r"toy\.ttf: a damaged font \(a glyph is \d+ x \d+ pixels"):
        rasterize(font, "M", 16, 8)
    assert rasterize(font, "i", 16, 8).any()


def test_a_character_too_wide_for_any_row_is_left_out(tmp_path):
    path = tmp_path / "toy.ttf"
    toy_font(widths={"i": 60000}).save(path)
    font = load_font(path)
    assert usable_characters(font, "Mi") == " M"
    with pytest.raises(FontError, match=r"^Toy: too wide: 'i' \(U\+0069\)$"):
        usable_characters(font, "i", strict=True)


def test_maps_of_more_characters_than_there_are_are_not_written_out(tmp_path):
    def overlap(font):
        data = struct.pack(">HHHHI", 0, 1, 3, 10, 12)
        groups = struct.pack(">III", 0, 0x10FFFF, 0) * 1000
        table = newTable("cmap")
        table.compile = lambda _: (
            data + struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, 1000) + groups
        )
        font["cmap"] = table

    path = changed(tmp_path / "toy.ttf", overlap)
    started = time.process_time()
    font = load_font(path)
    assert time.process_time() - started < 5
    assert font.charmap is None  # FreeType has the last word


@pytest.mark.parametrize("flavor", ["woff", "woff2"])
def test_compressed_fonts_are_the_same_fonts(tmp_path, toy, flavor):
    path = repacked(build_font(tmp_path / "toy.ttf"), tmp_path / f"toy.{flavor}", flavor)
    font = load_font(path)
    assert (font.name, font.advance, font.ascent) == (toy.name, toy.advance, toy.ascent)
    assert usable_characters(font, "Miあ", spans=(1, 2)) == " Miあ"
    np.testing.assert_array_equal(rasterize(font, "Mi", 16, 8), rasterize(toy, "Mi", 16, 8))


def test_the_woff2_case_draws():
    font = load_font(CASES / "mono.woff2")
    assert font.name == "Test Mono"
    assert usable_characters(font, CHARSETS["ascii"], strict=True) == CHARSETS["ascii"]


@pytest.mark.parametrize("platform", [3, 1], ids=["symbols", "Mac Roman"])
def test_a_font_without_a_map_of_unicode_draws(tmp_path, toy, platform):
    font = load_font(symbol_font(tmp_path / "toy.ttf", platform))
    assert usable_characters(font, "MiWx") == " MiW"
    np.testing.assert_array_equal(rasterize(font, "Mi", 16, 8), rasterize(toy, "Mi", 16, 8))


def test_symbols_have_their_own_code_points_too(tmp_path):
    font = load_font(symbol_font(tmp_path / "toy.ttf"))
    assert font.has("\uf069")
    np.testing.assert_array_equal(*rasterize(font, "i\uf069", 16, 8))


def test_a_type_1_font_draws(tmp_path):
    font = load_font(type1_font(tmp_path / "tiny.pfa"))
    assert (font.name, font.scalable, font.proportional) == ("Tiny", True, False)
    assert usable_characters(font, "Miあ") == " Mi"
    full, left = rasterize(font, "Mi", 16, 8)
    assert full.all()
    assert left[:, :4].min() > 0.9 > left[:, 4:].max() == 0


@pytest.mark.parametrize("size", [16, 99])
def test_a_bdf_font_draws_in_the_size_that_it_says(tmp_path, size):
    font = load_font(bitmap_font(tmp_path / "tiny.bdf", size))
    assert (font.name, font.size, font.scalable, font.advance) == ("Tiny", size, False, 8)
    blank, full, left = rasterize(font, " Mi", 16, 8)
    assert not blank.any()
    assert full.all()
    assert (left[:, :4].min(), left[:, 4:].max()) == (1, 0)


def test_an_emoji_font_is_refused_by_name(tmp_path):
    with pytest.raises(FontError) as caught:
        load_font(emoji_font(tmp_path / "x.ttf"))
    assert str(caught.value) == (
        "Tiny Emoji: an emoji font, whose glyphs are colored pictures; text art needs outlines"
    )


def test_an_emoji_font_of_bitmaps_alone_is_refused_by_name(tmp_path):
    def color(font):
        for tag in ("glyf", "loca"):
            del font[tag]
        font["CBDT"] = newTable("CBDT")
        font["CBDT"].compile = lambda _: struct.pack(">HH", 3, 0)
        font["CBLC"] = newTable("CBLC")
        font["CBLC"].compile = lambda _: struct.pack(">HHI", 3, 0, 0)

    with pytest.raises(FontError, match=r"^Toy: an emoji font, whose glyphs are colored pictures;"):
        load_font(changed(tmp_path / "x.ttf", color))


def test_an_emoji_font_with_outlines_of_its_own_draws(tmp_path):
    font = load_font(emoji_font(tmp_path / "x.ttf", outlines=True))
    assert font.has("😀")
    assert rasterize(font, "😀", 16, 16).any()


def test_a_collection_is_its_first_face_unless_another_is_asked_for(tmp_path):
    path = collection(
        tmp_path / "two.ttc", toy_font(family="One"), toy_font(family="Two", ascent=300)
    )
    first, second = load_font(path), load_font(f"{path}#1")
    assert [(font.name, font.aspect) for font in (first, second)] == [("One", 2), ("Two", 1)]
    assert first.digest == hashlib.sha256(path.read_bytes()).hexdigest() != second.digest


@pytest.mark.parametrize(
    ("variation", "location"),
    [
        ("wght=500", {"wght": 500, "wdth": 100}),
        ("wdth=150", {"wght": 100, "wdth": 150}),
        ("wght=300,wdth=200", {"wght": 300, "wdth": 200}),
        ("Bold", {"wght": 400, "wdth": 100}),
    ],
)
def test_an_instance_is_drawn_as_fonttools_makes_it(tmp_path, variation, location):
    path = variable_font(tmp_path / "vary.ttf")
    with TTFont(path) as tables:
        instantiateVariableFont(tables, location).save(tmp_path / "static.ttf")
    font, static = load_font(f"{path}:{variation}"), load_font(tmp_path / "static.ttf")
    assert (font.location, font.advance) == (tuple(location.items()), static.advance)
    drawn, expected = (rasterize(each, "M", 16, 8) for each in (font, static))
    np.testing.assert_array_equal(drawn, expected)
    assert (drawn != rasterize(load_font(path), "M", 16, 8)).any()


def test_instances_have_names_and_digests_of_their_own(tmp_path):
    path = variable_font(tmp_path / "vary.ttf")
    plain, bold = load_font(path), load_font(f"{path}:Bold")
    assert (plain.name, bold.name) == ("Vary", "Vary:wght=400,wdth=100")
    assert load_font(f"{path}:wght=100") == plain
    assert load_font(f"{path}:wght=400").digest == bold.digest != plain.digest
    assert load_font(f"{path}:wdth=101").digest not in {bold.digest, plain.digest}
    with pytest.raises(FontError, match=r"vary\.ttf: wght must be from 100 to 500, not 501$"):
        load_font(f"{path}:wght=501")


def test_no_program_of_a_font_is_waited_for(toy, monkeypatch):
    monkeypatch.setattr("asciiart.glyphs.usable._MAX_SECONDS", -1.0)
    with pytest.raises(FontError, match=r"toy\.ttf: a damaged font \(its glyphs take too long"):
        usable_characters(toy, "Mi")


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_each_font_of_the_corpus_is_measured_or_refused(path, capfd):
    with suppress(FontError):
        font = load_font(path)
        characters = usable_characters(font, " MiWA#é漢1\uf041", spans=(1, 2))
        column_spans(characters, font, choose_typeset(font))
        assert rasterize(font, characters, 16, 8).shape == (len(characters), 16, 8)
    assert capfd.readouterr().err == ""


def test_a_bundled_font_is_measured_without_font_tools():
    """Loading those takes longer than all else that a font needs."""
    program = (
        "import sys; from asciiart.glyphs.font import load_font; font = load_font('Mona'); "
        "assert font.length('M') and not [name for name in sys.modules if 'fontTools' in name]"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
