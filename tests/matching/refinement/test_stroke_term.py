"""Strokes gain what they add to the page's structure score."""

import numpy as np
import pytest
from glyph_indexes import make_index
from hypothesis import given, settings
from hypothesis import strategies as st

from asciiart.glyphs.rasterize import rasterize
from asciiart.matching.glyph_index import GlyphIndex, Neighbors
from asciiart.matching.refinement.coordinate_descent import independent_sets, refine
from asciiart.matching.refinement.stroke_term import (
    StrokeBits,
    StrokeTerm,
    find_glyph_strokes,
    pack_strokes,
    page_strokes,
)
from asciiart.matching.scores import StructureScore
from asciiart.page.ink_page import WholePage
from asciiart.page.strokes import direction_maps, find_strokes, tolerance_maps

HEIGHT, WIDTH, REACH = 32, 16, 4
CHARACTERS = " |/\\-_()oX~\u00af"
INDEX = make_index(CHARACTERS)
SCORE = StructureScore()


@pytest.fixture(scope="module")
def glyphs(font):
    return find_glyph_strokes(rasterize(font, CHARACTERS, HEIGHT, WIDTH))


def refined(nearest, page, glyphs):
    phases = independent_sets(nearest, INDEX, 2, spaces=True)
    term = StrokeTerm(page, {1: glyphs}, (HEIGHT, WIDTH), phases, score=SCORE)
    return refine(nearest, INDEX, phases, [term]).glyph_ids[..., 0]


def page_score(ids, page, glyphs):
    """The page's score, with every glyph's strokes laid on one page."""
    rows, columns = ids.shape
    near = np.zeros((rows * HEIGHT + 2 * REACH, columns * WIDTH + 2 * REACH), np.uint8)
    wanted = np.pad(page.on, REACH)
    hits = 0
    for row, column in np.ndindex(rows, columns):
        y, x, g = row * HEIGHT, column * WIDTH, ids[row, column]
        window = (slice(y, y + HEIGHT + 2 * REACH), slice(x, x + WIDTH + 2 * REACH))
        own = glyphs.bits.on[g] & page.near[y : y + HEIGHT, x : x + WIDTH]
        found = glyphs.bits.near[g] & wanted[window]
        hits += int(min(np.count_nonzero(own), np.count_nonzero(found)))
        near[window] |= glyphs.bits.near[g]
    inner = near[REACH:-REACH, REACH:-REACH]
    hits += int(np.count_nonzero(page.on & inner))
    return hits - SCORE.weight * glyphs.lengths[ids].sum()


def text_of(row, font):
    return np.hstack(list(rasterize(font, row, HEIGHT, WIDTH)))


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
    found = refined(nearest, page, glyphs)
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
    found = refined(nearest, pack_strokes(find_strokes(ink)), glyphs)
    assert found.tolist() == [[0, bar, 0]] * 3


def test_one_stroke_is_not_drawn_by_two(font):
    doubled = find_glyph_strokes(rasterize(font, " =-", HEIGHT, WIDTH))
    page = pack_strokes(find_strokes(text_of("---", font)))
    ids = np.tile(np.array([1, 2], np.int32), (1, 3, 1))
    found = refined(Neighbors(ids, np.ones(ids.shape, np.float32)), page, doubled)
    assert found.tolist() == [[2, 2, 2]]


def test_gains_are_differences_of_the_pages_score(font, glyphs):
    wide = find_glyph_strokes(rasterize(font, "X_", HEIGHT, 2 * WIDTH, cells=2))
    spans = np.array([1] * len(CHARACTERS) + [2, 2])
    keys = {1: INDEX.keys[1], 2: INDEX.keys[1][:2]}
    index = GlyphIndex(CHARACTERS + "\u00d7\u2212", spans, keys, np.float32(1) + spans, 1.0, 1)
    ids = np.full((1, 4, 2), -1, np.int32)
    ids[0, [0, 1, 3]] = [[5, 2], [12, 13], [5, 1]]
    phases = independent_sets(Neighbors(ids, ids.astype(np.float32)), index, 2, spaces=False)
    page = pack_strokes(find_strokes(text_of("____", font)))
    both = {1: glyphs, 2: wide}
    term = StrokeTerm(page, both, (HEIGHT, WIDTH), phases, score=SCORE)
    for number, phase in enumerate(phases):
        term.put(number, [cells.candidates[:, 0] for cells in phase])

    def reached(placed):
        near = np.zeros(np.add(page.on.shape, 2 * REACH), np.uint8)
        total = 0.0
        for column, span, g in placed:
            bits, lengths = both[span]
            x, over = column * WIDTH, bits.near.shape[2]
            near[:, x : x + over] |= bits.near[g]
            own = np.count_nonzero(bits.on[g] & page.near[:, x : x + over - 2 * REACH])
            found = np.count_nonzero(bits.near[g] & np.pad(page.on, REACH)[:, x : x + over])
            total += min(own, found) - SCORE.weight * lengths[g]
        return total + np.count_nonzero(page.on & near[REACH:-REACH, REACH:-REACH])

    (gains,) = term.gains(1)  # the wide glyph's phase
    expected = [reached([(0, 1, 5), (1, 2, g), (3, 1, 5)]) / SCORE.temperature for g in (0, 1)]
    assert gains[0, 1] - gains[0, 0] == pytest.approx(expected[1] - expected[0], abs=1e-4)


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
    page = WholePage(np.zeros((32 * (3 - scale), 32 * (3 - scale)), np.float32), lines)
    page.ink[:, 14:16] = 1
    found = page_strokes(page, scale)
    assert found.on.shape == found.near.shape == tuple(scale * n for n in page.ink.shape)
    assert found.on.any(axis=1).all()


def test_strokes_are_packed_by_direction():
    bits = random_page(1, 2, 3)
    assert isinstance(bits, StrokeBits)
    assert not (bits.on & ~bits.near).any()
