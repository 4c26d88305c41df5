"""Characters without a cell of their own."""

import pytest

from asciiart.art.reading.marks import is_mark, join_marks
from asciiart.glyphs.charsets import CHARSETS


def everything(character):  # noqa: ARG001 - a font that has all
    return True


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cafe\u0301!", "café!"),
        ("o\u0302\u0323x", "ộx"),
        ("q\u0307\u0323", "q"),
        ("\u0301a", "a"),
        ("a\n\u0301b", "a\nb"),
        ("❤\ufe0f.", "❤."),
        ("👩\u200d🚀.", "👩."),
        ("👍🏽.", "👍."),
        ("👩 🚀", "👩 🚀"),
        ("क\u0947.", "क."),
        ("\u1112\u1161\u11ab", "한"),
        ("か\u3099", "が"),
        ("a\u200bb\u200e\u00ad", "ab"),
        ("ｶﾞﾊﾟ", "ｶﾞﾊﾟ"),
        ("\x1b[0m\u0301", "\x1b[0ḿ"),
        ("ÅΩ", "ÅΩ"),
    ],
)
def test_each_character_that_is_left_has_a_cell(text, shown):
    assert join_marks(text, everything) == shown
    assert len(text) >= len(shown)


def test_a_letter_is_bare_where_the_font_has_it_only_so():
    assert join_marks("cafe\u0301", str.isascii) == "cafe"


def test_marks_without_end_take_no_time():
    assert join_marks("e" + "\u0301" * 300_000, everything) == "é"


def test_no_character_that_is_drawn_with_is_one():
    assert [c for characters in CHARSETS.values() for c in characters if is_mark(c)] == []
