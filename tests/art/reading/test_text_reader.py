"""Texts become pages."""

import pytest

from asciiart.art.reading.sauce import Sauce
from asciiart.art.reading.saved_text import SavedText
from asciiart.art.reading.text_reader import parse_text, visible_characters
from asciiart.errors import AsciiArtError


def rows(text, font, *, sauce=None, width=None):
    return parse_text(SavedText(text, sauce is not None, sauce), font, "dark", width).rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\r\nc\rd", ("a", "b", "c", "d")),
        ("\n a \n\n", ("", " a ", "")),
        ("a\tb\tc\n\td", ("a       b       c", "        d")),
        ("12345678\t9", ("12345678        9",)),
        ("&#65;", ("&#65;",)),
    ],
)
def test_rows(font, text, expected):
    assert rows(text, font) == expected


def test_references_of_boards(mona):
    assert rows("&#65;&#x3042;&amp;&#27;&#10;&#0;&#xD800;", mona)[0].startswith(
        "Aあ&amp;&#27;&#10;"
    )
    assert rows("\x1b[31m&#65;\x1b[0mb", mona) == ("Ab",)


def test_a_record_wraps_what_no_codes_place(font):
    assert rows("abcdefg\n\nh", font, sauce=Sauce(3, False)) == ("abc", "def", "g", "", "h")
    assert rows("abc\nd", font, sauce=Sauce(3, False)) == ("abc", "d")
    assert rows("abcd", font, sauce=Sauce(None, False)) == ("abcd",)
    assert rows("\x1b[1mabcd", font, sauce=Sauce(3, False), width=2) == ("ab", "cd")


@pytest.mark.parametrize("text", ["", "\n\n", "\x1b[31m\n", "\u0301"])
def test_there_has_to_be_text(font, text):
    with pytest.raises(AsciiArtError, match="there is no text in it"):
        rows(text, font)


@pytest.mark.parametrize("character", ["\0", "\x07", "\x08", "\x7f", "\x9b", "\ud800", "\ue000"])
def test_what_no_text_holds(font, character):
    code = f"U\\+{ord(character):04X}"
    for text in (f"a{character}b", f"\x1b[1ma{character}b"):
        with pytest.raises(AsciiArtError, match=code):
            rows(text, font)


def test_visible_characters():
    assert visible_characters("b\x1b[1;31ma\x1b[0m\r\n\tb") == "ab"
