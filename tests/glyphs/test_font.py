"""Fonts are measured as they are, and have the characters that they say."""

import hashlib
import struct
import subprocess
import sys
import time
from contextlib import suppress

import numpy as np
import pytest
from fontTools.ttLib import TTFont, newTable
from hypothesis import given
from hypothesis import strategies as st
from paths import CASES, SPLEEN
from tiny_fonts import (
    bitmap_font,
    changed,
    collection,
    emoji_font,
    repacked,
    symbol_font,
    toy_font,
    type1_font,
    variable_font,
    width_font,
)

from asciiart.errors import FontError
from asciiart.glyphs.charsets import CHARSETS
from asciiart.glyphs.font import load_font
from asciiart.glyphs.rasterize import rasterize
from asciiart.glyphs.typesetting import Typeset, choose_typeset, column_spans
from asciiart.glyphs.usable import usable_characters

CORPUS = CASES.parent.parent / "fuzz" / "corpora" / "load_font"


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


def test_fonts_are_proportional_or_not(font, spleen, toy, mona, mplus):
    fonts = (font, spleen, toy, mplus, mona)
    assert [each.proportional for each in fonts] == [False, False, False, False, True]


def test_characters_fill_one_cell_or_two_or_neither(toy, mona, mplus):
    assert [mplus.span(character) for character in "aéあ亜"] == [1, 1, 2, 2]
    assert (toy.span("M"), toy.span("あ")) == (1, 2)
    assert mona.span("i") == 0


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


def test_a_font_of_mathematics_has_high_lines_and_is_set_closer(tmp_path):
    path = tmp_path / "math.ttf"
    toy_font(ascent=4000, descent=2000, widths={"i": 250}).save(path)
    font = load_font(path)
    assert font.proportional
    assert choose_typeset(font) == Typeset(16, 64)


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
    path = repacked(width_font(tmp_path / "toy.ttf"), tmp_path / f"toy.{flavor}", flavor)
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


def test_instances_have_names_and_digests_of_their_own(tmp_path):
    path = variable_font(tmp_path / "vary.ttf")
    plain, bold = load_font(path), load_font(f"{path}:Bold")
    assert (plain.name, bold.name) == ("Vary", "Vary:wght=400,wdth=100")
    assert load_font(f"{path}:wght=100") == plain
    assert load_font(f"{path}:wght=400").digest == bold.digest != plain.digest
    assert load_font(f"{path}:wdth=101").digest not in {bold.digest, plain.digest}
    with pytest.raises(FontError, match=r"vary\.ttf: wght must be from 100 to 500, not 501$"):
        load_font(f"{path}:wght=501")


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
