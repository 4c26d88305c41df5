"""A page is moved to where its rows draw it best."""

import numpy as np
from structure_matchers import PROPORTIONAL, matcher_of, set_in_mona

from asciiart.glyphs.charsets import parse_charset
from asciiart.glyphs.font import load_font
from asciiart.glyphs.grid import Cell
from asciiart.glyphs.typesetting import draw_characters, typeset_rows
from asciiart.matching.index_building import build_index
from asciiart.matching.match import match_page
from asciiart.matching.offsets import Offset, choose_offset, move
from asciiart.matching.row_steps import RowRules
from asciiart.matching.scores import StructureScore


def test_a_page_that_lies_too_high_is_moved_down(mona_matcher):
    lines = ["ヨロエコヨ", "エコロヨエ"]
    page = set_in_mona(lines, 100)
    higher = np.pad(page[5:], ((0, 5 + 18), (0, 0)))
    offset = choose_offset(higher, mona_matcher.mode_matchers[0], mona_matcher.cell, PROPORTIONAL)
    assert abs(offset.down - 5) <= 1
    assert offset.right == 0
    assert (
        len(
            match_page(
                [move(higher, offset, mona_matcher.cell)], mona_matcher, 1, PROPORTIONAL
            ).glyph_ids
        )
        == 4
    )


def test_cells_are_moved_to_where_the_glyphs_lie(structure_encoder):
    font = load_font("DejaVu Sans Mono")
    cell = font.cell(16, 2)
    index = build_index(
        font, parse_charset("ascii"), structure_encoder, StructureScore(), cell=cell
    )
    matcher = matcher_of(structure_encoder, cell, index)
    page = draw_characters(typeset_rows(["(HX/L", "|TV<-"], font, None), font, None, 16, 8)
    for down, right in ((0, 0), (10, 2), (3, 6), (8, 4)):
        moved = move(page, Offset(-down % 16, -right % 8, 0.0), cell)
        found = choose_offset(moved, matcher.mode_matchers[0], matcher.cell, RowRules())
        assert abs(found.down - down) <= 1
        assert found.right == right


def test_a_page_is_moved_by_whole_rows_and_columns_more():
    cell = Cell(height=16, width=8, aspect=2.0, unit=8)
    page = np.ones((32, 24), np.float32)
    moved = move(page, Offset(3, 0, 1.0), cell)
    assert moved.shape == (48, 24)
    assert moved.sum() == page.sum()
    assert moved[3:35].all()
    larger = move(np.ones((64, 48)), Offset(0, 6, 1.0), cell, scale=2)
    assert larger.shape == (64, 64)
    assert larger[:, 12:60].all()
