"""The encoding of a text file."""

import warnings

import pytest
from bbs import sauce

from asciiart.art.reading.saved_text import decode_text
from asciiart.errors import ImageError, OptionError

BOX = "╔═╗░▓"


def decode(data, suffix=".txt", encoding=None):
    return decode_text(data, "art.txt", suffix, encoding).text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp932", "utf-16-le", "euc_jp"]
)
def test_encodings_by_name(encoding):
    assert decode("漢字 ｶﾅ\n".encode(encoding), encoding=encoding) == "漢字 ｶﾅ\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp932"])
def test_encodings_that_are_found_out(encoding):
    assert decode("漢字 ｶﾅ\n".encode(encoding)) == "漢字 ｶﾅ\n"


@pytest.mark.parametrize("suffix", [".nfo", ".ans", ".asc", ".diz"])
def test_names_of_the_bbs_scene(suffix):
    saved = decode_text(BOX.encode("cp437"), "art", suffix)
    assert (saved.text, saved.is_pc, saved.sauce) == (BOX, True, None)
    ours = decode_text(BOX.encode(), "art", suffix)
    assert (ours.text, ours.is_pc) == (BOX, False)


def test_a_record_tells_of_the_bbs_scene():
    saved = decode_text(b"\x01" + BOX.encode("cp437") + sauce(40, flags=1), "art", ".txt")
    assert (saved.text, saved.is_pc, saved.sauce) == (f"☺{BOX}", True, (40, True))
    assert decode(b"plain \x01" + sauce()) == "plain ☺"
    assert decode_text(BOX.encode() + sauce(40), "art", ".ans").text == BOX


def test_what_comes_after_sub_is_no_text():
    assert decode(b"art\x1ajunk \xff") == "art"
    assert decode(b"art\x1ajunk \xff", encoding="utf-8") == "art"
    assert decode("art\x1ajunk".encode("utf-16")) == "art"
    assert decode("Ā\u1a1a.".encode("utf-16-le"), encoding="utf-16-le") == "Ā\u1a1a."


@pytest.mark.parametrize("name", ["cp437", "IBM437", "437"])
def test_glyphs_of_control_codes_whatever_the_set_is_called(name):
    assert decode(b"\x03\xdb", encoding=name) == "♥█"


@pytest.mark.parametrize("name", ["nope", "", "a\0b", "x" * 5000, "hex", "rot13", "\ud800"])
def test_encodings_that_there_are_not(name):
    with pytest.raises(OptionError) as caught:
        decode(b"ab", encoding=name)
    assert caught.value.parameters == ("encoding",)


@pytest.mark.parametrize("name", ["utf-8", "ascii", "euc_jp", "idna", "unicode_escape"])
def test_a_text_in_another_encoding_than_was_said(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ImageError, match=r"^art\.txt: not .* text$"):
            decode(b"a\xff\\x", encoding=name)


def test_neither_nor():
    with pytest.raises(ImageError, match="neither UTF-8 nor cp932 text; encoding names another"):
        decode(b"\x81")
