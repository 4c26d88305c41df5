"""What is matched is the best of what the index holds, in cells and along rows."""

import numpy as np
import pytest

from asciiart.glyphs.charsets import parse_charset
from asciiart.glyphs.font import load_font
from asciiart.glyphs.grid import Cell
from asciiart.glyphs.rasterize import rasterize, rasterize_row
from asciiart.glyphs.typesetting import Typeset, draw_characters, typeset_rows
from asciiart.matching.index_building import build_index
from asciiart.matching.match import match_cells, match_page
from asciiart.matching.matcher import Matcher, ModeMatcher
from asciiart.matching.model import load_model
from asciiart.matching.offsets import Offset, choose_offset, move
from asciiart.matching.row_matching import match_rows
from asciiart.matching.row_steps import RowRules
from asciiart.matching.scores import StructureScore
from asciiart.options import Mode

PROPORTIONAL = RowRules(glyph_cost=0.3, proportional=True)


def matcher_of(encoder, cell, index, score=StructureScore()):  # noqa: B008 - it is frozen
    return Matcher((ModeMatcher("structure", encoder, score, 1.0, index),), cell, index)


@pytest.fixture(scope="module")
def encoder():
    return load_model("standard").load_encoder("structure")


@pytest.fixture(scope="module")
def mona(encoder):
    font, typeset = load_font("Mona"), Typeset(16, 18)
    cell = typeset.cell(2)
    characters = parse_charset("ascii+kana+symbols")
    index = build_index(font, characters, encoder, StructureScore(0.87), cell=cell, typeset=typeset)
    return matcher_of(encoder, cell, index, StructureScore(0.87))


@pytest.fixture(scope="module")
def wide(encoder):
    font = load_font("M PLUS 1 Code")
    cell = font.cell(16, 2)
    characters = parse_charset("ascii+kana")
    index = build_index(font, characters, encoder, StructureScore(), cell=cell)
    return matcher_of(encoder, cell, index)


def text_of(matcher, glyph_ids):
    return [
        "".join(matcher.index.characters[i] for i in row[row >= 0]) for row in glyph_ids[..., 0]
    ]


def set_in_mona(rows, columns):
    """Return the ink of lines of Mona at 16 px, a page that the encoder reads."""
    typeset, font = Typeset(16, 18), load_font("Mona")
    characters = typeset_rows(rows, font, typeset, columns)
    page = np.zeros((18 * len(rows), columns), np.float32)
    for row, column in np.argwhere((characters != "") & (characters != " ")):
        advance = font.advances(characters[row, column], 16)[0]
        ink = rasterize_row(font, characters[row, column], 16, 18, advance)[0]
        page[18 * row : 18 * row + 18, column : column + advance] += ink
    return page


def test_a_row_of_glyphs_is_read_back(mona):
    page = set_in_mona(["／ヽく＿」ノ｜", "Ｘニ／￣ヽ"], 120)
    nearest = match_rows([page], mona, 3, PROPORTIONAL)
    assert nearest.glyph_ids.shape == (2, 120, 3)
    found = [line.rstrip() for line in text_of(mona, nearest.glyph_ids)]
    assert sum(character in found[0] for character in "ヽく」ノ") >= 3, found
    assert "ニ" in found[1]


def test_glyphs_never_overlap_nor_leave_the_row(mona):
    random = np.random.default_rng(0)
    page = (random.random((54, 97)) < 0.08).astype(np.float32)
    ids = match_rows([page], mona, 1, PROPORTIONAL).glyph_ids[..., 0]
    spans = mona.index.spans_at(ids)
    for row in spans:
        end = 0
        for column in np.flatnonzero(row):
            assert column == end
            end = column + row[column]
        assert end <= 97


def test_posted_rows_have_no_half_width_space_first_or_twice(mona):
    page = np.zeros((72, 300), np.float32)
    for row in range(4):
        page[18 * row : 18 * row + 18, 61 + 37 * row : 63 + 37 * row] = 0.8
        page[18 * row + 9, 200 + 11 * row : 230 + 11 * row] = 1
    free = text_of(mona, match_rows([page], mona, 1, PROPORTIONAL).glyph_ids)
    posted = RowRules(glyph_cost=0.3, proportional=True, no_adjacent_spaces=True)
    lines = text_of(mona, match_rows([page], mona, 1, posted).glyph_ids)
    assert any("  " in line or line.startswith(" ") for line in free)
    for line in lines:
        assert line.strip("\u3000 ")
        assert not line.startswith(" ")
        assert "  " not in line


def test_a_blank_page_has_empty_rows(mona):
    page = np.zeros((36, 64), np.float32)
    nearest = match_page([page], mona, 2, PROPORTIONAL)
    assert (nearest.glyph_ids == -1).all()
    assert choose_offset(page, mona.mode_matchers[0], mona.cell, PROPORTIONAL)[:2] == (0, 0)


def test_a_page_that_lies_too_high_is_moved_down(mona):
    lines = ["ヨロエコヨ", "エコロヨエ"]
    page = set_in_mona(lines, 100)
    higher = np.pad(page[5:], ((0, 5 + 18), (0, 0)))
    offset = choose_offset(higher, mona.mode_matchers[0], mona.cell, PROPORTIONAL)
    assert abs(offset.down - 5) <= 1
    assert offset.right == 0
    assert len(match_page([move(higher, offset, mona.cell)], mona, 1, PROPORTIONAL).glyph_ids) == 4


def test_cells_are_moved_to_where_the_glyphs_lie(encoder):
    font = load_font("DejaVu Sans Mono")
    cell = font.cell(16, 2)
    index = build_index(font, parse_charset("ascii"), encoder, StructureScore(), cell=cell)
    matcher = matcher_of(encoder, cell, index)
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


