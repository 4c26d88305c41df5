"""The best glyphs of the index are found, in cells and along rows."""

import numpy as np
import pytest
from structure_matchers import PROPORTIONAL, matcher_of

from asciiart.glyphs.charsets import parse_charset
from asciiart.glyphs.font import load_font
from asciiart.glyphs.rasterize import rasterize
from asciiart.matching.index_building import build_index
from asciiart.matching.match import match_cells, match_page
from asciiart.matching.matcher import Matcher, ModeMatcher
from asciiart.matching.model import load_model
from asciiart.matching.offsets import choose_offset
from asciiart.matching.row_matching import match_rows
from asciiart.matching.row_steps import RowRules
from asciiart.matching.scores import StructureScore
from asciiart.options import Mode


def test_a_blank_page_has_empty_rows(mona_matcher):
    page = np.zeros((36, 64), np.float32)
    nearest = match_page([page], mona_matcher, 2, PROPORTIONAL)
    assert (nearest.glyph_ids == -1).all()
    assert choose_offset(page, mona_matcher.mode_matchers[0], mona_matcher.cell, PROPORTIONAL)[
        :2
    ] == (0, 0)


def test_rows_of_half_and_full_width_fill_their_columns(wide_matcher):
    random = np.random.default_rng(1)
    height, width = wide_matcher.cell.height, wide_matcher.cell.width
    page = (random.random((3 * height, 21 * width)) < 0.1).astype(np.float32)
    page[height:, 10 * width :] = 0
    nearest = match_page([page], wide_matcher, 2, RowRules())
    ids = nearest.glyph_ids[..., 0]
    spans = wide_matcher.index.spans_at(ids)
    assert spans.sum(axis=1).tolist() == [21, 21, 21]
    assert set(spans.ravel().tolist()) == {0, 1, 2}
    assert (ids[1:, 11:] == 0).all()


def test_full_width_glyphs_are_found_where_they_are_drawn(wide_matcher):
    height, width = wide_matcher.cell.height, wide_matcher.cell.width
    page = np.zeros((height, 9 * width), np.float32)
    font = load_font("M PLUS 1 Code")
    page[:, width : 3 * width] = rasterize(font, "ム", height, 2 * width, cells=2)[0]
    page[:, 6 * width : 8 * width] = rasterize(font, "ノ", height, 2 * width, cells=2)[0]
    ids = match_page([page], wide_matcher, 1, RowRules()).glyph_ids[0, :, 0]
    assert wide_matcher.index.characters[ids[1]] == "ム"
    assert wide_matcher.index.characters[ids[6]] == "ノ"
    assert ids[2] == ids[7] == -1


def test_where_all_glyphs_are_one_cell_rows_are_cells(structure_encoder):
    font = load_font("DejaVu Sans Mono")
    cell = font.cell(16, 2)
    index = build_index(
        font, parse_charset("ascii"), structure_encoder, StructureScore(), cell=cell
    )
    matcher = matcher_of(structure_encoder, cell, index)
    random = np.random.default_rng(2)
    page = (random.random((48, 80)) < 0.06).astype(np.float32)
    cells = match_cells([page], matcher, 4)
    matched = match_page([page], matcher, 4, RowRules())
    np.testing.assert_array_equal(matched.glyph_ids, cells.glyph_ids)
    # along rows the same glyphs win, up to the little that shorter strips lose
    along = match_rows([page], matcher, 4, RowRules()).glyph_ids[..., 0]
    assert (np.where(along < 0, 0, along) == cells.glyph_ids[..., 0]).mean() > 0.9


@pytest.mark.parametrize("characters", ["ascii", "ascii+kana"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 1.0])
def test_one_search_over_both_codes_adds_their_scores(font, characters, share):
    """Whatever the glyphs' widths, a mix's scores are the weighted sum of its modes' own."""
    font = font if characters == "ascii" else load_font("M PLUS 1 Code")
    cell, names = font.cell(16, 4), parse_charset(characters)
    model, mode_matchers = load_model("standard"), []
    weights: dict[Mode, float] = {"tone": 1 - share, "structure": share}
    for mode, weight in weights.items():
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
