"""The characters that a font can set, and the reasons why others cannot be."""

import subprocess
import sys

import pytest
import wcwidth
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from paths import CASES
from tiny_fonts import toy_font, width_font

from asciiart.errors import FontError
from asciiart.glyphs.charsets import CHARSETS
from asciiart.glyphs.font import load_font
from asciiart.glyphs.usable import usable_characters


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
    file = width_font(tmp_path / "toy.ttf")
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


def test_a_space_that_is_no_cell_wide_is_refused():
    with pytest.raises(FontError, match=r"its space is not as wide as its other characters$"):
        usable_characters(load_font(CASES / "font-588.ttf"), CHARSETS["ascii"])


def test_a_character_too_wide_for_any_row_is_left_out(tmp_path):
    path = tmp_path / "toy.ttf"
    toy_font(widths={"i": 60000}).save(path)
    font = load_font(path)
    assert usable_characters(font, "Mi") == " M"
    with pytest.raises(FontError, match=r"^Toy: too wide: 'i' \(U\+0069\)$"):
        usable_characters(font, "i", strict=True)


def test_no_program_of_a_font_is_waited_for(toy, monkeypatch):
    monkeypatch.setattr("asciiart.glyphs.usable._MAX_SECONDS", -1.0)
    with pytest.raises(FontError, match=r"toy\.ttf: a damaged font \(its glyphs take too long"):
        usable_characters(toy, "Mi")
