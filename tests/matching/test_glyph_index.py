"""Searching an index is brute force; derived indexes have other scores."""

import numpy as np
import pytest
from glyph_indexes import CELL, SCORE, HalfEncoder, index_of
from hypothesis import given
from hypothesis import strategies as st

from asciiart.glyphs.font import load_font
from asciiart.matching.index_building import build_index

INDEX = index_of(np.random.default_rng(7).normal(size=(4, 9)).astype(np.float32))


@given(st.integers(1, 40), st.integers(1, 60), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_search_is_brute_force(glyphs, cells, k, seed):
    rng = np.random.default_rng(seed)
    # small integers, so that scores are exact and ties are many
    keys = rng.integers(-3, 4, (glyphs, 5)).astype(np.float32)
    codes = rng.integers(-3, 4, (cells, 4)).astype(np.float32)
    index = index_of(keys, "".join(map(chr, range(32, 32 + glyphs))))
    found = index.search(codes, k)

    scores = codes @ keys[:, :-1].T + keys[:, -1]
    kept = min(k, glyphs)
    assert found.glyph_ids.shape == found.scores.shape == (cells, kept)
    np.testing.assert_array_equal(found.scores, -np.sort(-scores, axis=1)[:, :kept])
    np.testing.assert_array_equal(
        np.take_along_axis(scores, found.glyph_ids.astype(np.int64), axis=1), found.scores
    )
    assert all(len(set(ids)) == kept for ids in found.glyph_ids.tolist())


def test_without_ties_the_ids_are_those_of_brute_force():
    codes = np.random.default_rng(1).normal(size=(50, 8)).astype(np.float32)
    scores = codes @ INDEX.keys[1][:, :-1].T + INDEX.keys[1][:, -1]
    found = INDEX.search(codes, 4)
    np.testing.assert_array_equal(found.glyph_ids, np.argsort(-scores, axis=1))
    assert (found.glyph_ids.dtype, found.scores.dtype) == (np.int32, np.float32)


def test_no_cell_to_search_gives_no_neighbor():
    assert INDEX.search(np.empty((0, 8), np.float32), 3).glyph_ids.shape == (0, 3)


@pytest.fixture
def encoder():
    return HalfEncoder()


@pytest.fixture(scope="module")
def japanese():
    return load_font("M PLUS 1 Code")


def test_only_glyphs_of_the_width_asked_for_are_found(japanese, encoder):
    index = build_index(japanese, " aあ一b", encoder, SCORE, cell=CELL)
    ids = index.search(np.ones((3, 4), np.float32), 9, span=2).glyph_ids
    assert sorted(ids[0].tolist()) == [2, 3]
    np.testing.assert_array_equal(index.spans_at(np.array([[2, -1], [0, 4]])), [[2, 0], [1, 1]])


def test_little_ink_is_preferred_by_its_cost():
    dear = INDEX.with_ink_penalty(0.5)
    np.testing.assert_array_equal(dear.keys[1][:, :-1], INDEX.keys[1][:, :-1])
    np.testing.assert_allclose(dear.keys[1][:, -1], INDEX.keys[1][:, -1] - [0, 0.5, 1, 1.5])


def test_strip_moments_are_the_sum_of_outer_products():
    strips = np.concatenate([INDEX.strips_of(1).reshape(-1, 4)])
    np.testing.assert_allclose(INDEX.strip_moments, strips.T @ strips, rtol=1e-5)
