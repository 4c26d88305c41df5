"""Cutting a code map into cells and stitching them together again are inverse."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from asciiart.matching.cell_codes import cell_codes, inked_cells, stitch

numbers = st.integers(1, 5)
shapes = st.tuples(numbers, numbers, numbers, numbers, numbers)


def code_map(rows, columns, m, n, size):
    count = rows * m * columns * n * size
    return np.arange(count, dtype=np.float32).reshape(rows * m, columns * n, size)


def test_a_code_is_the_block_under_its_cell_column_by_column():
    # 2 x 4 positions of one number, one row of two cells
    grid = np.array([[0, 1, 2, 3], [4, 5, 6, 7]], np.float32)[..., None]
    np.testing.assert_array_equal(cell_codes(grid, 1, 2), [[0, 4, 1, 5], [2, 6, 3, 7]])
    np.testing.assert_array_equal(cell_codes(grid, 2, 1), [[0, 1, 2, 3], [4, 5, 6, 7]])


@given(shapes)
def test_stitch_undoes_cut(shape):
    rows, columns, m, n, size = shape
    whole = code_map(*shape)
    codes = cell_codes(whole, rows, columns)
    assert codes.shape == (rows * columns, m * n * size)
    np.testing.assert_array_equal(stitch(codes, rows, columns, (m, n)), whole)


@given(shapes)
def test_cut_undoes_stitch(shape):
    rows, columns, m, n, size = shape
    codes = code_map(*shape).reshape(rows * columns, m * n * size)
    np.testing.assert_array_equal(
        cell_codes(stitch(codes, rows, columns, (m, n)), rows, columns), codes
    )


@given(shapes, st.integers(0, 2**32 - 1))
def test_cutting_some_cells_is_cutting_all_and_choosing(shape, seed):
    rows, columns = shape[:2]
    where = np.random.default_rng(seed).random((rows, columns)) < 0.5
    whole = code_map(*shape)
    every = cell_codes(whole, rows, columns)
    np.testing.assert_array_equal(cell_codes(whole, rows, columns, where), every[where.ravel()])


def test_no_cell_chosen_gives_no_code():
    codes = cell_codes(code_map(2, 3, 2, 2, 4), 2, 3, np.zeros((2, 3), bool))
    assert codes.shape == (0, 16)


@given(shapes, st.data())
def test_one_inked_pixel_inks_one_cell(shape, data):
    rows, columns, height, width, _ = shape
    y = data.draw(st.integers(0, rows * height - 1))
    x = data.draw(st.integers(0, columns * width - 1))
    ink = np.zeros((rows * height, columns * width), np.float32)
    assert not inked_cells(ink, rows, columns).any()
    ink[y, x] = 0.001
    inked = inked_cells(ink, rows, columns)
    assert inked.shape == (rows, columns)
    assert np.argwhere(inked).tolist() == [[y // height, x // width]]
