"""Charset expressions: names, joins, literal characters and what is refused."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asciiart.errors import OptionError
from asciiart.glyphs.charsets import CHARSETS, DESCRIPTIONS, parse_charset


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
        ("kana", 239, "あんアヶーヾゞｱﾟ"),
        ("full-kana", 176, "ぁんァヶー゛゜ヽヾゝゞ"),
        ("half-kana", 63, "｡ｱﾟ"),
        ("symbols", 348, "　、◯→Ａｚ０９ΑωЁя─╂"),
        ("joyo", 2136, "一丼鬱剝塡頰𠮟"),
        ("jis1", 2965, "亜腕"),
        ("jis2", 3390, "弌熙"),
        ("kanji", 6359, "亜腕弌熙剝塡頰𠮟"),
        ("jis", 6942, "　あ亜腕弌熙Ａ─ｱ"),
    ],
)
def test_each_named_set_is_whole_and_the_space_comes_first(name, count, examples):
    characters = parse_charset(name)
    assert characters[0] == " "
    assert len(characters) == 1 + count
    assert set(examples) <= set(characters)


NOT_IN_CP932 = set("剝塡頰𠮟")
"""Joyo kanji that JIS X 0208 lacks."""


@pytest.mark.parametrize("name", list(CHARSETS)[list(CHARSETS).index("kana") :])
def test_boards_can_keep_each_japanese_set_as_it_is(name):
    kept = CHARSETS[name].encode("cp932", "ignore").decode("cp932")
    assert set(CHARSETS[name]) - set(kept) == NOT_IN_CP932 & set(CHARSETS[name])
    assert bool(NOT_IN_CP932 & set(CHARSETS[name])) == (name in {"joyo", "kanji"})


@pytest.mark.parametrize(
    ("kept", "other"),
    [("～", "〜"), ("∥", "‖"), ("－", "−"), ("￠", "¢"), ("￡", "£"), ("￢", "¬")],
)
def test_of_two_code_points_of_a_sign_that_of_cp932_is_taken(kept, other):
    assert kept.encode("cp932").decode("cp932") == kept != other
    assert kept in CHARSETS["symbols"]
    assert not any(other in CHARSETS[name] for name in ("symbols", "jis"))


def test_kana_and_symbols_are_all_of_jis_x_0208_but_kanji():
    rows = [
        bytes((0xA0 + row, 0xA0 + cell)).decode("euc_jp", "ignore")
        for row in range(1, 9)
        for cell in range(1, 95)
    ]
    expected = set("".join(rows).encode("cp932").decode("cp932"))
    assert len(expected) == 524
    assert set(CHARSETS["full-kana"]) | set(CHARSETS["symbols"]) == expected
    joined = parse_charset("ascii+kana+symbols")
    assert set(joined) == expected | set(CHARSETS["ascii"]) | set(CHARSETS["half-kana"])
    assert len(joined) == 682


def test_the_levels_are_jis_x_0208_s_kanji_and_jis_is_all():
    kanji = CHARSETS["jis1"] + CHARSETS["jis2"]
    assert CHARSETS["kanji"][: len(kanji)] == kanji
    assert set(CHARSETS["kanji"]) == set(kanji) | set(CHARSETS["joyo"])
    assert set(CHARSETS["jis"]) == {*kanji, *CHARSETS["kana"], *CHARSETS["symbols"]}
    assert set(CHARSETS["joyo"]) - NOT_IN_CP932 <= set(kanji)


def test_a_set_has_each_character_once():
    assert all(len(set(characters)) == len(characters) for characters in CHARSETS.values())


@given(st.lists(st.sampled_from(sorted(CHARSETS)), min_size=1, max_size=4))
def test_joined_sets_come_in_order_without_what_came_before(names):
    joined = dict.fromkeys(" " + "".join(CHARSETS[name] for name in names))
    assert parse_charset("+".join(names)) == "".join(joined)
    assert parse_charset("+".join(names).upper()) == "".join(joined)


def test_the_ideographic_space_may_stand_in_a_line():
    assert parse_charset("chars:\u3000あ") == " \u3000あ"
    assert "\u3000" not in parse_charset("symbols", exclude="\u3000")


def test_every_set_is_described():
    assert list(DESCRIPTIONS) == list(CHARSETS)
    assert all(DESCRIPTIONS.values())


@pytest.mark.parametrize("invisible", ["\u00a0", "\u00ad", "\u2800"])
def test_sets_hold_nothing_but_two_spaces_that_leaves_no_ink(invisible):
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
        ("chars:\u3000", "", r"charset 'chars:\u3000': no character but the space is left"),
        ("chars:a\u2003", "", "charset: U+2003 cannot stand in a line of text"),
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


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("asci", "ascii"),
        ("ascii,box", "ascii+box"),
        ("ascii box", "ascii+box"),
        (".:-=", "chars:.:-="),
        ("foo", None),
    ],
)
def test_an_unknown_set_is_guessed(name, meant):
    with pytest.raises(OptionError) as caught:
        parse_charset(name)
    question = f"; did you mean {meant}?" if meant else ""
    assert str(caught.value).startswith(f"charset {name!r} is unknown{question} (there are: ascii")


@pytest.mark.parametrize(
    ("expression", "characters"),
    [
        ("u2500..u2504", "─━│┃┄"),
        ("U+2588", "█"),
        ("u+41..5a", string.ascii_uppercase),
        ("ascii-u41..u5a-u21..u2f", string.digits + ":;<=>?@[\\]^_`{|}~" + string.ascii_lowercase),
        ("kana-half-kana", CHARSETS["full-kana"]),
        ("full-kana", CHARSETS["full-kana"]),
        ("ascii-chars:-+abc", "".join(c for c in CHARSETS["ascii"] if c not in "-+abc")),
        ('block:"Box Drawing"', CHARSETS["box"]),
        ("block:block elements", CHARSETS["blocks"]),
        ('latin-block:"Latin-1 Supplement"', "".join(map(chr, range(0x100, 0x180)))),
        (
            "geometric+technical",
            "".join(map(chr, [*range(0x25A0, 0x2600), *range(0x2300, 0x2400)])),
        ),
        ("u0020..u0300", None),
    ],
)
def test_ranges_blocks_and_differences(expression, characters):
    if characters is None:  # without control characters and marks
        found = parse_charset(expression)
        assert found.isprintable()
        assert "\u0300" not in found
    else:
        assert sorted(parse_charset(expression)) == sorted({" ", *characters})


@pytest.mark.parametrize(
    "expression", ["u5..u4z", "u50..u40", "block:Nowhere", "u110000", "ascii-nothing", "-ascii"]
)
def test_other_ranges_are_unknown(expression):
    with pytest.raises(OptionError, match="is unknown"):
        parse_charset(expression)
