"""Fonts that the tests of glyphs share."""

import pytest
from paths import SPLEEN
from tiny_fonts import width_font

from asciiart.glyphs.font import load_font


@pytest.fixture(scope="session")
def toy(tmp_path_factory):
    return load_font(width_font(tmp_path_factory.mktemp("fonts") / "toy.ttf"))


@pytest.fixture(scope="session")
def spleen():
    return load_font(SPLEEN)


@pytest.fixture(scope="session")
def mona():
    return load_font("Mona")


@pytest.fixture(scope="session")
def mplus():
    return load_font("M PLUS 1 Code")
