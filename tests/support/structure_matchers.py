"""Matchers of structure alone, and pages that are made of their glyphs."""

from __future__ import annotations

import numpy as np

from asciiart.glyphs.font import load_font
from asciiart.glyphs.rasterize import rasterize_row
from asciiart.glyphs.typesetting import Typeset, typeset_rows
from asciiart.matching.matcher import Matcher, ModeMatcher
from asciiart.matching.row_steps import RowRules
from asciiart.matching.scores import StructureScore

PROPORTIONAL = RowRules(glyph_cost=0.3, proportional=True)


def matcher_of(encoder, cell, index, score=StructureScore()):  # noqa: B008 - it is frozen
    return Matcher((ModeMatcher("structure", encoder, score, 1.0, index),), cell, index)


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
