"""Charset expressions: names, joins, literal characters and what is refused."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asciiart.charsets import CHARSETS, DESCRIPTIONS, parse_charset
from asciiart.errors import OptionError


def test_ascii_is_the_printable_characters_of_python_in_code_point_order():
    printable = {c for c in string.printable if c.isprintable()}
    assert parse_charset("ascii") == "".join(sorted(printable))
    assert len(parse_charset("ascii")) == 95


@pytest.mark.parametrize(
    ("name", "count", "examples"),
    [
        ("latin", 222, "¡éßĀž"),
        ("box", 128, "─│┼╳╿"),
        ("blocks", 32, "▀█░▟"),
        ("braille", 255, "⠁⣿"),
    ],
)
def test_each_named_set_is_whole_and_the_space_comes_first(name, count, examples):
    characters = parse_charset(name)
    assert characters[0] == " "
    assert len(characters) == 1 + count
    assert set(examples) <= set(characters)


def test_every_set_is_described():
    assert list(DESCRIPTIONS) == list(CHARSETS)
    assert all(DESCRIPTIONS.values())


@pytest.mark.parametrize("invisible", ["\u00a0", "\u00ad", "\u2800"])
def test_sets_hold_nothing_but_the_space_that_leaves_no_ink(invisible):
    assert not any(invisible in characters for characters in CHARSETS.values())


@pytest.mark.parametrize(
    ("expression", "exclude", "expected"),
    [
        ("chars:.:oO@", "", " .:oO@"),
        ("chars:@ .", "", " @."),
        ("chars:aab", "", " ab"),
        ("chars:a+b", "", " a+b"),
        ("chars:ab", "a", " b"),
        ("chars:ab", " a", " b"),
        ("ascii", string.ascii_letters + string.digits + string.punctuation[1:], " !"),
        ("ASCII", "", CHARSETS["ascii"]),
        (" ascii ", "", CHARSETS["ascii"]),
        ("ascii+chars:█", "", CHARSETS["ascii"] + "█"),
        ("box+blocks", "", " " + CHARSETS["box"] + CHARSETS["blocks"]),
        ("ascii+ascii", "", CHARSETS["ascii"]),
        ("ascii+chars:b+c", "", CHARSETS["ascii"]),
    ],
)
def test_expressions(expression, exclude, expected):
    assert parse_charset(expression, exclude) == expected


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1))
def test_literal_characters_come_back_once_each_in_order(characters):
    assert parse_charset("chars:" + characters) == " " + "".join(dict.fromkeys(characters))


@pytest.mark.parametrize(
    ("expression", "exclude", "message"),
    [
        ("klingon", "", "charset 'klingon' is unknown (there are: ascii, latin, box, blocks, "),
        ("ascii++box", "", "charset '' is unknown"),
        ("chars:", "", "charset 'chars:': no character but the space is left"),
        ("chars: ", "", "charset 'chars: ': no character but the space is left"),
        ("", "", "charset '': no character but the space is left"),
        ("chars:ab", "ab", "charset 'chars:ab': no character but the space is left"),
        ("chars:a\tb", "", "charset: U+0009 cannot stand in a line of text"),
        ("chars:a\x1b", "", "charset: U+001B cannot stand in a line of text"),
        ("chars:a\u200b", "", "charset: U+200B cannot stand in a line of text"),
    ],
)
def test_what_makes_no_sense_is_refused(expression, exclude, message):
    with pytest.raises(OptionError) as caught:
        parse_charset(expression, exclude)
    assert str(caught.value).startswith(message)
