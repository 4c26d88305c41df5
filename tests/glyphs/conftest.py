"""Fonts that the tests of glyphs share."""

import pytest
from tiny_fonts import FONTS, width_font

from asciiart.glyphs.font import load_font


@pytest.fixture(scope="session")
def toy(tmp_path_factory):
    return load_font(width_font(tmp_path_factory.mktemp("fonts") / "toy.ttf"))


@pytest.fixture(scope="session")
def spleen():
    return load_font(FONTS / "spleen" / "spleen-8x16.otf")


@pytest.fixture(scope="session")
def mona():
    return load_font("Mona")


@pytest.fixture(scope="session")
def mplus():
    return load_font("M PLUS 1 Code")
