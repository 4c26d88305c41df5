"""Glyphs fill their cells and rows as they do on a screen."""

import cv2
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from hypothesis import given
from hypothesis import strategies as st
from paths import CASES
from tiny_fonts import changed, square, variable_font

from asciiart.errors import FontError
from asciiart.glyphs.charsets import CHARSETS
from asciiart.glyphs.font import load_font
from asciiart.glyphs.rasterize import rasterize, rasterize_row

TERMINUS, PCF = CASES / "terminus.otb", CASES / "4x6.pcf.gz"


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


def test_a_glyph_beyond_all_bounds_is_refused(tmp_path):
    def explode(font):
        font["glyf"]["M"] = square(-16000, -16000, 16000, 16000)
        font["glyf"]["M"].recalcBounds(font["glyf"])

    font = load_font(changed(tmp_path / "toy.ttf", explode))
    with pytest.raises(FontError, match=r"toy\.ttf: a damaged font \(a glyph is \d+ x \d+ pixels"):
        rasterize(font, "M", 16, 8)
    assert rasterize(font, "i", 16, 8).any()


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
