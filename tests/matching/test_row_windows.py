"""Windows are what the encoder says of any place in a row, and shorter strips score alike."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asciiart.glyphs.grid import Cell
from asciiart.matching.cell_codes import cell_codes
from asciiart.matching.model import load_model
from asciiart.matching.row_windows import (
    fit_low_rank_map,
    make_row_windows,
    reduce_rank,
    stack_offsets,
    to_strips,
)

CELL = Cell(height=18, width=1, aspect=18, unit=8)
WIDE = Cell(height=16, width=8, aspect=2, unit=8)


@pytest.fixture(scope="module")
def encoder():
    return load_model("standard").load_encoder("structure")


@pytest.fixture(scope="module")
def page():
    random = np.random.default_rng(3)
    ink = np.zeros((54, 101), np.float32)
    for _ in range(30):
        y, x = random.integers(4, 50), random.integers(20, 90)
        ink[y : y + 2, x : x + 9] = random.random()
    return ink


def inked(page, cell, span):
    """Return what `Lattice.where` says, one window after the other."""
    rows, columns = page.shape[0] // cell.height, page.shape[1] // cell.width
    found = np.zeros((rows, columns), bool)
    for row in range(rows):
        for column in range(columns - span + 1):
            top, left = row * cell.height, column * cell.width
            window = page[top : top + cell.height, left : left + span * cell.width]
            found[row, column] = window.any()
    return found


@pytest.mark.parametrize("span", [1, 5, 16, 101, 102])
def test_windows_with_ink(encoder, page, span):
    windows = make_row_windows(page, encoder, CELL)
    assert windows.shape == (3, 101)
    np.testing.assert_array_equal(windows.where(span), inked(page, CELL, span))


def test_a_window_at_any_pixel_is_encoded_as_if_the_page_began_there(encoder, page):
    windows = make_row_windows(page, encoder, CELL)
    sx = encoder.spec.stride[1]
    for left in (40, 41):
        window = windows.cut(np.array([1]), np.array([left]), 11)
        assert window.shape == (1, 6 * 9 * encoder.spec.size)
        shifted = np.pad(page, ((0, 0), (sx - left % sx, 40)))[:, : 100 + sx]
        codes = encoder.encode(np.ascontiguousarray(shifted))
        first = left // sx + 1
        expected = codes[9:18, first : first + 6].swapaxes(0, 1).reshape(1, -1)
        np.testing.assert_allclose(window, expected, atol=1e-4)


def test_windows_of_whole_cells_are_the_cells_codes(encoder):
    ink = np.random.default_rng(1).random((32, 80)).astype(np.float32)
    windows = make_row_windows(ink, encoder, WIDE)
    assert windows.shape == (2, 10)
    every = windows.cut(*np.nonzero(np.ones((2, 10))), 1)  # type: ignore[arg-type, call-arg]
    np.testing.assert_array_equal(every, cell_codes(encoder.encode(ink), 2, 10))


def test_strips_are_columns_of_a_row():
    codes = np.arange(2 * 3 * 5 * 4, dtype=np.float32).reshape(6, 5, 4)
    strips = to_strips(codes, 2)
    assert strips.shape == (2, 5, 12)
    np.testing.assert_array_equal(strips[1, 2], codes[3:, 2].ravel())


@pytest.fixture(scope="module")
def moments(encoder):
    """Return moments of glyphs to which all of a strip matters."""
    return np.eye(9 * encoder.spec.size)


def test_every_offset_is_a_page_that_lies_lower(encoder, page, moments):
    stacked, low_rank_map = stack_offsets(page, encoder, CELL, moments, 144)
    rows = 4
    assert stacked.shape == (9 * rows, 51)
    for lower in (1, 2, 8):
        moved = np.pad(page, ((2 * lower, 18 - 2 * lower), (0, 1)))
        strips = to_strips(encoder.encode(moved), rows) @ low_rank_map.page
        own = slice(lower * rows, (lower + 1) * rows)
        near = moved.reshape(rows, 18, 51, 2).any(axis=(1, 3))
        np.testing.assert_array_equal(stacked.inked[own, 1:], near.cumsum(axis=1))
        np.testing.assert_allclose(stacked.strips[own, 0, :-1][near], strips[near], atol=1e-3)


def test_offset_none_has_one_blank_row_more(encoder, page, moments):
    stacked, _ = stack_offsets(page, encoder, CELL, moments, 16)
    assert (stacked.inked[:4, -1] > 0).tolist() == [False, True, True, True]


def test_windows_are_reduced_strip_by_strip(encoder, page, moments):
    whole = make_row_windows(page, encoder, CELL)
    reduced, low_rank_map = reduce_rank(whole, moments, 20)
    row, column = np.nonzero(whole.where(7))
    full = whole.cut(row, column, 7).reshape(-1, 4, 144)
    np.testing.assert_allclose(
        reduced.cut(row, column, 7).reshape(-1, 4, 20), full @ low_rank_map.page, atol=1e-3
    )


@settings(deadline=None)
@given(st.integers(2, 8), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_strips_of_few_dimensions_are_reduced_without_loss(size, rank, seed):
    """What spans r dimensions is kept by r numbers, whatever the page shows of the rest."""
    rank = min(rank, size)
    random = np.random.default_rng(seed)
    basis = np.linalg.qr(random.normal(size=(size, size)))[0][:rank]
    strips = random.normal(size=(200, size)).astype(np.float32)
    glyphs = (random.normal(size=(30, rank)) @ basis).astype(np.float32)
    fitted = fit_low_rank_map(strips, glyphs.T.astype(np.float64) @ glyphs, rank)
    assert fitted.page.shape == fitted.glyph.shape == (size, rank)
    exact = strips @ glyphs.T
    np.testing.assert_allclose((strips @ fitted.page) @ (glyphs @ fitted.glyph).T, exact, atol=2e-2)


def test_more_numbers_lose_less():
    random = np.random.default_rng(0)
    mixing = random.normal(size=(24, 24)) * np.geomspace(1, 0.01, 24)
    strips = (random.normal(size=(500, 24)) @ mixing).astype(np.float32)
    glyphs = random.normal(size=(50, 24)).astype(np.float32)
    exact = strips @ glyphs.T
    losses = []
    for rank in (2, 4, 8, 16, 24):
        fitted = fit_low_rank_map(strips, glyphs.T.astype(np.float64) @ glyphs, rank)
        losses.append(
            float(np.square(strips @ fitted.page @ (glyphs @ fitted.glyph).T - exact).sum())
        )
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 1e-4 * losses[0]
