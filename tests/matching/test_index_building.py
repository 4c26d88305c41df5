"""An index holds the keys, biases and ink of the glyphs that a font can set."""

import numpy as np
import pytest
from glyph_indexes import CELL, SCORE, HalfEncoder

from asciiart.errors import FontError
from asciiart.glyphs.font import load_font
from asciiart.glyphs.grid import Cell
from asciiart.glyphs.rasterize import rasterize, rasterize_row
from asciiart.glyphs.typesetting import Typeset
from asciiart.matching.index_building import build_index


@pytest.fixture
def encoder():
    return HalfEncoder()


def test_a_built_index_holds_keys_biases_and_density(font, encoder):
    index = build_index(font, " aあ@", encoder, SCORE, cell=CELL)
    assert index.characters == " a@"
    assert index.spans.tolist() == [1, 1, 1]
    inks = rasterize(font, " a@", 16, 8)
    assert index.keys[1].shape == (3, 3)
    np.testing.assert_allclose(index.inks, inks.sum(axis=(1, 2)), rtol=1e-5)
    assert index.blanks.tolist() == [0]
    np.testing.assert_allclose(index.keys[1][:, 0], inks[:, :8].sum(axis=(1, 2)), rtol=1e-5)
    np.testing.assert_allclose(index.keys[1][:, 1], inks[:, 8:].sum(axis=(1, 2)), rtol=1e-5)
    np.testing.assert_allclose(index.keys[1][:, 2], -inks.sum(axis=(1, 2)) / 4, rtol=1e-5)
    assert index.density == pytest.approx(inks.mean(axis=(1, 2)).max())


def test_a_strict_index_refuses_what_the_font_lacks(font, encoder):
    with pytest.raises(FontError, match="lacks 'あ'"):
        build_index(font, " aあ", encoder, SCORE, cell=CELL, strict=True)


@pytest.fixture(scope="module")
def japanese():
    return load_font("M PLUS 1 Code")


def test_full_width_glyphs_have_keys_of_two_cells_column_by_column(japanese, encoder):
    index = build_index(japanese, " aあ一b", encoder, SCORE, cell=CELL)
    assert (index.characters, index.spans.tolist()) == (" aあ一b", [1, 1, 2, 2, 1])
    assert {span: keys.shape for span, keys in index.keys.items()} == {1: (3, 3), 2: (2, 5)}
    ink = rasterize(japanese, "あ", 16, 16, cells=2)[0]
    quarters = [ink[:8, :8], ink[8:, :8], ink[:8, 8:], ink[8:, 8:]]
    np.testing.assert_allclose(index.keys[2][0, :4], [part.sum() for part in quarters], rtol=1e-5)
    assert index.column_code_size == 2
    np.testing.assert_array_equal(index.strips_of(2)[0].ravel(), index.keys[2][0, :4])


def test_monospaced_rows_need_no_ideographic_space(japanese, encoder):
    assert build_index(japanese, " \u3000あ", encoder, SCORE, cell=CELL).characters == " あ"


def test_glyphs_of_a_proportional_font_have_their_advances_in_pixels(encoder):
    mona = load_font("Mona")
    cell = Cell(height=24, width=1, aspect=18, unit=8)
    index = build_index(mona, " \u3000i亜", encoder, SCORE, cell=cell, typeset=Typeset(16, 18))
    assert index.spans.tolist() == [5, 11, 3, 16]
    assert index.blanks.tolist() == [0, 1]
    assert {span: keys.shape[1] for span, keys in index.keys.items()} == {3: 3, 5: 3, 11: 5, 16: 5}
    drawn = rasterize_row(mona, "亜", 16, 18, 16)
    assert index.inks[3] == pytest.approx(drawn.sum() * 24 / 18, rel=0.02)
