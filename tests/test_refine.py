"""Refinement raises the page's own score, and only by what each cell could have."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asciiart.glyphs import rasterize
from asciiart.index import Neighbors
from asciiart.preprocess import Page
from asciiart.refine import (
    StrokeBits,
    find_glyph_strokes,
    pack_strokes,
    page_strokes,
    put_first,
    refine_structure,
)
from asciiart.strokes import direction_maps, find_strokes, tolerance_maps

HEIGHT, WIDTH, REACH = 32, 16, 4
CHARACTERS = " |/\\-_()oX~\u00af"
WEIGHT = 0.7


@pytest.fixture(scope="module")
def glyphs(font):
    return find_glyph_strokes(rasterize(font, CHARACTERS, HEIGHT, WIDTH))


def page_score(ids, page, glyphs):
    """The page's score, with every glyph's strokes laid on one page."""
    rows, columns = ids.shape
    on = np.zeros((rows * HEIGHT, columns * WIDTH), np.uint8)
    near = np.zeros((rows * HEIGHT + 2 * REACH, columns * WIDTH + 2 * REACH), np.uint8)
    for row, column in np.ndindex(rows, columns):
        y, x, g = row * HEIGHT, column * WIDTH, ids[row, column]
        on[y : y + HEIGHT, x : x + WIDTH] = glyphs.bits.on[g]
        near[y : y + HEIGHT + 2 * REACH, x : x + WIDTH + 2 * REACH] |= glyphs.bits.near[g]
    inner = near[REACH:-REACH, REACH:-REACH]
    hits = np.count_nonzero(on & page.near) + np.count_nonzero(page.on & inner)
    return hits - WEIGHT * glyphs.lengths[ids].sum()


def random_page(seed, rows, columns):
    random = np.random.default_rng(seed)
    ink = np.zeros((rows * HEIGHT, columns * WIDTH), np.float32)
    for _ in range(3):
        y, x = random.integers(0, ink.shape[0] - 20), random.integers(0, ink.shape[1] - 20)
        for i in range(20):
            ink[y + i, x + (i if random.random() < 0.9 else 0)] = 1
            ink[y + 5, x + i] = 1
    return pack_strokes(find_strokes(ink))


def random_neighbors(seed, rows, columns, k=3):
    random = np.random.default_rng(seed)
    ids = np.argsort(random.random((rows, columns, len(CHARACTERS))), axis=2)[..., :k]
    return Neighbors(ids.astype(np.int32), -np.sort(-random.random(ids.shape)).astype(np.float32))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 4), st.integers(2, 5), st.integers(0, 1000))
def test_the_page_never_gets_worse_and_no_single_change_betters_it(glyphs, rows, columns, seed):
    page, nearest = random_page(seed, rows, columns), random_neighbors(seed, rows, columns)
    before = page_score(nearest.glyph_ids[..., 0], page, glyphs)
    found = refine_structure(nearest, page, glyphs, WEIGHT).glyph_ids[..., 0]
    after = page_score(found, page, glyphs)
    assert after >= before - 1e-3
    for row, column in np.ndindex(rows, columns):
        allowed = {0, *nearest.glyph_ids[row, column].tolist()}
        assert found[row, column] in allowed
        for other in allowed:
            changed = found.copy()
            changed[row, column] = other
            assert page_score(changed, page, glyphs) <= after + 1e-3


def test_specks_go_and_the_stroke_stays(glyphs):
    bar = CHARACTERS.index("|")
    ink = np.zeros((3 * HEIGHT, 3 * WIDTH), np.float32)
    ink[:, WIDTH + 7 : WIDTH + 9] = 1
    ids = np.full((3, 3, 2), bar, np.int32)
    ids[..., 1] = CHARACTERS.index("o")
    nearest = Neighbors(ids, np.ones(ids.shape, np.float32))
    found = refine_structure(nearest, pack_strokes(find_strokes(ink)), glyphs, WEIGHT)
    assert found.glyph_ids[..., 0].tolist() == [[0, bar, 0]] * 3


def test_glyphs_bits_are_their_strokes(font, glyphs):
    ink = rasterize(font, "X", HEIGHT, WIDTH)[0]
    strokes = find_strokes(np.pad(ink, 8))
    on, near = (np.packbits(maps(strokes), axis=0)[0] for maps in (direction_maps, tolerance_maps))
    x = CHARACTERS.index("X")
    np.testing.assert_array_equal(glyphs.bits.on[x], on[8:-8, 8:-8])
    np.testing.assert_array_equal(glyphs.bits.near[x], near[4:-4, 4:-4])
    assert glyphs.lengths[x] == strokes.length
    assert glyphs.lengths[0] == 0


@pytest.mark.parametrize("scale", [1, 2])
def test_a_pages_strokes_have_the_size_asked_for(scale):
    lines = np.zeros((64, 64), bool)
    lines[:, 30] = True
    page = Page(np.zeros((32 * (3 - scale), 32 * (3 - scale)), np.float32), lines)
    page.ink[:, 14:16] = 1
    found = page_strokes(page, scale)
    assert found.on.shape == found.near.shape == tuple(scale * n for n in page.ink.shape)
    assert found.on.any(axis=1).all()


def test_the_chosen_are_put_first_and_the_others_stay_in_order():
    ids = np.array([[[3, 5, 7], [2, 4, 6]]], np.int32)
    nearest = Neighbors(ids, np.array([[[9, 8, 7], [6, 5, 4]]], np.float32))
    found = put_first(nearest, np.array([[7, 0]]))
    assert found.glyph_ids.tolist() == [[[7, 3, 5], [0, 2, 4]]]
    assert found.scores.tolist() == [[[7, 9, 8], [0, 6, 5]]]


def test_strokes_are_packed_by_direction():
    bits = random_page(1, 2, 3)
    assert isinstance(bits, StrokeBits)
    assert not (bits.on & ~bits.near).any()
