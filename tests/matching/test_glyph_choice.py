"""How many glyphs are kept, from how many they are chosen, and by which rules."""

from __future__ import annotations

import numpy as np
import pytest

from asciiart.art.targets import TARGETS
from asciiart.glyphs.typesetting import Typeset
from asciiart.matching import glyph_choice
from asciiart.matching.glyph_choice import rules_of_rows
from asciiart.matching.match import match_page
from asciiart.matching.row_steps import RowRules
from asciiart.options import Options
from asciiart.pipeline import Artist

MONA = Typeset(16, 18)
RAMP = np.tile(np.linspace(0, 255, 48, dtype=np.uint8), (48, 1))


def test_cells_have_no_rules():
    assert rules_of_rows(Options(mode="structure"), TARGETS["sjis"], None) == RowRules()


@pytest.mark.parametrize(("share", "cost"), [(0, 0.0), (0.5, 0.15), (1, 0.3)])
def test_a_glyph_costs_as_much_as_outlines_count(share, cost):
    rules = rules_of_rows(Options(outline_share=share), None, MONA)
    assert rules.glyph_cost == pytest.approx(cost)
    assert (rules.no_adjacent_spaces, rules.proportional) == (False, True)


def test_boards_have_rules_of_their_own():
    assert rules_of_rows(Options(), TARGETS["sjis"], MONA).no_adjacent_spaces
    assert not rules_of_rows(Options(), TARGETS["discord"], MONA).no_adjacent_spaces


@pytest.mark.parametrize(
    ("options", "candidates"),
    [
        (Options(columns=12, neighbors=3), 16),
        (Options(columns=12, neighbors=3, mode="structure"), 3),
        (Options(columns=12, neighbors=3, quality="good"), 32),
        (Options(columns=12, neighbors=3, quality="good", mode="structure"), 8),
        (Options(columns=12, neighbors=40, quality="best", mode="structure"), 40),
    ],
)
def test_refining_chooses_among_more_than_are_kept(monkeypatch, options, candidates):
    asked_for = []

    def match(pages, matcher, k, rules, **known):
        asked_for.append(k)
        return match_page(pages, matcher, k, rules, **known)

    monkeypatch.setattr(glyph_choice, "match_page", match)
    art = Artist().draw_with(RAMP, options)
    assert asked_for == [candidates]
    assert art.glyph_ids.shape[2] == options.neighbors
