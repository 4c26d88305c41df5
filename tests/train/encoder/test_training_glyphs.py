"""Glyphs to learn: how many a font has, how they are cut, and what is said of bad fonts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import paths
import pytest
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from tiny_training import FONT, font_of, tiny_config

from asciiart.errors import FontError
from asciiart.glyphs.font import load_font
from asciiart.glyphs.rasterize import rasterize
from asciiart.train.encoder import training_glyphs
from asciiart.train.encoder.dataset import Dataset
from asciiart.train.encoder.training_glyphs import (
    SINGLE_WIDTH,
    USUAL_CELL,
    CellSize,
    Coverage,
    cell_of,
    draw_own_glyphs,
    draw_training_glyphs,
    enlargement,
    find_coverage,
)

MPLUS = str(paths.MPLUS)


def test_missing_font_is_named_and_the_recipes_with_where_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = replace(tiny_config("tone"), fonts=("No Such Font",))
    with pytest.raises(FontError, match=r"^No Such Font: no such font \([^)]*\)$"):
        Dataset(config)
    monkeypatch.setattr(training_glyphs, "TRAINING_FONTS", config.fonts)
    with pytest.raises(FontError, match=r"No Such Font.*fonts-liberation") as error:
        Dataset(config)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("charset", ["", "ascii"])
def test_a_damaged_font_is_named(charset: str, tmp_path: Path) -> None:
    """Its tables are whole, its outlines are not."""
    random = np.random.default_rng(0)
    data = np.frombuffer(load_font(FONT).path.read_bytes(), np.uint8).copy()
    where = random.integers(0, len(data), 3000)
    data[where] = random.integers(0, 256, 3000)
    path = tmp_path / "damaged.ttf"
    path.write_bytes(data.tobytes())
    with pytest.raises(FontError, match=r"damaged\.ttf: ") as error:
        Dataset(replace(tiny_config("tone"), fonts=(str(path),), charset=charset))
    assert "\n" not in str(error.value)
    assert "Debian" not in str(error.value)


def test_coverage_counts_the_characters_that_a_font_has(tmp_path: Path) -> None:
    few = font_of("A./", tmp_path / "few.ttf")
    config = replace(tiny_config("tone"), fonts=(few, FONT))
    wanted = len(set(SINGLE_WIDTH) - {" "})
    first, second = find_coverage(config)
    assert (first.usable, first.wanted) == (3, wanted)
    assert (second.font, second.wanted) == (FONT, wanted)
    assert 300 < second.usable <= wanted
    own = find_coverage(replace(config, fonts=(few,), charset="chars:A. x"))
    assert own == [Coverage(first.font, 2, 3)]


def test_own_characters_are_grouped_by_size() -> None:
    config = replace(tiny_config("tone"), fonts=(MPLUS,), charset="chars:aあb木")
    drawn = draw_own_glyphs(load_font(MPLUS), config)
    assert [some.characters for some in drawn.values()] == ["ab", "あ木"]
    for size, some in drawn.items():
        assert some.inks.shape == (2, *size)
        assert some.inks.max(axis=(1, 2)).min() > 0.9
    narrow, wide = drawn
    assert wide.width == 2 * narrow.width


def test_halves_of_wide_characters_are_learned() -> None:
    (drawn,) = draw_training_glyphs(replace(tiny_config("tone"), fonts=(MPLUS,)))
    assert set(drawn) == {USUAL_CELL}
    whole = rasterize(load_font(MPLUS), "あ", 32, 32, cells=2)[0]
    for half in (whole[:, :16], whole[:, 16:]):
        assert (drawn[USUAL_CELL] == half).all(axis=(1, 2)).sum() == 1


def test_a_cell_is_whole_positions_of_the_code() -> None:
    config = tiny_config("tone")
    assert (enlargement(config), config.step) == (2, (4, 4))
    assert cell_of(CellSize(32, 16), config) == (32, 16)
    assert cell_of(CellSize(36, 17), config) == (36, 24)
    assert enlargement(replace(config, cell_height=32)) == 1


def test_a_font_of_blank_glyphs_is_refused(tmp_path: Path) -> None:
    blank = font_of("A", tmp_path / "blank.ttf")
    with TTFont(blank) as font:
        font["glyf"]["A"] = Glyph()
        font.save(blank)
    config = replace(tiny_config("tone"), fonts=(blank,), charset="chars:A")
    with pytest.raises(FontError, match=r"blank\.ttf: its characters are all blank") as error:
        draw_training_glyphs(config)
    assert "\n" not in str(error.value)
