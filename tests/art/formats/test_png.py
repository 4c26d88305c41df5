"""PNG pictures."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from made_arts import MakeArt
from PIL import Image

from asciiart.art.art import Art
from asciiart.art.formats.registry import draw_page, render
from asciiart.errors import OptionError
from asciiart.glyphs.font import Font
from asciiart.glyphs.rasterize import rasterize, rasterize_row
from asciiart.io.pictures.arrays import Pixels


def picture(art: Art, color: str = "none", font_size: float | None = None) -> Pixels:
    data = render(art, "png", color=color, font_size=font_size)
    assert isinstance(data, bytes)
    return np.asarray(Image.open(io.BytesIO(data), formats=["PNG"]))


def test_size(small_art: Art) -> None:
    assert picture(small_art).shape == (3 * 24, 6 * 12)
    assert picture(small_art, font_size=100).shape == (3 * 116, 6 * 60)
    assert picture(small_art, "truecolor").shape == (3 * 24, 6 * 12, 3)


@pytest.mark.parametrize(("background", "paper", "ink"), [("dark", 17, 255), ("light", 255, 0)])
def test_gray(make_art: MakeArt, background: str, paper: int, ink: int) -> None:
    page = picture(make_art(["█ "], background=background))
    assert (page[1:-1, 1:11] == ink).all()
    assert (page[:, 12:] == paper).all()


def test_half_covered_pixels_are_half_way(make_art: MakeArt) -> None:
    art = make_art(["a"])
    expected = np.rint(17 + rasterize(art.font, "a", 24, 12)[0] * 238)
    np.testing.assert_array_equal(picture(art), expected)
    assert np.unique(expected).size > 60


def test_colored(make_art: MakeArt) -> None:
    art = make_art(["██ ", "█ █"], [[(255, 0, 0), (0, 128, 0), (0, 0, 0)]] * 2)
    page = picture(art, "truecolor")
    red, green, white, paper = [255, 8, 8], [15, 255, 15], [255, 255, 255], [17, 17, 17]
    centers = page[12::24, 6::12].tolist()
    assert centers == [[red, green, paper], [red, paper, white]]
    assert picture(art, "16")[12, 6].tolist() == [255, 0, 0]


def test_draw_page_places_the_glyphs(small_art: Art) -> None:
    page = draw_page(small_art, 20)
    assert page.shape == (3 * 20, 6 * 10)
    assert page.dtype == np.float32
    for row, text in enumerate(small_art.rows):
        for column, character in enumerate(text):
            cell = page[20 * row : 20 * (row + 1), 10 * column : 10 * (column + 1)]
            [glyph] = rasterize(small_art.font, character, 20, 10)
            np.testing.assert_array_equal(cell, glyph)


def test_bitmap_font_keeps_its_pixels(small_art: Art, font: Font) -> None:
    bitmap = replace(font, scalable=False, size=16, ascent=12, descent=4, advance=8)
    assert picture(replace(small_art, font=bitmap)).shape == (3 * 32, 6 * 16)


def test_absurd_size(make_art: MakeArt) -> None:
    art = make_art(["x" * 300] * 300)
    message = (
        r"180600 x 349500 pixels is too large \(at most 134,217,728 in all\); ask for a smaller"
    )
    with pytest.raises(OptionError, match=message):
        render(art, "png", font_size=1000)


def test_full_width_characters_cover_two_columns(wide_art: Art) -> None:
    page = picture(wide_art)
    width = page.shape[1] // 6
    [kanji] = rasterize(wide_art.font, "漢", 24, 2 * width, cells=2)
    expected = np.rint(17 + kanji * 238)
    np.testing.assert_array_equal(page[:24, width : 3 * width], expected)


def test_a_full_width_character_has_one_color(wide_art: Art) -> None:
    page = picture(wide_art, "truecolor")
    width = page.shape[1] // 6
    red, green = page[:24, 4 * width :], page[24:, 4 * width :]
    assert (red[..., 0] > red[..., 1] + 100).any()  # 字, both halves
    assert (red[:, width:, 0] > red[:, width:, 1] + 100).any()
    assert (green[:, width:, 1] > green[:, width:, 0] + 100).any()
    assert not (red[..., 1] > red[..., 0]).any()


def test_typeset_art_is_twice_its_size(typeset_art: Art) -> None:
    page = picture(typeset_art)
    assert page.shape == (3 * 36, 120)
    [kanji] = rasterize_row(typeset_art.font, "漢", 16, 18, 16, scale=2)
    np.testing.assert_array_equal(page[:36, 6:38], np.rint(17 + kanji * 238))
    assert (page[36:72] == 17).all()


@pytest.mark.parametrize(("size", "shape"), [(16, (54, 60)), (20, (66, 73)), (1, (3, 3))])
def test_typeset_art_in_another_size(typeset_art: Art, size: float, shape: tuple[int, int]) -> None:
    assert picture(typeset_art, font_size=size).shape == shape
    assert picture(typeset_art, "truecolor", font_size=size).shape == (*shape, 3)
    assert draw_page(typeset_art, 18).shape == (54, 60)


@pytest.mark.parametrize(("format", "most"), [("png", 0), ("webp", 0), ("jpeg", 24)])
@pytest.mark.parametrize("color", ["none", "truecolor"])
def test_every_kind_of_picture_shows_the_same(
    small_art: Art, format: str, most: int, color: str
) -> None:
    shown = []
    for each in ("png", format):
        data = render(small_art, each, color=color)
        assert isinstance(data, bytes)
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.format == each.upper()
            shown.append(np.asarray(picture.convert("RGB"), int))
    assert np.abs(shown[0] - shown[1]).max() <= most
