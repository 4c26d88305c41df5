"""Characters that are pictures of bits."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from asciiart.bits import draw_bits, find_bits
from asciiart.charsets import parse_charset
from asciiart.glyphs import Font, load_font, rasterize


@pytest.mark.parametrize(
    ("expression", "dots"),
    [
        ("braille", (4, 2)),
        ("braille+blocks", (4, 2)),
        ("quadrants", (2, 2)),
        ("blocks", (2, 2)),
        ("half", (2, 1)),
    ],
)
def test_sets(expression: str, dots: tuple[int, int]) -> None:
    bits = find_bits(parse_charset(expression))
    assert bits is not None
    assert (bits.rows, bits.columns) == dots
    assert len(set(bits.characters)) == len(bits.characters) == 2 ** (dots[0] * dots[1])


@pytest.mark.parametrize("expression", ["ascii", "box", "chars:▀▄", "chars:⠁⠂"])
def test_others_are_no_bits(expression: str) -> None:
    assert find_bits(parse_charset(expression)) is None


def test_braille_has_the_dots_of_its_names() -> None:
    bits = find_bits(parse_charset("braille"))
    assert bits is not None
    places = {"1": 0, "2": 2, "3": 4, "7": 6, "4": 1, "5": 3, "6": 5, "8": 7}
    for pattern, character in enumerate(bits.characters[1:], 1):
        dots = unicodedata.name(character).rpartition("-")[2]
        assert sum(1 << places[dot] for dot in dots) == pattern


@pytest.mark.parametrize("expression", ["quadrants", "half"])
def test_glyphs_have_the_dots_of_their_patterns(font: Font, expression: str) -> None:
    bits = find_bits(parse_charset(expression))
    assert bits is not None
    inks = rasterize(font, bits.characters, bits.rows, bits.columns)
    for pattern, ink in enumerate(inks):
        expected = [pattern >> i & 1 for i in range(ink.size)]
        np.testing.assert_allclose(ink.ravel(), expected, atol=0.15)


def test_braille_glyphs_have_ink_where_their_dots_are() -> None:
    bits = find_bits(parse_charset("braille"))
    assert bits is not None
    inks = rasterize(load_font("Spleen 8x16"), bits.characters, 4, 2)
    patterns = (inks.reshape(256, 8) > 0.1) @ (1 << np.arange(8))
    assert patterns.tolist() == list(range(256))


def test_draw_bits() -> None:
    bits = find_bits(parse_charset("quadrants"))
    assert bits is not None
    ink = np.zeros((8, 12), np.float32)
    ink[:4, :3] = ink[4:, 6:9] = ink[4:, 9:] = 1
    patterns = draw_bits(ink, 2, 2, bits, "ordered")
    assert [[bits.characters[p] for p in row] for row in patterns.tolist()] == [
        ["▌", " "],
        [" ", "█"],
    ]
