"""Ink gains what it takes off the difference that the eye sees."""

import numpy as np
import pytest
from glyph_indexes import make_index
from hypothesis import given, settings
from hypothesis import strategies as st

from asciiart.glyphs.grid import Cell
from asciiart.glyphs.rasterize import rasterize
from asciiart.matching.glyph_index import Neighbors
from asciiart.matching.refinement.coordinate_descent import independent_sets, refine
from asciiart.matching.refinement.tone_term import ToneTerm, analyze_glyphs, visibility_filter
from asciiart.matching.scores import ToneScore

CHARACTERS = " .:-=+*#%@"
CELL = Cell(height=16, width=8, aspect=2.0, unit=8)
INDEX = make_index(CHARACTERS)
SCORE = ToneScore()


@pytest.fixture(scope="module")
def inks(font):
    return rasterize(font, CHARACTERS, CELL.height, CELL.width)


def text_of(ids, inks):
    rows, columns = ids.shape
    return inks[ids].swapaxes(1, 2).reshape(rows * CELL.height, columns * CELL.width)


def seen_error(ids, page, inks):
    difference = text_of(ids, inks) - page
    return float((difference * visibility_filter(difference, CELL.unit)).sum())


def refined(ids, page, inks):
    nearest = Neighbors(ids.astype(np.int32), np.zeros(ids.shape, np.float32))
    phases = independent_sets(nearest, INDEX, 2, spaces=True)
    term = ToneTerm(page, analyze_glyphs({1: inks}, CELL), phases)
    return refine(nearest, INDEX, phases, [term]).glyph_ids[..., 0]


def random_page(random, rows, columns):
    coarse = random.random((rows, columns)).astype(np.float32) * 0.4
    return np.kron(coarse, np.ones((CELL.height, CELL.width), np.float32))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 1000))
def test_the_eye_sees_less_error(inks, rows, columns, seed):
    random = np.random.default_rng(seed)
    page = random_page(random, rows, columns)
    ids = np.argsort(random.random((rows, columns, len(CHARACTERS))), axis=2)[..., :6]
    found = refined(ids, page, inks)
    assert seen_error(found, page, inks) <= seen_error(ids[..., 0], page, inks) + 1e-3


def gains_of(page, ids, inks, row, column):
    """The gains of the two candidates (R, C, 2) of one cell, and the term's phases."""
    nearest = Neighbors(ids.astype(np.int32), np.zeros(ids.shape, np.float32))
    phases = independent_sets(nearest, INDEX, 2, spaces=False)
    term = ToneTerm(page, analyze_glyphs({1: inks}, CELL), phases)
    for number, phase in enumerate(phases):
        term.put(number, [cells.candidates[:, 0] for cells in phase])
    number = 2 * (row % 2) + column % 2
    (cells,), (gains,) = phases[number], term.gains(number)
    (own,) = np.flatnonzero((cells.row == row) & (cells.column == column))
    return gains[own]


def test_an_error_is_carried_to_the_neighbors(inks):
    light, dark = CHARACTERS.index(":"), CHARACTERS.index("%")
    page = np.full((3 * CELL.height, 6 * CELL.width), 0.1, np.float32)
    for_dark = []
    for beside in (CHARACTERS.index("."), CHARACTERS.index("@")):
        ids = np.full((3, 6, 2), CHARACTERS.index("."))
        ids[1, 1:4] = beside
        ids[1, 2] = light, dark
        gains = gains_of(page, ids, inks, 1, 2)
        for_dark.append(gains[1] - gains[0])
    assert for_dark[1] < for_dark[0]


def test_gains_are_differences_of_the_error_seen(inks):
    page = random_page(np.random.default_rng(0), 12, 24)
    ids = np.full((12, 24, 2), 3)
    ids[5, 11] = 3, 7
    gains = gains_of(page, ids, inks, 5, 11)
    changed = ids[..., 0].copy()
    changed[5, 11] = 7
    less = seen_error(ids[..., 0], page, inks) - seen_error(changed, page, inks)
    # The term sees halves: a quarter of the pixels.
    assert (gains[1] - gains[0]) * SCORE.temperature == pytest.approx(less / 4, rel=0.1)


def test_what_changes_slowly_weighs_less():
    x = np.arange(256, dtype=np.float32)
    slow, fast = (np.tile(np.sin(2 * np.pi * x / n), (256, 1)) for n in (128, 24))
    inner = (slice(64, -64), slice(64, -64))
    weights = [
        float((w * visibility_filter(w, 8.0))[inner].mean() / (w * w)[inner].mean())
        for w in (slow, fast)
    ]
    assert 0.1 < weights[0] < 0.7 * weights[1]
