"""Cells of two colors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paths import CASES

import asciiart
from asciiart.color.fill import Fill
from asciiart.color.palettes import PaletteMode, palette
from asciiart.errors import OptionError
from asciiart.glyphs.charsets import parse_charset
from asciiart.glyphs.font import Font, load_font
from asciiart.glyphs.grid import Grid
from asciiart.glyphs.rasterize import Ink, rasterize
from asciiart.io.pictures.arrays import Pixels
from asciiart.io.pictures.image import Picture
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.matching.two_colors.color_fitting import Filled, glyph_masks
from asciiart.matching.two_colors.two_color_cells import fit_two_colors
from asciiart.options import Background, Options, Palette

BLOCKS, HALF, BOX = (parse_charset(name) for name in ("blocks", "half", "box"))
RED, BLUE = (200, 30, 20), (10, 40, 220)
OPTIONS = Options(fill=True)


def fill(
    rgb: Pixels,
    font: Font,
    characters: str,
    options: Options = OPTIONS,
    alpha: Pixels | None = None,
) -> Filled:
    """Fill cells, each of which is 16 x 8 pixels of the picture."""
    grid = Grid(rgb.shape[0] // 16, rgb.shape[1] // 8, font.cell(32, 2))
    return fit_two_colors(Picture(rgb, alpha, "picture"), grid, font, characters, options)


def mixed(ink: Ink, fill: Fill) -> Ink:
    """Return what cells (R, C) of that ink (R, C, h, w) look like."""
    under, over = (c[:, :, None, None].astype(np.float32) for c in (fill.paper, fill.ink))
    result: Ink = under + ink[..., None] * (over - under)
    return result


def shown(filled: Filled, font: Font, characters: str) -> Ink:
    inks = rasterize(font, characters, 16, 8)[filled.glyph_ids[..., 0]]
    cells = mixed(inks, filled.fill)
    rows, columns = cells.shape[:2]
    return cells.transpose(0, 2, 1, 3, 4).reshape(rows * 16, columns * 8, 3)


def two_colors(mask: Ink) -> Pixels:
    red, blue = np.array(RED), np.array(BLUE)
    return np.rint(blue + mask[..., None] * (red - blue)).astype(np.uint8)


@pytest.mark.parametrize("character", "▀▄▌▐▖▗▘▝▚▞▂▆▎▊┃╋╬")
def test_each_glyph_is_found(font: Font, character: str) -> None:
    characters = parse_charset("blocks+box")
    rgb = two_colors(rasterize(font, character, 16, 8)[0])
    filled = fill(rgb, font, characters)
    np.testing.assert_allclose(shown(filled, font, characters), rgb, atol=2)
    assert filled.scores[0, 0, 0] == pytest.approx(0, abs=0.005)


def test_one_color_is_a_blank_on_it(font: Font) -> None:
    filled = fill(np.full((16, 8, 3), RED, np.uint8), font, BLOCKS)
    assert filled.glyph_ids[0, 0, 0] == 0
    assert filled.fill.paper[0, 0].tolist() == list(RED)


def test_nearly_one_color_is_one_too(font: Font) -> None:
    rgb = np.full((16, 8, 3), 100, np.uint8)
    rgb[:8] += 2
    assert fill(rgb, font, BLOCKS).glyph_ids[0, 0, 0] == 0


def test_shades_are_not_used(font: Font) -> None:
    rgb = two_colors(rasterize(font, "▒", 16, 8)[0])
    filled = fill(rgb, font, BLOCKS)
    assert not set(np.array(list(BLOCKS))[filled.glyph_ids.ravel()]) & set("░▒▓")


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_other_pair_is_better(font: Font, seed: int) -> None:
    # Least squares over all glyphs, one by one.
    rgb = np.random.default_rng(seed).integers(90, 170, (16, 8, 3)).astype(np.uint8)
    filled = fill(rgb, font, HALF)
    wanted = rgb.reshape(-1, 3).astype(np.float64)
    errors = []
    for ink in rasterize(font, HALF, 16, 8).reshape(len(HALF), -1):
        parts = np.stack([ink, 1 - ink], axis=1).astype(np.float64)
        pair = np.linalg.lstsq(parts, wanted, rcond=None)[0]
        errors.append(((parts @ pair - wanted) ** 2).mean())
    error = ((shown(filled, font, HALF).reshape(-1, 3) - wanted) ** 2).mean()
    assert error <= min(errors) + 1.5**2 + 1  # blanks are preferred, colors are whole


def test_colors_stay_in_range(font: Font) -> None:
    # Thin lines would have to be brighter than white to make up for the rest.
    rgb = np.zeros((16, 8, 3), np.uint8)
    rgb[:, 4:] = 255
    filled = fill(rgb, font, BOX)
    page = shown(filled, font, BOX)
    flat = np.full_like(page, 127.5)
    assert ((page - rgb) ** 2).mean() < ((flat - rgb) ** 2).mean()


@pytest.mark.parametrize("mode", [ColorMode.ANSI16, ColorMode.ANSI256])
@pytest.mark.parametrize("dither", ["none", "ordered", "diffusion", "noise"])
def test_colors_are_of_the_palette(font: Font, mode: PaletteMode, dither: str) -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (32, 40, 3)).astype(np.uint8)
    options = Options(fill=True, palette=mode.value, dither=dither)  # type: ignore[arg-type]
    filled = fill(rgb, font, BLOCKS, options)
    known = {tuple(color) for color in palette(mode).tolist()}
    for colors in (filled.fill.ink, filled.fill.paper):
        assert {tuple(color) for color in colors.reshape(-1, 3).tolist()} <= known


@pytest.mark.parametrize("colors", ["16", "256"])
def test_dithered_cells_have_the_mean_color(font: Font, colors: Palette) -> None:
    rgb = np.full((16 * 12, 8 * 24, 3), (150, 110, 130), np.uint8)
    errors = {}
    for dither in ("none", "diffusion"):
        options = Options(fill=True, palette=colors, dither=dither)
        page = shown(fill(rgb, font, HALF, options), font, HALF) / 255
        errors[dither] = np.abs((page**2.2).mean(axis=(0, 1)) - (rgb[0, 0] / 255) ** 2.2).max()
    assert errors["diffusion"] < 0.03
    assert errors["diffusion"] < errors["none"]


@pytest.mark.parametrize("colors", ["256", "truecolor"])
def test_scores_are_what_is_seen(font: Font, colors: Palette) -> None:
    rgb = np.random.default_rng(4).integers(0, 256, (32, 40, 3)).astype(np.uint8)
    rgb[:, :16] //= 4
    filled = fill(rgb, font, BLOCKS, replace(OPTIONS, palette=colors))
    squares = (shown(filled, font, BLOCKS) - rgb) ** 2
    cells = squares.reshape(2, 16, 5, 8, 3).mean(axis=(1, 3, 4))
    np.testing.assert_allclose(filled.scores[..., 0], -np.sqrt(cells) / 255, atol=1e-4)


def test_the_full_block_is_no_shape(font: Font) -> None:
    masks = glyph_masks(font, BLOCKS)
    blank, full = (masks.ids.tolist().index(BLOCKS.index(c)) for c in " █")
    assert not masks.shapes[[blank, full]].any()
    lengths = np.linalg.norm(masks.shapes, axis=1)
    np.testing.assert_allclose(np.delete(lengths, [blank, full]), 1, atol=1e-5)


@pytest.mark.parametrize(("darkest", "brightest"), [(60, 160), (110, 160)])
def test_among_16_colors_a_picture_has_full_contrast(
    font: Font, darkest: int, brightest: int
) -> None:
    rgb = np.full((16, 16, 3), brightest, np.uint8)
    rgb[:, :8] = darkest
    filled = fill(rgb, font, BLOCKS, replace(OPTIONS, palette="16"))
    papers = filled.fill.paper[0, :, 0].tolist()
    assert papers == ([0, 255] if brightest - darkest > 64 else [127, 127])


def test_contrast_is_that_asked_for(font: Font) -> None:
    rgb = np.full((16, 8, 3), 100, np.uint8)
    filled = fill(rgb, font, BLOCKS, replace(OPTIONS, contrast=2.0))
    assert filled.fill.paper[0, 0].tolist() == [72, 72, 72]  # 127.5 - 2 * 27.5


def test_alternatives_are_as_many_as_asked_for(font: Font) -> None:
    rgb = np.random.default_rng(2).integers(0, 256, (16, 16, 3)).astype(np.uint8)
    filled = fill(rgb, font, HALF, replace(OPTIONS, neighbors=9))
    assert filled.glyph_ids.shape == filled.scores.shape == (1, 2, 9)
    assert (filled.glyph_ids[..., len(HALF) :] == -1).all()
    assert (np.diff(filled.scores[..., 1 : len(HALF)]) <= 0).all()


def test_proportional_fonts_are_refused(mona: Font) -> None:
    with pytest.raises(OptionError, match="fill is for monospaced fonts"):
        fill(np.zeros((16, 8, 3), np.uint8), mona, BLOCKS)


def test_full_width_characters_are_left_out() -> None:
    font = load_font("M PLUS 1 Code")
    rgb = np.random.default_rng(3).integers(0, 256, (16, 32, 3)).astype(np.uint8)
    characters = " 漢字ab"
    filled = fill(rgb, font, characters)
    assert set(filled.glyph_ids.ravel().tolist()) <= {-1, 0, 3, 4}


def half_clear() -> Pixels:
    """Return the alpha of four cells: opaque, clear at the right, clear, and in one corner."""
    alpha = np.full((16, 32), 255, np.uint8)
    alpha[:, 12:24] = 0
    alpha[:4, 28:] = 0
    return alpha


@pytest.mark.parametrize(("background", "page"), [("dark", 0), ("light", 255)])
@pytest.mark.parametrize("colors", ["256", "truecolor"])
def test_what_is_clear_is_the_page(
    font: Font, background: Background, page: int, colors: Palette
) -> None:
    rgb = np.full((16, 32, 3), (215, 95, 0), np.uint8)
    options = replace(OPTIONS, background=background, palette=colors, brightness=0.1)
    filled = fill(rgb, font, BLOCKS, options, half_clear())
    assert filled.fill.clear.tolist() == [[False, True, True, False]]
    assert filled.fill.paper[0, 1:3].tolist() == [[page] * 3] * 2
    assert [BLOCKS[i] for i in filled.glyph_ids[0, 1:3, 0]] == ["▌", " "]
    opaque, half = filled.fill.paper[0, 0], filled.fill.ink[0, 1]
    np.testing.assert_allclose(half, opaque, atol=3)


@pytest.mark.parametrize("character", "▀▄▌▐▖▗▘▝▚▞▂▅▎▋ ")
def test_a_silhouette_is_found(font: Font, character: str) -> None:
    mask = rasterize(font, character, 16, 8)[0]
    rgb = np.full((16, 16, 3), RED, np.uint8)
    alpha = np.zeros((16, 16), np.uint8)
    alpha[:, :8] = np.rint(255 * mask)
    filled = fill(rgb, font, BLOCKS, OPTIONS, alpha)
    assert filled.fill.clear.tolist() == [[True, True]]
    assert [BLOCKS[i] for i in filled.glyph_ids[0, :, 0]] == [character, " "]
    if character != " ":
        np.testing.assert_allclose(filled.fill.ink[0, 0], RED, atol=3)


def test_scores_of_silhouettes_are_of_their_shape(font: Font) -> None:
    numbers = np.random.default_rng(5)
    alpha = (numbers.integers(0, 256, (32, 40)) * numbers.integers(0, 2, (32, 40))).astype(np.uint8)
    alpha[::16, ::8] = 255
    filled = fill(np.full((32, 40, 3), 200, np.uint8), font, BLOCKS, OPTIONS, alpha)
    assert filled.fill.clear.all()
    shapes = alpha.reshape(2, 16, 5, 8).transpose(0, 2, 1, 3)[:, :, None] / 255  # (R, C, 1, h, w)
    inks = rasterize(font, BLOCKS, 16, 8)[filled.glyph_ids]
    beyond = inks * (1 - shapes)
    errors = np.sqrt(((inks - shapes) ** 2 + 0.15 * beyond).mean(axis=(3, 4)))
    np.testing.assert_allclose(filled.scores, -errors, atol=1e-4)
    assert (np.diff(filled.scores) <= 0).all()


def test_the_ink_of_a_silhouette_is_the_mean_of_what_it_covers(font: Font) -> None:
    rgb = np.zeros((16, 8, 3), np.uint8)
    rgb[8:], rgb[8:, 4:] = (200, 0, 0), (0, 0, 100)
    alpha = np.zeros((16, 8), np.uint8)
    alpha[8:] = 255
    filled = fill(rgb, font, BLOCKS, OPTIONS, alpha)
    assert BLOCKS[filled.glyph_ids[0, 0, 0]] == "▄"
    np.testing.assert_allclose(filled.fill.ink[0, 0], (100, 0, 50), atol=2)


@pytest.mark.parametrize("background", ["dark", "light"])
def test_nothing_of_the_page_is_in_the_colors_of_edges(font: Font, background: Background) -> None:
    """Soft edges and small holes would else be dark, or light, on a page of another color."""
    alpha = np.full((16, 24), 255, np.uint8)
    alpha[:4, 4:8], alpha[:, 15], alpha[:8, 16:], alpha[8, 16:] = 0, 100, 0, 90
    rgb = np.full((16, 24, 3), RED, np.uint8)
    filled = fill(rgb, font, BLOCKS, replace(OPTIONS, background=background), alpha)
    assert filled.fill.clear.tolist() == [[False, False, True]]
    np.testing.assert_allclose(filled.fill.paper[0, :2], [RED] * 2, atol=2)
    np.testing.assert_allclose(filled.fill.ink[0, 2], RED, atol=2)


@pytest.mark.parametrize("level", [30, 100, 128, 200, 240])
@pytest.mark.parametrize(("background", "page"), [("dark", 0), ("light", 255)])
def test_what_is_half_clear_is_blended_with_the_page(
    font: Font, background: Background, page: int, level: int
) -> None:
    """An even cell, one of two opacities, and one half of which is wholly clear."""
    alpha = np.full((16, 24), level, np.uint8)
    alpha[8:, 8:16], alpha[:, 20:] = 255, 0
    rgb = np.full((16, 24, 3), RED, np.uint8)
    filled = fill(rgb, font, BLOCKS, replace(OPTIONS, background=background), alpha)
    blended = (np.array(RED) * level + page * (255 - level)) / 255
    np.testing.assert_allclose(filled.fill.paper[0, 0], blended, atol=2)
    assert filled.fill.clear[0, :2].tolist() == [False, False]
    seen = shown(filled, font, BLOCKS)
    np.testing.assert_allclose(seen[:7, 8:16], np.broadcast_to(blended, (7, 8, 3)), atol=6)
    np.testing.assert_allclose(seen[9:, 8:16], np.broadcast_to(RED, (7, 8, 3)), atol=6)
    assert filled.fill.clear[0, 2]
    assert BLOCKS[filled.glyph_ids[0, 2, 0]] == "▌"
    np.testing.assert_allclose(filled.fill.ink[0, 2], blended, atol=2)


def test_a_picture_that_only_the_other_page_shows_is_not_clear(font: Font) -> None:
    filled = fill(np.zeros((16, 32, 3), np.uint8), font, BLOCKS, OPTIONS, half_clear())
    assert not filled.fill.clear.any()
    assert filled.fill.paper[0, 2].tolist() == [255] * 3


def test_half_clear_case_is_an_even_gray() -> None:
    art = asciiart.draw(CASES / "half_alpha.png", columns=20, charset="blocks", fill=True)
    assert art.fill is not None
    rows, columns = np.nonzero(~art.fill.clear | (art.characters != " "))
    inside = art.fill.paper[rows.min() + 1 : rows.max(), columns.min() + 1 : columns.max()]
    assert inside.size > 0
    assert np.abs(inside.astype(int) - 128).max() <= 2
    shown = np.where(art.fill.clear[..., None], art.fill.ink, art.fill.paper)
    assert np.abs(shown[rows, columns].astype(int) - 128).max() <= 12


def test_the_edge_of_a_half_clear_square_is_straight() -> None:
    art = asciiart.draw(CASES / "half_alpha.png", columns=20, charset="blocks", fill=True)
    edges = [set(row[6:14]) for row in art.rows if row.strip()]
    assert edges == [{"▆"}, {" "}, {"▀"}]


@pytest.mark.parametrize("level", [30, 60, 200])
@pytest.mark.parametrize("charset", ["half", "braille", "ascii"])
def test_even_opacity_is_an_even_color(level: int, charset: str) -> None:
    pixels = np.full((64, 64, 4), (240, 200, 160, level), np.uint8)
    art = asciiart.draw(pixels, columns=12, charset=charset, fill=True)
    assert art.fill is not None
    blended = np.array((240, 200, 160)) * level / 255
    assert not art.fill.clear.any()
    np.testing.assert_allclose(
        art.fill.paper, np.broadcast_to(blended, art.fill.paper.shape), atol=2
    )