def test_rows_of_half_and_full_width_fill_their_columns(wide):
    random = np.random.default_rng(1)
    height, width = wide.cell.height, wide.cell.width
    page = (random.random((3 * height, 21 * width)) < 0.1).astype(np.float32)
    page[height:, 10 * width :] = 0
    nearest = match_page([page], wide, 2, RowRules())
    ids = nearest.glyph_ids[..., 0]
    spans = wide.index.spans_at(ids)
    assert spans.sum(axis=1).tolist() == [21, 21, 21]
    assert set(spans.ravel().tolist()) == {0, 1, 2}
    assert (ids[1:, 11:] == 0).all()


def test_full_width_glyphs_are_found_where_they_are_drawn(wide):
    height, width = wide.cell.height, wide.cell.width
    page = np.zeros((height, 9 * width), np.float32)
    font = load_font("M PLUS 1 Code")
    page[:, width : 3 * width] = rasterize(font, "ム", height, 2 * width, cells=2)[0]
    page[:, 6 * width : 8 * width] = rasterize(font, "ノ", height, 2 * width, cells=2)[0]
    ids = match_page([page], wide, 1, RowRules()).glyph_ids[0, :, 0]
    assert wide.index.characters[ids[1]] == "ム"
    assert wide.index.characters[ids[6]] == "ノ"
    assert ids[2] == ids[7] == -1


def test_where_all_glyphs_are_one_cell_rows_are_cells(encoder):
    font = load_font("DejaVu Sans Mono")
    cell = font.cell(16, 2)
    index = build_index(font, parse_charset("ascii"), encoder, StructureScore(), cell=cell)
    matcher = matcher_of(encoder, cell, index)
    random = np.random.default_rng(2)
    page = (random.random((48, 80)) < 0.06).astype(np.float32)
    cells = match_cells([page], matcher, 4)
    matched = match_page([page], matcher, 4, RowRules())
    np.testing.assert_array_equal(matched.glyph_ids, cells.glyph_ids)
    # along rows the same glyphs win, up to the little that shorter strips lose
    along = match_rows([page], matcher, 4, RowRules()).glyph_ids[..., 0]
    assert (np.where(along < 0, 0, along) == cells.glyph_ids[..., 0]).mean() > 0.9


def test_alternatives_are_as_wide_as_the_glyph_and_in_order(mona):
    page = set_in_mona(["／ヽく＿」ノ｜"], 120)
    nearest = match_rows([page], mona, 5, PROPORTIONAL)
    spans = mona.index.spans_at(nearest.glyph_ids)
    row, column = np.nonzero(nearest.glyph_ids[..., 1] >= 0)
    assert len(row) > 3
    for own, scores in zip(spans[row, column], nearest.scores[row, column], strict=True):
        kept = own > 0
        assert len(set(own[kept].tolist())) == 1
        assert scores[0] < 0 or (np.diff(scores[kept]) <= 0).all()


def test_fixture_draws_as_the_metric_does():
    font = load_font("Mona")
    characters = typeset_rows(["／ヽ"], font, Typeset(16, 18), 40)
    drawn = draw_characters(characters, font, Typeset(16, 18), 18, 1)
    np.testing.assert_allclose(drawn, set_in_mona(["／ヽ"], 40), atol=0.05)


@pytest.mark.parametrize("characters", ["ascii", "ascii+kana"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 1.0])
def test_one_search_over_both_codes_adds_their_scores(font, characters, share):
    """Whatever the glyphs' widths, a mix's scores are the weighted sum of its modes' own."""
    font = font if characters == "ascii" else load_font("M PLUS 1 Code")
    cell, names = font.cell(16, 4), parse_charset(characters)
    model, mode_matchers = load_model("standard"), []
    for mode, weight in (("tone", 1 - share), ("structure", share)):
        encoder, score = model.load_encoder(mode), model.score(mode)
        index = build_index(font, names, encoder, score, cell=cell)
        mode_matchers.append(ModeMatcher(mode, encoder, score, weight, index.scaled(weight)))
    both = mode_matchers[0].index.concatenated(mode_matchers[1].index)
    matcher = Matcher(tuple(mode_matchers), cell, both)
    random = np.random.default_rng(1)
    pages = [random.random((32, 48)).astype(np.float32) * ink for ink in (0.3, 0.6)]
    pages[0][:, :16], pages[1][:, -16:] = 0, 0
    pages[1][:, 3:5] = 1
    found = match_page(pages, matcher, 3, RowRules())
    if share == 0.9:  # at 0.3 a single line is not worth its ink
        assert found.glyph_ids[:, [0, -1], 0].any(axis=0).all()  # each page's own
    begins = found.glyph_ids[..., 0] >= 0
    first = found.glyph_ids[..., 0][begins]
    expected = np.zeros(len(first), np.float32)
    for own, page in zip(mode_matchers, pages, strict=True):
        codes = own.encoder.encode(page, endless=own.endless)
        for i, (row, column) in enumerate(np.argwhere(begins)):
            span = int(matcher.index.spans[first[i]])
            sy, sx = (
                cell.height // own.encoder.spec.stride[0],
                cell.width // own.encoder.spec.stride[1],
            )
            window = codes[row * sy : (row + 1) * sy, column * sx : (column + span) * sx]
            query = np.append(window.swapaxes(0, 1).ravel(), 1)
            number = np.flatnonzero(own.index.ids_of(span) == first[i])[0]
            expected[i] += query @ own.index.keys[span][number]
    np.testing.assert_allclose(found.scores[..., 0][begins], expected, rtol=1e-3, atol=1e-2)
