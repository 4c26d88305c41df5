"""Glyphs to learn from: whole, of all widths, in their real advances."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from tiny_training import FONT, Tiny, tiny_config

from asciiart.charsets import CHARSETS
from asciiart.errors import FontError
from asciiart.glyphs import rasterize
from asciiart.train import glyphs as module
from asciiart.train.config import RECIPES
from asciiart.train.dataset import make_score
from asciiart.train.glyphs import column_width, draw_font, make_glyph_pools, open_font
from asciiart.train.targets import unpack


def test_columns_are_steps_of_the_code() -> None:
    assert column_width(RECIPES["structure"]) == 4
    assert column_width(RECIPES["tone"]) == 8


def test_all_that_japanese_rows_are_made_of_is_learned_from() -> None:
    characters = module._CHARACTERS
    assert len(set(characters)) == len(characters)
    assert set(CHARSETS["ascii"] + CHARSETS["box"]) <= set(characters)
    assert set("あんアヴ、。「」ｱﾝﾟ＝∀≧Д■→┐") <= set(characters)
    kanji = [character for character in characters if "一" <= character <= "龠"]
    assert 300 < len(kanji) < 3000
    assert "亜" in kanji
    assert characters.isprintable() or "\u3000" in characters


def test_cells_hold_single_width_and_whole_full_width_glyphs() -> None:
    font = open_font("M PLUS 1 Code")
    drawn = draw_font(font, 16)
    assert drawn.keys() == {16, 32}
    single, full = (set(map(bytes, drawn[width])) for width in (16, 32))
    assert {bytes(ink) for ink in rasterize(font, "Ag~", 32, 16)} <= single
    assert {bytes(ink) for ink in rasterize(font, "あ亜「", 32, 32, cells=2)} <= full
    assert draw_font(open_font(FONT), 16).keys() == {16}


def test_proportional_glyphs_are_drawn_in_their_advances() -> None:
    font = open_font("Mona")
    advances: Counter[int] = Counter()
    for character in module._CHARACTERS:
        if font.has(character) and character not in " \u3000":
            advances[2 * round(font.length(character) / font.size * 32 * 16 / 18 / 2)] += 1
    drawn = draw_font(font, 16)
    assert {width: len(inks) for width, inks in drawn.items()} == {
        width: count for width, count in advances.items() if width <= 32
    }
    assert len(drawn) >= 8
    for width, inks in drawn.items():
        assert inks.shape[1:] == (32, width)
        assert 0 <= inks.min() <= inks.max() <= 1
        assert (inks.max(axis=(1, 2)) > 0.5).all()


@pytest.mark.parametrize("character", ["g", "あ", "|", "A"])
def test_proportional_lines_are_centered_in_the_row(character: str) -> None:
    """The row is set large, by the font's own measures, and compared box by box."""
    font = open_font("Mona")
    em, row = 16 * 32, 18 * 32
    ascent, descent = (round(part / font.size * em) for part in (font.ascent, font.descent))
    canvas = Image.new("L", (em, row))
    top = round((row - ascent - descent) / 2)
    face = font.face(em)
    ImageDraw.Draw(canvas).text((0, top + ascent), character, fill=255, font=face, anchor="ls")
    ink_box = canvas.getbbox()
    assert ink_box is not None
    expected = np.array(ink_box) / 18
    found = [
        ink
        for inks in draw_font(font, 16).values()
        for ink in inks
        if edges(ink) == pytest.approx(expected, abs=0.6)
        and ink.sum() == pytest.approx(np.asarray(canvas).sum() / 255 / 18**2, rel=0.05)
    ]
    assert found


def edges(ink: NDArray[np.float32]) -> list[float]:
    """Return left, top, right and bottom of the ink in pixels, parts of pixels by their ink."""
    rows, columns = ink.max(axis=1), ink.max(axis=0)
    result = []
    for line in (columns, rows):
        inside = np.flatnonzero(line > 0.02)
        first, last = inside[0], inside[-1]
        result.append((first + 1 - line[first], last + line[last]))
    (left, right), (top, bottom) = result
    return [left, top, right, bottom]


def test_pools_hold_glyphs_filled_up_to_whole_columns(made: Tiny) -> None:
    config, score = made.config, make_score(made.config.mode)
    step, pools = config.step[1], made.dataset.glyphs
    assert list(pools) == sorted(pools)
    assert {8 // step, 16 // step} < set(pools)
    assert max(pools) == 16 // step
    for width, pool in pools.items():
        count = len(pool.inks)
        assert pool.inks.shape == (count, config.cell_height, width * step)
        assert pool.keys.shape[:2] == (count, width)
        assert pool.biases.shape == pool.fonts.shape == (count,)
        assert set(pool.fonts.tolist()) <= {0, 1, 2}
    single = pools[8 // step]
    drawn = draw_font(open_font(FONT), 16)[16][:40]
    known = score.glyphs(drawn)
    assert np.array_equal(single.biases[:40], known.biases)
    maps = known.keys.reshape(40, -1, width_of(single), 16 // score.grain // width_of(single))
    keys = unpack(single.keys[:40]).numpy()
    assert np.array_equal(keys, maps.swapaxes(1, 2).reshape(keys.shape))


def width_of(pool: module.GlyphPool) -> int:
    return int(pool.keys.shape[1])


def test_missing_font_is_named_with_where_to_get_it() -> None:
    config = replace(tiny_config("tone"), fonts=("No Such Font",))
    with pytest.raises(FontError, match=r"No Such Font.*fonts-liberation") as error:
        make_glyph_pools(config, make_score("tone"))
    assert "\n" not in str(error.value)
