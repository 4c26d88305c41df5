"""Characters that are pictures of bits."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any, get_args

import cv2
import numpy as np
import pytest
from emulator import Emulator
from fontTools.ttLib import TTFont

import asciiart
from asciiart.art.art import Art
from asciiart.art.formats.suffixes import PICTURES
from asciiart.art.formats.suffixes import SUFFIXES as FORMATS
from asciiart.errors import OptionError
from asciiart.glyphs.charsets import parse_charset
from asciiart.glyphs.font import Font, load_font
from asciiart.glyphs.grid import Placement
from asciiart.glyphs.rasterize import rasterize
from asciiart.io.pictures.arrays import Mask
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.matching.dot_patterns import draw_dots, find_dot_patterns, line_dots_for
from asciiart.motion.screen_updates import ScreenDiff
from asciiart.options import Options, Quality
from asciiart.page.thinning import thin

PATTERNS = {*map(chr, range(0x2800, 0x2900))}
CIRCLE = cv2.circle(np.zeros((160, 160, 3), np.uint8), (80, 80), 60, (255, 255, 255), -1)


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
    bits = find_dot_patterns(parse_charset(expression))
    assert bits is not None
    assert (bits.rows, bits.columns) == dots
    assert len(set(bits.characters)) == len(bits.characters) == 2 ** (dots[0] * dots[1])


@pytest.mark.parametrize("expression", ["ascii", "box", "chars:▀▄", "chars:⠁⠂"])
def test_others_are_no_bits(expression: str) -> None:
    assert find_dot_patterns(parse_charset(expression)) is None


def test_braille_has_the_dots_of_its_names() -> None:
    bits = find_dot_patterns(parse_charset("braille"))
    assert bits is not None
    places = {"1": 0, "2": 2, "3": 4, "7": 6, "4": 1, "5": 3, "6": 5, "8": 7}
    for pattern, character in enumerate(bits.characters[1:], 1):
        dots = unicodedata.name(character).rpartition("-")[2]
        assert sum(1 << places[dot] for dot in dots) == pattern


@pytest.mark.parametrize("expression", ["quadrants", "half"])
def test_glyphs_have_the_dots_of_their_patterns(font: Font, expression: str) -> None:
    bits = find_dot_patterns(parse_charset(expression))
    assert bits is not None
    inks = rasterize(font, bits.characters, bits.rows, bits.columns)
    for pattern, ink in enumerate(inks):
        expected = [pattern >> i & 1 for i in range(ink.size)]
        np.testing.assert_allclose(ink.ravel(), expected, atol=0.15)


def test_braille_glyphs_have_ink_where_their_dots_are() -> None:
    bits = find_dot_patterns(parse_charset("braille"))
    assert bits is not None
    inks = rasterize(load_font("Spleen 8x16"), bits.characters, 4, 2)
    patterns = (inks.reshape(256, 8) > 0.1) @ (1 << np.arange(8))
    assert patterns.tolist() == list(range(256))


def test_draw_bits() -> None:
    bits = find_dot_patterns(parse_charset("quadrants"))
    assert bits is not None
    ink = np.zeros((8, 12), np.float32)
    ink[:4, :3] = ink[4:, 6:9] = ink[4:, 9:] = 1
    patterns = draw_dots(ink, 2, 2, bits, "ordered")
    assert [[bits.characters[p] for p in row] for row in patterns.tolist()] == [
        ["▌", " "],
        [" ", "█"],
    ]


def cells(**options: object) -> Art:
    return asciiart.draw(CIRCLE, columns=8, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("options", [{}, {"dither": "ordered"}, {"fill": True}])
def test_brailles_blank_is_a_pattern(options: dict[str, object]) -> None:
    art = cells(charset="braille", **options)
    assert "".join(art.rows).startswith("⠀")
    assert set("".join(art.rows)) <= PATTERNS
    assert set(art.glyphs) == PATTERNS
    spaced = cells(charset="braille", braille_blank="space", **options)
    assert spaced.rows == tuple(row.replace("⠀", " ") for row in art.rows)
    assert str(spaced) == str(art).replace("⠀", " ")
    np.testing.assert_array_equal(spaced.glyph_ids, art.glyph_ids)
    assert spaced.render("png", color="16") == art.render("png", color="16")


@pytest.mark.parametrize("format", [name for name in FORMATS if name not in (*PICTURES, "c")])
@pytest.mark.parametrize("color", ["none", "16"])
def test_it_is_one_in_every_format(format: str, color: str) -> None:
    """Inside of pictures of the text there is no space between two patterns."""
    text = str(cells(charset="braille").render(format, color=color))
    assert re.search(r"[⠁-⣿] +[⠁-⣿]", re.sub(r"<[^>]*>|\x1b\[[^m]*m", "", text)) is None
    assert "⠀" in text


def test_a_blank_at_the_end_of_a_line_is_cut() -> None:
    text = str(cells(charset="braille"))
    assert not any(line.endswith(("⠀", " ")) for line in text.split("\n"))
    assert text.split("\n")[2][0] == "⠀"


@pytest.mark.parametrize(
    "options",
    [
        {"charset": "ascii+braille", "font": "Spleen 8x16"},
        {"charset": "chars:⠁x", "font": "Spleen 8x16"},
        {"charset": "braille", "exclude": "⠀"},
        {"charset": "blocks"},
    ],
)
def test_others_keep_the_space(options: dict[str, str]) -> None:
    art = cells(**options)
    assert "⠀" not in "".join(art.rows)
    assert " " in "".join(art.rows)


def test_a_blank_that_is_asked_for_is_that_same_one() -> None:
    art = cells(charset="chars:⠀⠁⣿")
    assert art.glyphs == "⠀⠁⣿"
    assert art.font.name.startswith("Spleen")
    with pytest.raises(OptionError, match="no character but the space is left"):
        cells(charset="chars:⠀")


def test_blanks_that_there_are_not() -> None:
    with pytest.raises(OptionError, match="braille_blank must be pattern or space, not 'x'"):
        cells(charset="braille", braille_blank="x")


@pytest.mark.parametrize("color", list(ColorMode))
def test_terminals_are_sent_the_pattern(color: ColorMode) -> None:
    art = cells(charset="braille")
    rows, columns = art.characters.shape
    emulator = Emulator(columns, rows)
    emulator.feed(ScreenDiff(columns, rows, color).update(art))
    assert tuple(emulator.text) == art.rows


def test_recordings_hold_the_pattern(tmp_path: Path) -> None:
    artist = asciiart.Artist(charset="braille")
    animation = asciiart.animate([CIRCLE, 255 - CIRCLE], Options(columns=8), artist=artist)
    for name in ("film.html", "film.cast"):
        animation.save(tmp_path / name)
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "⠀" in text
        assert re.search(r"[⠁-⣿] +[⠁-⣿]", text) is None


def test_a_font_without_the_pattern_shows_a_blank(tmp_path: Path) -> None:
    path = tmp_path / "dots.otf"
    with TTFont(load_font("Spleen 8x16").path) as font:
        for table in font["cmap"].tables:
            table.cmap.pop(0x2800, None)
        font.save(path)
    art = cells(charset="braille", font=path)
    assert not art.font.has("⠀")
    assert "⠀" in str(art)
    spaced = cells(charset="braille", font=path, braille_blank="space")
    assert art.render("png") == spaced.render("png")
    assert "@font-face" in str(art.render("html"))


def test_a_bitmap_font_that_no_page_can_carry_is_drawn_with_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "dots.bdf"
    path.write_text(dots_in_bdf(), encoding="ascii")
    art = cells(charset="braille", font=path)
    page = str(art.render("html"))
    assert (art.font.scalable, "@font-face" in page, "⠀⠀" in page) == (False, False, True)


def dots_in_bdf() -> str:
    """Return a bitmap font of braille, dots of one pixel in cells of 4 x 8, and a space."""
    places = ((0, 0), (2, 0), (4, 0), (0, 2), (2, 2), (4, 2), (6, 0), (6, 2))
    glyphs = []
    for code in (0x20, 0x4D, *range(0x2801, 0x2900)):
        rows = [0] * 8
        for bit, (row, column) in enumerate(places):
            if code > 0x2800 and code >> bit & 1:
                rows[row] |= 0x80 >> column
        glyphs.append(
            f"STARTCHAR u{code:04X}\nENCODING {code}\nSWIDTH 500 0\nDWIDTH 4 0\nBBX 4 8 0 -2\n"
            "BITMAP\n" + "\n".join(f"{row:02X}" for row in rows) + "\nENDCHAR"
        )
    return (
        "STARTFONT 2.1\nFONT -x-dots-medium-r-normal--8-80-75-75-c-40-iso10646-1\n"
        "SIZE 8 75 75\nFONTBOUNDINGBOX 4 8 0 -2\nSTARTPROPERTIES 4\nFONT_ASCENT 6\n"
        'FONT_DESCENT 2\nCHARSET_REGISTRY "ISO10646"\nCHARSET_ENCODING "1"\nENDPROPERTIES\n'
        f"CHARS {len(glyphs)}\n" + "\n".join(glyphs) + "\nENDFONT\n"
    )


def dots_of(art: Art) -> Mask:
    """Return which dots of an art are set (R·rows, C·columns)."""
    bits = find_dot_patterns(art.glyphs.replace("\u2800", " "))
    assert bits is not None
    patterns = np.vectorize(bits.characters.index)(
        np.where(art.characters == "⠀", " ", art.characters)
    )
    height, width = bits.rows, bits.columns
    dots = np.zeros((height * art.grid.rows, width * art.grid.columns), bool)
    for number in range(height * width):
        row, column = divmod(number, width)
        dots[row::height, column::width] = patterns >> number & 1
    return dots


RINGS = np.full((400, 400), 255, np.uint8)
for radius in (60, 120, 180):
    cv2.circle(RINGS, (200, 200), radius, 0, 3)


@pytest.mark.parametrize("quality", get_args(Quality))
@pytest.mark.parametrize("charset", ["braille", "quadrants", "blocks", "half", "braille+half"])
def test_outlines_of_dots_are_closed_and_a_dot_wide(charset: str, quality: Quality) -> None:
    wishes: dict[str, Any] = {"mode": "structure", "background": "light", "quality": quality}
    art = asciiart.draw(RINGS, charset=charset, columns=60, **wishes)
    dots = dots_of(art)
    count, _ = cv2.connectedComponents(dots.astype(np.uint8), connectivity=8)
    assert count == 1 + 3  # the paper, and each ring in one piece
    count, _ = cv2.connectedComponents((~dots).astype(np.uint8), connectivity=4)
    assert count == 1 + 4  # the ink, and what is inside, between and outside the rings
    np.testing.assert_array_equal(thin(dots), dots)
    y, x = np.nonzero(dots)
    height, width = (400 / count for count in dots.shape)
    away = np.hypot((x + 0.5) * width - 200, (y + 0.5) * height - 200)
    assert np.abs(away[:, None] - (60, 120, 180)).min(axis=1).max() < 1.2 * max(height, width)
    assert art.placement == Placement(0, 0, 60, art.grid.rows)


def test_dots_beside_characters_with_strokes_are_chosen_as_they_are() -> None:
    options, alone = Options(mode="structure"), parse_charset("braille")
    for expression in ("braille+ascii", "blocks+box", "ascii", "chars:▀▄"):
        assert line_dots_for(parse_charset(expression), options, proportional=False) is None
    assert line_dots_for(alone, options, proportional=False) is not None
    assert line_dots_for(alone, options, proportional=True) is None
    assert line_dots_for(alone, Options(outline_share=0.5), proportional=False) is None
