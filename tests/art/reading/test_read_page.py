"""Tests of read_page: a page that grows as it is written on, and refuses the absurd."""

from __future__ import annotations

import pytest

from asciiart.art.formats.color_layers import CLEAR
from asciiart.art.reading.read_page import CellBuffer, ReadColors, ReadPage, to_cells
from asciiart.errors import AsciiArtError
from asciiart.options import MAX_COLUMNS

INK, RED, BLUE = 0xFFFFFF, 0xFF0000, 0x0000FF


@pytest.fixture
def page() -> CellBuffer:
    return CellBuffer(INK, CLEAR)


def write(
    page: CellBuffer, row: int, column: int, text: str, colors: tuple[int, int] = (INK, CLEAR)
) -> None:
    page.put(row, column, to_cells(text), *colors)


def test_cells_of_full_width_characters() -> None:
    assert to_cells("a漢b") == ["a", "漢", "", "b"]


def test_nothing_is_written(page: CellBuffer) -> None:
    assert page.read() == ReadPage((), None, CLEAR)


def test_a_page_in_its_own_colors_has_none(page: CellBuffer) -> None:
    write(page, 1, 2, "x")
    assert page.read() == ReadPage(("", "  x"), None, CLEAR)


def test_colors_are_those_of_the_characters(page: CellBuffer) -> None:
    write(page, 0, 1, "漢", (RED, BLUE))
    assert page.read() == ReadPage((" 漢",), ReadColors(((INK, RED),), ((CLEAR, BLUE),)), CLEAR)


def test_half_of_a_full_width_character_is_blank(page: CellBuffer) -> None:
    for column, text in ((0, "x 字"), (1, " x字"), (2, "漢x "), (3, "漢 x")):
        page.cut(0, 0)
        write(page, 0, 0, "漢字")
        write(page, 0, column, "x")
        assert page.read().rows == (text,)


def test_rows_are_touched_and_cut(page: CellBuffer) -> None:
    write(page, 0, 0, "abc")
    page.touch(2)
    assert page.read().rows == ("abc", "", "")
    page.cut(0, 1)
    assert page.read().rows == ("a",)


def test_erasing(page: CellBuffer) -> None:
    for row in range(3):
        write(page, row, 0, "abc", (RED, CLEAR))
    page.erase(0, 1, 9, CLEAR)
    assert page.read().rows[0] == "a  "
    page.erase(1, 2, 5, BLUE)
    assert page.read().rows[1] == "ab   "
    page.erase_above(2, 0)
    assert page.read().rows == ("   ", "     ", " bc")


@pytest.mark.parametrize(("row", "column"), [(20_000, 0), (0, MAX_COLUMNS)])
def test_positions_that_no_text_art_has(page: CellBuffer, row: int, column: int) -> None:
    with pytest.raises(AsciiArtError, match="which is no text art"):
        write(page, row, column, "x")


def test_endless_work_is_refused(page: CellBuffer) -> None:
    cells = ["x"] * MAX_COLUMNS

    def write_endlessly() -> None:
        for _ in range(10_000):
            page.put(0, 0, cells, INK, CLEAR)

    with pytest.raises(AsciiArtError, match="over and over"):
        write_endlessly()
