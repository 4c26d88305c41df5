"""A page lies where it is drawn best, and as large as was asked."""

from typing import get_args

import numpy as np
import pytest
from paths import PICTURES

from asciiart.errors import OptionError
from asciiart.glyphs.grid import Cell, Placement, fit_grid
from asciiart.glyphs.typesetting import Typeset
from asciiart.io.pictures.image import load_image
from asciiart.matching.index_building import build_index
from asciiart.matching.layout import (
    count_columns,
    fit_page,
    keep_small,
    needed_pixels,
    place_picture,
    place_whole,
    square_pixels,
)
from asciiart.matching.matcher import Matcher, ModeMatcher
from asciiart.matching.model import load_model
from asciiart.matching.offsets import NOT_MOVED
from asciiart.matching.row_steps import RowRules
from asciiart.matching.scores import StructureScore
from asciiart.options import Options, Quality
from asciiart.page.ink_page import to_page
from asciiart.page.subject import WHOLE, CropBox

TREFOIL = next((PICTURES / "drawings").glob("trefoil*.png"))
CAT = PICTURES / "photographs" / "cat.jpg"
CELL = Cell(height=16, width=8, aspect=2.0, unit=8)
MONOSPACED = RowRules()
PROPORTIONAL = RowRules(proportional=True)


@pytest.fixture(scope="module")
def matcher(font):
    encoder, score = load_model("standard").load_encoder("structure"), StructureScore()
    cell = font.cell(16, 2)
    index = build_index(font, " |/\\-_()+", encoder, score, cell=cell)
    return Matcher((ModeMatcher("structure", encoder, score, 1.0, index),), cell, index)


def laid(matcher, quality, picture=None, *, still=False, **wishes):
    options = Options(mode="structure", quality=quality, **wishes)
    picture = picture or load_image(TREFOIL)
    return fit_page(picture, options.columns, options, matcher, MONOSPACED, still=still)


def keeps_still(layout):
    return layout.offset == NOT_MOVED and layout.grid.columns == 30


@pytest.mark.parametrize("quality", get_args(Quality))
def test_what_has_to_keep_still_is_not_moved_nor_made_smaller(matcher, quality):
    layout = laid(matcher, quality, columns=30, still=True)
    assert keeps_still(layout)
    assert layout.pages[0].ink.shape == layout.grid.page_shape


def test_outlines_of_a_photograph_are_moved_but_in_fast(matcher):
    photograph = load_image(CAT)
    for quality, still in (("fast", True), ("good", False)):
        assert keeps_still(laid(matcher, quality, photograph, columns=30)) == still


@pytest.mark.parametrize("quality", ["fast", "good"])
def test_a_drawing_leaves_a_column_to_move_in(matcher, quality):
    layout = laid(matcher, quality, columns=30)
    assert layout.grid.columns == 29
    assert layout.offset.down in range(matcher.cell.height)
    assert layout.offset.right in range(matcher.cell.width)
    assert layout.offset.score > 0


def test_the_best_page_is_of_all_sizes_the_one_that_matches_most(matcher):
    def per_ink(layout):
        return layout.offset.score / layout.pages[0].ink.sum()

    best = laid(matcher, "best", columns=80)
    sizes = {columns: laid(matcher, "good", columns=columns) for columns in (80, 79, 78, 77)}
    assert per_ink(best) >= max(map(per_ink, sizes.values()))
    grid = sizes[best.grid.columns + 1].grid
    assert abs(best.grid.rows - grid.rows) <= 1


def test_only_a_page_of_many_rows_is_stretched(matcher, monkeypatch):
    tried = []
    height, width = load_image(TREFOIL).rgb.shape[:2]

    def noted(picture, grid, *args, **kw):
        tried.append(grid)
        return to_page(picture, grid, *args, **kw)

    monkeypatch.setattr("asciiart.matching.layout.to_page", noted)
    for columns, changes in ((20, {0}), (80, {-1, 0, 1})):
        tried.clear()
        laid(matcher, "best", columns=columns)
        heights = {
            fit_grid(height, width, matcher.cell, columns=grid.columns).rows - grid.rows
            for grid in tried
        }
        assert heights == changes


@pytest.mark.parametrize("wishes", [{"mode": "tone"}, {"outline_share": 0.5}])
def test_shading_is_not_moved(matcher, wishes):
    options = Options(columns=30, quality="good", **wishes)
    assert fit_page(load_image(TREFOIL), 30, options, matcher, MONOSPACED).offset[:2] == (0, 0)


def test_rows_of_a_proportional_font_are_moved_unless_their_number_is_given(matcher):
    picture, moved = load_image(TREFOIL), []
    for rows in (None, 12):
        options = Options(mode="structure", columns=30, rows=rows)
        moved.append(fit_page(picture, 30, options, matcher, PROPORTIONAL).offset)
    assert moved[0].score > 0
    assert moved[1] == (0, 0, 0)


