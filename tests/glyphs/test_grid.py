"""The grid keeps a picture's proportions and stays inside the box that was asked for."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asciiart.errors import OptionError
from asciiart.glyphs.grid import (
    MAX_CELLS,
    Cell,
    Grid,
    PageSizeError,
    fit_grid,
)
from asciiart.options import MAX_COLUMNS, MAX_ROWS

CELL = Cell(height=16, width=8, aspect=2.0, unit=8)

sides = st.integers(1, 4000)
aspects = st.floats(0.8, 3.0)
counts = st.integers(1, 300)


def test_a_page_is_rows_of_cell_height_by_columns_of_cell_width():
    assert Grid(rows=3, columns=5, cell=CELL).page_shape == (48, 40)


@pytest.mark.parametrize(
    ("height", "width", "wishes", "expected"),
    [
        (100, 100, {"columns": 80}, (40, 80)),
        (100, 100, {"rows": 24}, (24, 48)),
        (100, 200, {"columns": 80}, (20, 80)),
        (100, 100, {"columns": 80, "rows": 24}, (24, 48)),
        (100, 100, {"columns": 20, "rows": 24}, (10, 20)),
        (160, 160, {"magnify": 1}, (10, 20)),
        (160, 160, {"magnify": 0.5}, (5, 10)),
        (1, 1000, {"columns": 80}, (1, 80)),
        (1000, 1, {"rows": 24}, (24, 1)),
    ],
)
def test_sizes(height, width, wishes, expected):
    grid = fit_grid(height, width, CELL, **wishes)
    assert (grid.rows, grid.columns) == expected
    assert grid.cell is CELL


def test_the_real_aspect_counts_and_not_the_cells_rounded_one():
    assert fit_grid(100, 100, Cell(16, 8, aspect=1.6, unit=8), columns=80).rows == 50


@given(sides, sides, aspects, counts)
def test_by_columns_the_proportions_are_right_within_half_a_cell(height, width, aspect, columns):
    rows = columns * height / width / aspect
    if columns * max(1, rows) > MAX_CELLS / 2 or rows > MAX_ROWS - 1:
        return
    grid = fit_grid(height, width, Cell(16, 8, aspect, unit=8), columns=columns)
    assert grid.columns == columns
    assert abs(grid.rows - rows) <= 0.5 + 1e-9 or (rows < 0.5 and grid.rows == 1)


@given(sides, sides, aspects, counts)
def test_by_rows_the_proportions_are_right_within_half_a_cell(height, width, aspect, rows):
    columns = rows * width / height * aspect
    if columns > 9000:
        return
    grid = fit_grid(height, width, Cell(16, 8, aspect, unit=8), rows=rows)
    assert grid.rows == rows
    assert abs(grid.columns - columns) <= 0.5 + 1e-9 or (columns < 0.5 and grid.columns == 1)


@given(sides, sides, aspects, counts, counts)
def test_columns_and_rows_are_a_box_that_is_filled_one_way(height, width, aspect, columns, rows):
    grid = fit_grid(height, width, Cell(16, 8, aspect, unit=8), columns=columns, rows=rows)
    assert 1 <= grid.columns <= columns
    assert 1 <= grid.rows <= rows
    assert grid.columns == columns or grid.rows == rows


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({}, "one of columns, rows or magnify is needed"),
        ({"columns": 80, "magnify": 1}, "magnify cannot be combined with columns or rows"),
        ({"rows": 80, "magnify": 1}, "magnify cannot be combined with columns or rows"),
        ({"columns": 0}, "columns must be positive, not 0"),
        ({"rows": -3}, "rows must be positive, not -3"),
        ({"magnify": 0.0}, "magnify must be positive, not 0.0"),
        ({"magnify": math.nan}, "magnify must be positive, not nan"),
        ({"magnify": math.inf}, "magnify must be positive, not inf"),
    ],
)
def test_contradictions_are_refused(wishes, message):
    with pytest.raises(OptionError) as caught:
        fit_grid(100, 100, CELL, **wishes)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"columns": 10_001}, "columns must be at most 10000, not 10001"),
        ({"rows": 10**400}, f"rows must be at most 10000, not {10**400}"),
    ],
)
def test_what_is_too_large_for_any_picture_is_refused(wishes, message):
    with pytest.raises(OptionError) as caught:
        fit_grid(100, 100, CELL, **wishes)
    assert str(caught.value) == message
    assert type(caught.value) is OptionError


@pytest.mark.parametrize(
    ("shape", "wishes", "message"),
    [
        (
            (100, 100),
            {"rows": 3000},
            "a page of 3,000 lines of 6,000 characters would be too large (at most 10,000 lines, "
            "10,000 characters a line and 4,000,000 in all); columns 2828 or rows 1414 fits",
        ),
        ((1000, 1), {"columns": 80}, "40,000 lines of 80 characters .*; columns 20 or rows 10000"),
        ((10**6, 1), {"columns": 80}, "40,000,000 lines of 80 characters .*; rows 10000 fits"),
        ((1, 10**6), {"rows": 24}, "24 lines of 48,000,000 characters .*; columns 10000 fits"),
        ((100, 100), {"magnify": 1e300}, "characters .*; magnify 226 fits"),
    ],
)
def test_a_page_that_is_too_large_is_refused_with_a_size_that_fits(shape, wishes, message):
    with pytest.raises(PageSizeError, match=re.escape(message).replace(r"\.\*", ".*")):
        fit_grid(*shape, CELL, **wishes)  # type: ignore[arg-type, call-arg]


@given(
    st.integers(1, 10**7),
    st.integers(1, 10**7),
    st.sampled_from([CELL, Cell(16, 10, 1.6, unit=10), Cell(18, 1, 18.0, unit=8)]),
    st.one_of(
        st.builds(dict, columns=st.integers(1, MAX_COLUMNS)),
        st.builds(dict, rows=st.integers(1, MAX_ROWS)),
        st.builds(dict, columns=st.integers(1, MAX_COLUMNS), rows=st.integers(1, MAX_ROWS)),
        st.builds(dict, magnify=st.floats(1e-9, 1e9)),
    ),
)
def test_a_page_is_within_the_limits_or_the_sizes_that_are_named_fit(height, width, cell, wishes):
    try:
        grid = fit_grid(height, width, cell, **wishes)
    except PageSizeError as caught:
        error = caught
    else:
        assert grid.rows <= MAX_ROWS
        assert grid.columns <= MAX_COLUMNS
        assert grid.rows * grid.columns <= MAX_CELLS
        return
    named = re.findall(r"(columns|width|rows|magnify) ([\d.e+-]+)", str(error))
    assert tuple(name for name, _ in named) == error.parameters != ()
    for name, value in named:
        own = "columns" if name == "width" else name
        number = float(value) if name == "magnify" else int(value)
        alone = {own: number}
        for asked in (alone, alone if name == "magnify" else wishes | alone):
            fit_grid(height, width, cell, **asked)


def test_the_largest_pages_are_not_refused():
    assert fit_grid(1, 100, CELL, columns=10_000).columns == 10_000
    assert fit_grid(100, 100, CELL, columns=2828).rows == 1414


def test_a_stretched_picture_fills_the_box() -> None:
    grid = fit_grid(10, 10, CELL, columns=30, rows=5, stretch=True)
    assert (grid.rows, grid.columns) == (5, 30)
    alone = fit_grid(10, 10, CELL, columns=30, stretch=True)
    assert alone == fit_grid(10, 10, CELL, columns=30)


@pytest.mark.parametrize(("ratio", "rows"), [(None, 20), (2.0, 20), (1.0, 40), (2.5, 16)])
def test_rows_follow_the_cells_that_will_be_shown(ratio: float | None, rows: int) -> None:
    grid = fit_grid(100, 100, CELL, columns=40, cell_ratio=ratio)
    assert (grid.rows, grid.cell) == (rows, CELL)
    half_ems = Cell(height=18, width=1, aspect=18.0, unit=8)
    pixels = fit_grid(100, 100, half_ems, columns=320, cell_ratio=ratio)
    assert pixels.rows == (round(320 / 18) if ratio is None else rows)
