"""The character set of the IBM PC."""

import pytest

from asciiart.art.reading.cp437 import decode_cp437
from asciiart.glyphs.font import DEFAULT_FONT, load_font


def test_every_byte_is_what_the_screen_showed():
    text = decode_cp437(bytes(range(256)))
    assert len(text) == 256
    assert text[1:9] + text[11:13] == "☺☻♥♦♣♠•◘♂♀"
    assert text[0x10:0x1A] + text[0x1C:0x20] == "►◄↕‼¶§▬↨↑↓∟↔▲▼"
    assert text[0x7F] + text[0xB0:0xB3] + text[0xC9] + text[0xDB] == "⌂░▒▓╔█"
    assert text[0x00] == text[0xFF] == " "
    assert [text[code] for code in (0x09, 0x0A, 0x0D)] == ["\t", "\n", "\r"]
    assert decode_cp437(b"\x1b[m\x1b\x1b[\x1b") == "\x1b[m←\x1b[←"


@pytest.mark.parametrize("codes", [range(0x20, 0x7F), range(0x80, 0xFF)])
def test_all_others_are_as_python_has_them(codes):
    assert decode_cp437(bytes(codes)) == bytes(codes).decode("cp437")


def test_the_default_font_has_them_all():
    font = load_font(DEFAULT_FONT)
    text = decode_cp437(bytes(range(256)))
    assert [c for c in text if c.isprintable() and not (font.has(c) and font.span(c) == 1)] == []
