"""Which characters are drawn with, and in which font."""

from __future__ import annotations

import pytest

from asciiart.art.targets import TARGETS
from asciiart.errors import OptionError
from asciiart.glyphs.charsets import BRAILLE_BLANK, CHARSETS, IDEOGRAPHIC_SPACE
from asciiart.matching.repertoire import choose_repertoire
from asciiart.options import ArtistOptions


def choose(target=None, **options):
    return choose_repertoire(ArtistOptions(**options), target and TARGETS[target])


def test_without_a_wish():
    usual = choose()
    assert set(usual.characters) == set(CHARSETS["ascii"])
    assert (usual.font, usual.strict, usual.dotless) == ("DejaVu Sans Mono", False, True)


def test_excluded_characters_are_left_out():
    assert set(choose().characters) - set(choose(exclude="@#").characters) == set("@#")


def test_characters_named_one_by_one_must_be_there():
    assert choose(charset="chars:xy").strict
    assert choose(charset="ascii+chars:é").strict
    assert not choose(charset="ascii+box").strict


def test_a_target_says_what_nobody_else_does():
    assert choose("sjis").font == TARGETS["sjis"].font
    assert choose("sjis", font="Spleen 8x16").font == "Spleen 8x16"
    assert set(choose("twitch").characters) <= {" ", *CHARSETS["braille"]}
    assert set(choose("twitch", charset="ascii").characters) <= set(CHARSETS["ascii"])


def test_boards_have_their_wide_space():
    assert IDEOGRAPHIC_SPACE in choose("sjis", charset="ascii").characters
    assert IDEOGRAPHIC_SPACE not in choose("plain").characters


def test_what_a_target_cannot_show():
    assert "`" not in choose("discord").characters
    with pytest.raises(OptionError, match="cannot be written in cp932"):
        choose("sjis", charset="chars:☀")
    assert "☀" in choose("sjis", charset="chars:☀", numeric_references=True).characters


def test_the_blank_of_braille():
    assert choose(charset="braille").font == "Spleen 8x16"
    assert BRAILLE_BLANK not in choose(charset="braille").characters
    assert choose(charset="braille").dotless
    assert not choose(charset="braille", braille_blank="space").dotless
    assert not choose(charset="braille", exclude=BRAILLE_BLANK).dotless


def test_an_empty_charset_is_no_wish_for_the_usual_one():
    with pytest.raises(OptionError):
        choose(charset="")
