"""Where characters of a line stand, and how a page of them is drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asciiart.errors import FontError, OptionError
from asciiart.glyphs.rasterize import rasterize, rasterize_row
from asciiart.glyphs.typesetting import (
    Typeset,
    choose_typeset,
    column_spans,
    draw_characters,
    typeset_rows,
)

MONA = Typeset(16, 18)


@pytest.mark.parametrize(
    ("sizes", "reason"),
    [
        ((5, 18), "font_size must be from 6 to 100, not 5"),
        ((101, 200), "font_size must be from 6 to 100, not 101"),
        ((16, 7), "line_height must be half to four times the font size, not 7"),
        ((16, 65), "line_height must be half to four times the font size, not 65"),
    ],
)
def test_sizes_that_no_text_has_are_refused(sizes, reason):
    with pytest.raises(OptionError) as caught:
        Typeset(*sizes)
    assert str(caught.value) == reason


def test_a_proportional_font_is_typeset_and_a_monospaced_one_is_not(mona, font):
    assert choose_typeset(mona) == Typeset(16, 18)
    assert choose_typeset(mona, 24) == Typeset(24, 27)
    assert choose_typeset(mona, 24, 30) == Typeset(24, 30)
    assert choose_typeset(font, 24, 30) is None


def test_characters_begin_where_the_ones_before_end(wide_font, mona):
    assert typeset_rows(["a漢b", "あ"], wide_font, None).tolist() == [
        ["a", "漢", "", "b"],
        ["あ", "", " ", " "],
    ]
    # Mona at 16 px: i is 3 wide, the space 5.
    assert typeset_rows(["i i"], mona, MONA, 12).tolist() == [
        ["i", "", "", " ", "", "", "", "", "i", "", "", ""]
    ]


@given(text=st.text("iW 　漢あ,", min_size=1))
def test_a_row_is_its_text(mona, text):
    [row] = typeset_rows([text], mona, MONA)
    assert "".join(row) == text
    assert len(row) == sum(mona.advances(text, 16))


@pytest.mark.parametrize(
    ("rows", "columns", "error", "reason"),
    [
        ([], None, OptionError, "there is no text"),
        (["", ""], None, OptionError, "there is no text"),
        (["漢a"], 2, OptionError, "a row is 3 columns long, not at most 2"),
        (["a" * 10_001], None, OptionError, "10001 columns by 1 rows are no text art"),
        (["a" * 5000] * 801, None, OptionError, "5000 columns by 801 rows are no text art"),
        (["a\ue000"], None, FontError, "M PLUS 1 Code cannot set '\\ue000' (U+E000)"),
    ],
)
def test_what_cannot_be_laid_out_is_refused(wide_font, rows, columns, error, reason):
    with pytest.raises(error) as caught:
        typeset_rows(rows, wide_font, None, columns)
    assert str(caught.value) == reason


def test_a_full_width_character_is_drawn_over_two_columns(wide_font):
    page = draw_characters(typeset_rows(["a漢"], wide_font, None), wide_font, None, 24, 10)
    assert page.shape == (24, 30)
    np.testing.assert_array_equal(page[:, :10], rasterize(wide_font, "a", 24, 10)[0])
    np.testing.assert_array_equal(page[:, 10:], rasterize(wide_font, "漢", 24, 20, cells=2)[0])


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_proportional_glyphs_begin_at_their_pixel_columns(mona, scale):
    page = draw_characters(
        typeset_rows(["i漢", "", "漢"], mona, MONA, 30), mona, MONA, 18 * scale, scale
    )
    assert page.shape == (54 * scale, 30 * scale)
    [kanji] = rasterize_row(mona, "漢", 16, 18, 16, scale=scale)
    np.testing.assert_array_equal(page[: 18 * scale, 3 * scale : 19 * scale], kanji)
    np.testing.assert_array_equal(page[36 * scale :, : 16 * scale], kanji)
    assert not page[18 * scale : 36 * scale].any()
    assert not page[:, 19 * scale :].any()


def test_a_page_may_be_drawn_in_any_size(mona):
    characters = typeset_rows(["漢" * 9], mona, MONA)
    page = draw_characters(characters, mona, MONA, 23, 23 / 18)
    assert page.shape == (23, 184)
    exact = draw_characters(characters, mona, MONA, 18, 1)
    assert page.mean() == pytest.approx(exact.mean(), rel=0.02)
    # The last of nine glyphs has its place too.
    ink = page.sum(axis=0)
    center = (ink[164:] * np.arange(164, 184)).sum() / ink[164:].sum()
    last = exact.sum(axis=0)[128:]
    assert center * 18 / 23 == pytest.approx((last * np.arange(128, 144)).sum() / last.sum(), abs=1)


def test_a_blank_page_is_blank(mona):
    assert not draw_characters(np.full((2, 9), ""), mona, MONA, 18, 1).any()


def test_what_comes_next_covers_what_is_too_long(mona):
    characters = np.array([["漢", "", "", "i", "", "", ""]])
    page = draw_characters(characters, mona, MONA, 18, 1)
    np.testing.assert_array_equal(page[:, 3:6], rasterize_row(mona, "i", 16, 18, 3)[0])
    assert not page[:, 6:].any()


def test_spans(wide_font, mona):
    assert column_spans("a漢", wide_font, None).tolist() == [1, 2]
    assert column_spans(" 　漢", mona, MONA).tolist() == [5, 11, 16]
