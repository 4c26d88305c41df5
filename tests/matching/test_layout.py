"""A page lies where it is drawn best, and as large as was asked."""

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
    needed_pixels,
    place_picture,
    place_whole,
)
from asciiart.matching.matcher import Matcher, ModeMatcher
from asciiart.matching.model import load_model
from asciiart.matching.row_steps import RowRules
from asciiart.matching.scores import StructureScore
from asciiart.options import Options
from asciiart.page.subject import WHOLE, CropBox

TREFOIL = next((PICTURES / "drawings").glob("trefoil*.png"))
MONOSPACED = RowRules()
PROPORTIONAL = RowRules(proportional=True)


@pytest.fixture(scope="module")
def matcher(font):
    encoder, score = load_model("standard").load_encoder("structure"), StructureScore()
    cell = font.cell(16, 2)
    index = build_index(font, " |/\\-_()+", encoder, score, cell=cell)
    return Matcher((ModeMatcher("structure", encoder, score, 1.0, index),), cell, index)


def laid(matcher, quality, **wishes):
    options = Options(mode="structure", quality=quality, **wishes)
    return fit_page(load_image(TREFOIL), options.columns, options, matcher, MONOSPACED)


def test_a_fast_page_is_not_moved(matcher):
    layout = laid(matcher, "fast", columns=30)
    assert layout.offset[:2] == (0, 0)
    assert layout.grid.columns == 30
    assert layout.pages[0].ink.shape == layout.grid.page_shape


def test_a_good_page_leaves_a_column_to_move_in(matcher):
    layout = laid(matcher, "good", columns=30)
    assert layout.grid.columns == 29
    assert layout.offset.down in range(matcher.cell.height)
    assert layout.offset.right in range(matcher.cell.width)
    assert layout.offset.score > 0


def test_the_best_page_is_of_all_sizes_the_one_that_matches_most(matcher):
    def per_ink(layout):
        return layout.offset.score / layout.pages[0].ink.sum()

    best = laid(matcher, "best", columns=80)
    sizes = [laid(matcher, "good", columns=columns) for columns in (80, 79, 78, 77)]
    assert per_ink(best) == pytest.approx(max(map(per_ink, sizes)))
    assert best.grid.columns in {layout.grid.columns for layout in sizes}


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
