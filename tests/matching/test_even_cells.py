"""Even grays: one pattern for each level, ever denser, from the space to the densest glyph."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asciiart.glyphs.grid import Cell
from asciiart.glyphs.typesetting import draw_characters
from asciiart.matching.even_cells import InkExtent, to_range
from asciiart.matching.metrics import score
from asciiart.pipeline import Artist

CHARSETS = ("ascii", "blocks", "chars: ░▒▓█", "latin", "half", "quadrants", "braille")
CELL = Cell(16, 8, 2.0, 8)
_ARTISTS = {charset: Artist(charset=charset) for charset in CHARSETS}


def even(level, shape=(58, 88)):
    return np.full(shape, level, np.uint8)


def matcher_of(artist):
    return artist._matchers.matcher({"tone": 1.0}, None)


def densest(artist):
    index = matcher_of(artist).index
    return index.characters[int((index.inks / index.spans).argmax())]


def only(art):
    """Return the one character that all cells have."""
    (character,) = set(art.characters.ravel().tolist())
    return character


@pytest.mark.parametrize("quality", ["fast", "good", "best"])
@pytest.mark.parametrize("background", ["dark", "light"])
@pytest.mark.parametrize("charset", CHARSETS)
def test_white_is_the_densest_and_black_the_emptiest(charset, background, quality):
    artist = _ARTISTS[charset]
    full, none = (255, 0) if background == "dark" else (0, 255)
    wishes = {"columns": 21, "background": background, "quality": quality}
    assert only(artist.draw(even(full), **wishes)) == densest(artist)
    assert only(artist.draw(even(none), **wishes)) in {" ", "\u2800"}


def test_white_is_the_densest_beside_a_few_outlines():
    art = _ARTISTS["ascii"].draw(even(255), columns=20, outline_share=0.02)
    assert only(art) == densest(_ARTISTS["ascii"])


@pytest.mark.parametrize("charset", ["kana", "kanji"])
def test_white_is_the_densest_of_full_width_characters(charset):
    artist = Artist(font="M PLUS 1 Code", charset=charset)
    characters = set(artist.draw(even(255), columns=20).characters.ravel().tolist())
    assert characters == {densest(artist), ""}


def test_white_is_one_pattern_in_a_proportional_font():
    artist = Artist(font="Mona", charset="ascii")
    rows = artist.draw(even(255), columns=40).rows
    assert len(set(rows)) == 1
    assert set(rows[0][2:-2]) <= {"W", "M"}  # one M makes the row as wide as the page
    assert rows[0].count("M") <= 1


def test_white_cells_are_the_densest_beside_black_ones():
    picture = even(0, (160, 160))
    picture[:, :80] = 255
    rows = _ARTISTS["blocks"].draw(picture, columns=20).rows
    assert {row.rstrip() for row in rows} == {"█" * 10}


@given(level=st.integers(0, 255), charset=st.sampled_from(CHARSETS), brightness=st.floats(-1, 1))
@settings(max_examples=40, deadline=None)
def test_an_even_gray_is_one_pattern(level, charset, brightness):
    only(_ARTISTS[charset].draw(even(level), columns=11, brightness=brightness))


@given(first=st.integers(0, 255), second=st.integers(0, 255), charset=st.sampled_from(CHARSETS))
@settings(max_examples=60, deadline=None)
def test_a_brighter_gray_is_no_less_dense(first, second, charset):
    artist = _ARTISTS[charset]
    index = matcher_of(artist).index
    low, high = (
        index.inks[artist.draw(even(level), columns=11).glyph_ids[0, 0, 0]]
        for level in sorted((first, second))
    )
    assert low <= high


@pytest.mark.parametrize("charset", CHARSETS)
def test_all_levels_grow_denser(charset):
    matcher = matcher_of(_ARTISTS[charset])
    best = matcher.gray_scale.nearest(np.arange(256), matcher.index.ids_of(1), 2)
    inks = matcher.index.inks[best.glyph_ids[:, 0]]
    assert (np.diff(inks) >= 0).all()
    assert inks[0] == 0
    assert inks[-1] == matcher.index.inks.max()
    assert (best.scores[:, 0] >= best.scores[:, 1]).all()


@pytest.mark.parametrize("background", ["dark", "light"])
def test_a_ramp_of_64_steps_goes_ever_on(background):
    picture = np.tile(np.rint(np.linspace(0, 255, 64)).astype(np.uint8).repeat(16), (64, 1))
    artist = _ARTISTS["ascii"]
    art = artist.draw(picture, columns=128, background=background)
    ink = draw_characters(art.characters, artist.font, None, 16, 8)
    steps = ink.reshape(-1, 64, 16).mean(axis=(0, 2))
    assert (np.diff(steps if background == "dark" else -steps) >= -1e-6).all()
    fidelity = score((picture / 255).astype(np.float32), art.rows, artist.font, background)
    assert fidelity.tone.monotony >= 0.995


def extent(differences):
    """Return the least and the most ink of columns that differ by so much."""
    differences = np.asarray(differences, np.float32)
    return InkExtent(100 - differences / 2, 100 + differences / 2)


def test_in_an_even_area_cells_may_differ_more_than_alone():
    differences = np.full((9, 11), 60)
    differences[1:4, 1:5] = 6
    differences[6, 2] = 6  # alone
    differences[6, 6] = 2
    differences[1:3, 7:10] = 6  # no area: it is too low
    levels = to_range(extent(differences), CELL).levels()
    expected = np.zeros(differences.shape, bool)
    expected[1:4, 1:5] = expected[6, 6] = True
    assert ((levels >= 0) == expected).all()
    assert (levels[expected] == 100).all()


def test_a_wide_character_needs_all_its_columns_even():
    differences = np.full((5, 8), 6)
    differences[2, 7] = 60
    levels = to_range(extent(differences), CELL).levels(span=2)
    expected = np.ones(differences.shape, bool)
    expected[2, 6] = expected[:, 7] = False
    assert ((levels >= 0) == expected).all()
