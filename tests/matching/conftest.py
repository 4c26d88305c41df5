"""The matchers that several tests share."""

from __future__ import annotations

import pytest
from structure_matchers import matcher_of

from asciiart.glyphs.charsets import parse_charset
from asciiart.glyphs.font import load_font
from asciiart.glyphs.typesetting import Typeset
from asciiart.matching.index_building import build_index
from asciiart.matching.model import load_model
from asciiart.matching.scores import StructureScore


@pytest.fixture(scope="module")
def structure_encoder():
    return load_model("standard").load_encoder("structure")


@pytest.fixture(scope="module")
def mona_matcher(structure_encoder):
    font, typeset = load_font("Mona"), Typeset(16, 18)
    cell = typeset.cell(2)
    characters = parse_charset("ascii+kana+symbols")
    index = build_index(
        font, characters, structure_encoder, StructureScore(0.87), cell=cell, typeset=typeset
    )
    return matcher_of(structure_encoder, cell, index, StructureScore(0.87))


@pytest.fixture(scope="module")
def wide_matcher(structure_encoder):
    font = load_font("M PLUS 1 Code")
    cell = font.cell(16, 2)
    characters = parse_charset("ascii+kana")
    index = build_index(font, characters, structure_encoder, StructureScore(), cell=cell)
    return matcher_of(structure_encoder, cell, index)
