"""Along rows the best glyphs are found, and they fit beside each other."""

import numpy as np
from structure_matchers import PROPORTIONAL, set_in_mona, text_of

from asciiart.glyphs.font import load_font
from asciiart.glyphs.typesetting import Typeset, draw_characters, typeset_rows
from asciiart.matching.row_matching import match_rows
from asciiart.matching.row_steps import RowRules


def test_a_row_of_glyphs_is_read_back(mona_matcher):
    page = set_in_mona(["／ヽく＿」ノ｜", "Ｘニ／￣ヽ"], 120)
    nearest = match_rows([page], mona_matcher, 3, PROPORTIONAL)
    assert nearest.glyph_ids.shape == (2, 120, 3)
    found = [line.rstrip() for line in text_of(mona_matcher, nearest.glyph_ids)]
    assert sum(character in found[0] for character in "ヽく」ノ") >= 3, found
    assert "ニ" in found[1]


def test_glyphs_never_overlap_nor_leave_the_row(mona_matcher):
    random = np.random.default_rng(0)
    page = (random.random((54, 97)) < 0.08).astype(np.float32)
    ids = match_rows([page], mona_matcher, 1, PROPORTIONAL).glyph_ids[..., 0]
    spans = mona_matcher.index.spans_at(ids)
    for row in spans:
        end = 0
        for column in np.flatnonzero(row):
            assert column == end
            end = column + row[column]
        assert end <= 97


def test_posted_rows_have_no_half_width_space_first_or_twice(mona_matcher):
    page = np.zeros((72, 300), np.float32)
    for row in range(4):
        page[18 * row : 18 * row + 18, 61 + 37 * row : 63 + 37 * row] = 0.8
        page[18 * row + 9, 200 + 11 * row : 230 + 11 * row] = 1
    free = text_of(mona_matcher, match_rows([page], mona_matcher, 1, PROPORTIONAL).glyph_ids)
    posted = RowRules(glyph_cost=0.3, proportional=True, no_adjacent_spaces=True)
    lines = text_of(mona_matcher, match_rows([page], mona_matcher, 1, posted).glyph_ids)
    assert any("  " in line or line.startswith(" ") for line in free)
    for line in lines:
        assert line.strip("\u3000 ")
        assert not line.startswith(" ")
        assert "  " not in line


def test_alternatives_are_as_wide_as_the_glyph_and_in_order(mona_matcher):
    page = set_in_mona(["／ヽく＿」ノ｜"], 120)
    nearest = match_rows([page], mona_matcher, 5, PROPORTIONAL)
    spans = mona_matcher.index.spans_at(nearest.glyph_ids)
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