def test_columns_of_a_proportional_font_are_pixels():
    typeset = Typeset(16, 18)
    assert count_columns(Options(columns=30), typeset) == 240
    assert count_columns(Options(width=301), typeset) == 301
    assert count_columns(Options(columns=30), None) == 30


@pytest.mark.parametrize("wish", ["width", "font_size", "line_height"])
def test_what_is_for_proportional_fonts_is_refused_for_others(wish):
    with pytest.raises(OptionError, match=wish):
        count_columns(Options(**{wish: 16}), None)  # type: ignore[arg-type]


def test_small_pictures_are_those_smaller_than_their_page(matcher):
    cell = matcher.cell
    assert needed_pixels(Options(magnify=2), None, cell) is None
    assert needed_pixels(Options(mode="tone"), 30, cell) == (1, 30 * cell.width)
    for wishes in ({"mode": "structure"}, {"outline_share": 0.5}):
        needed = needed_pixels(Options(rows=9, **wishes), None, cell)
        assert needed == (2 * 9 * cell.height, 1)


def test_a_picture_lies_where_it_was_moved():
    grid = fit_grid(100, 100, Typeset(16, 18).cell(2), columns=40)
    assert place_picture(grid, 0.5, 3, None) == Placement(3, 0.5, 40, grid.rows)
    assert place_picture(grid, 0.5, 3, Typeset(16, 18)) == Placement(3, 9, 40, 18 * grid.rows)


def test_a_whole_picture_reaches_beyond_its_part():
    part = Placement(1, 2, 40, 20)
    assert place_whole(part, CropBox(0.25, 0.5, 0.75, 0.75)) == Placement(-79, -8, 160, 40)
    assert place_whole(part, WHOLE) is part


def test_a_picture_that_is_cropped_is_decoded_larger():
    cell = Cell(height=16, width=8, aspect=2.0, unit=8)
    whole = needed_pixels(Options(columns=100, rows=50), 100, cell)
    assert whole == (800, 800)
    cropped = Options(columns=100, rows=50, crop="subject")
    assert needed_pixels(cropped, 100, cell) == (3200, 3200)
    small = Options(columns=10, background_removal=True)
    assert needed_pixels(small, 10, cell) == (320, 320)


@pytest.mark.parametrize(
    ("wishes", "same"),
    [
        ({"columns": 80}, False),
        ({"columns": 5}, True),
        ({"rows": 30}, False),
        ({"rows": 2}, True),
        ({"magnify": 9.0}, False),
        ({"magnify": 0.5}, True),
        ({"columns": 80, "enlarge": True}, True),
    ],
)
def test_a_small_picture_is_not_enlarged(wishes, same):
    picture = load_image(np.zeros((40, 21, 3), np.uint8))
    options = Options(**{"enlarge": False} | wishes)
    kept = keep_small(options, options.columns, CELL, picture)
    assert (kept is options) is same
    if not same:
        assert (kept.columns, kept.rows, kept.magnify) == (11, None, None)


def test_a_small_picture_s_half_ems_are_two_pixels_wide():
    pixel = Cell(height=18, width=1, aspect=18.0, unit=8)
    picture = load_image(np.zeros((40, 20, 3), np.uint8))
    kept = keep_small(Options(width=81, enlarge=False), 81, pixel, picture)
    assert (kept.columns, kept.width) == (10, None)
    options = Options(width=80, enlarge=False)
    assert keep_small(options, 80, pixel, picture) is options


def test_a_page_that_would_be_too_large_is_made_small():
    picture = load_image(np.zeros((4000, 1, 3), np.uint8))
    assert keep_small(Options(columns=9999, enlarge=False), 9999, CELL, picture).columns == 1


@pytest.mark.parametrize(
    ("wishes", "size"),
    [
        ({"columns": 80}, (40, 80)),
        ({"columns": 79}, (35, 70)),
        ({"columns": 10}, (5, 10)),
        ({"columns": 9}, None),
        ({"rows": 12}, (10, 20)),
        ({"columns": 80, "rows": 12}, (10, 20)),
        ({"rows": 4}, None),
        ({"magnify": 33.0}, (10, 20)),
        ({"columns": 80, "pixel_art": False}, None),
    ],
)
def test_pixels_become_squares_of_whole_cells(wishes, size):
    picture = load_image(np.zeros((5, 5, 3), np.uint8))
    options = Options(**{"pixel_art": True} | wishes)
    squares = square_pixels(options, options.columns, CELL, picture)
    if size is None:
        assert squares is options
    else:
        assert (squares.rows, squares.columns, squares.magnify) == (*size, None)
        assert (squares.stretch, squares.resample) == (True, "nearest")
