"""A user's picture as ink: dark on light or light on dark, of any size."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from asciiart.errors import ImageError
from asciiart.train.lab.data.given import LARGEST, load_figure, load_glyph, load_page

WAYS: tuple[Callable[[str], Tensor], ...] = (
    partial(load_page, size=24),
    partial(load_figure, height=24, width=24, filled=0.5),
    partial(load_glyph, size=24),
)


def save(
    folder: Path, size: tuple[int, int], box: tuple[int, int, int, int], paper: int, pen: int
) -> str:
    """Write a page with a filled box."""
    picture = Image.new("L", size, paper)
    picture.paste(pen, box)
    path = folder / "given.png"
    picture.save(path)
    return str(path)


def span(ink: Tensor) -> tuple[int, int, int, int]:
    """Return the first and last inked row, and the first and last inked column."""
    rows, columns = np.nonzero(ink[0, 0].numpy() > 0.5)
    return rows.min(), rows.max(), columns.min(), columns.max()


@pytest.mark.parametrize(("paper", "pen"), [(255, 0), (0, 255), (10, 200), (255, 120)])
def test_ink_is_what_differs_from_the_edge(paper: int, pen: int, tmp_path: Path) -> None:
    page = Image.new("L", (192, 96), paper)
    ImageDraw.Draw(page).rectangle((0, 0, 47, 95), pen)
    page.save(tmp_path / "page.png")
    ink = load_page(str(tmp_path / "page.png"), 48)
    assert ink.shape == (1, 1, 48, 48)
    assert ink[0, 0, 12:36, :12].min() > 0.9  # 24 rows in the middle
    assert ink[0, 0, :, 14:].max() < 0.1
    assert ink[0, 0, :12].max() == 0


def test_a_letter_that_covers_most_of_its_picture_is_still_ink(tmp_path: Path) -> None:
    ink = load_page(save(tmp_path, (40, 40), (2, 2, 38, 38), 255, 0), 40)
    assert ink.sum() == 36 * 36


@pytest.mark.parametrize(("paper", "pen"), [(255, 0), (10, 200)])
@pytest.mark.parametrize("factor", [0.2, 1, 4])
def test_a_figure_is_scaled_to_the_middle(
    paper: int, pen: int, factor: float, tmp_path: Path
) -> None:
    width, height, *box = (round(side * factor) for side in (200, 100, 20, 30, 40, 70))
    path = save(tmp_path, (width, height), (box[0], box[1], box[2], box[3]), paper, pen)
    ink = load_figure(path, 24, 24, filled=0.5)
    assert ink.shape == (1, 1, 24, 24)
    assert span(ink) == pytest.approx((6, 17, 9, 14), abs=1)
    assert ink.max() == pytest.approx(1, abs=0.1)


def test_a_picture_of_the_right_size_stays_as_it_is(tmp_path: Path) -> None:
    ink = load_figure(save(tmp_path, (30, 24), (3, 20, 4, 21), 255, 0), 24, 30, filled=0.5)
    assert ink.sum() == ink[0, 0, 20, 3] == 1


def test_a_wide_figure_fills_the_width(tmp_path: Path) -> None:
    ink = load_figure(save(tmp_path, (300, 60), (10, 20, 290, 40), 255, 0), 24, 72, filled=0.5)
    assert (ink[0, 0] > 0.5).any(0).sum() == 36


@pytest.mark.parametrize("factor", [1, 8])
def test_a_glyph_stands_where_a_capital_would(factor: int, tmp_path: Path) -> None:
    box = (5 * factor, 10 * factor, 15 * factor, 30 * factor)
    path = save(tmp_path, (30 * factor, 40 * factor), box, 255, 0)
    top, bottom, left, right = span(load_glyph(path, 100))
    assert (top, bottom) == pytest.approx((16, 77), abs=1)
    assert right - left + 1 == pytest.approx(31, abs=1)
    assert left + right == pytest.approx(99, abs=2)


def test_a_wide_glyph_is_made_to_fit(tmp_path: Path) -> None:
    glyph = load_glyph(save(tmp_path, (90, 20), (4, 8, 86, 12), 255, 0), 32)
    assert glyph[0, 0].amax(0).min() > 0.5


def test_a_huge_picture_is_read_smaller(tmp_path: Path) -> None:
    path = save(tmp_path, (8 * LARGEST, 20), (0, 5, 4 * LARGEST, 15), 255, 0)
    assert load_page(path, 64).shape == (1, 1, 64, 64)


@pytest.mark.parametrize("load", WAYS)
@pytest.mark.parametrize("size", [(8, 8), (100, 100), (30, 4)])
def test_a_blank_picture_has_no_ink(
    size: tuple[int, int], load: Callable[[str], Tensor], tmp_path: Path
) -> None:
    Image.new("L", size, 77).save(tmp_path / "blank.png")
    ink = load(str(tmp_path / "blank.png"))
    assert ink.dtype == torch.float32
    assert not torch.any(ink)


@pytest.mark.parametrize("load", WAYS)
def test_what_is_no_picture_is_an_error(load: Callable[[str], Tensor], tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(ImageError):
        load(str(tmp_path / "text.png"))
    with pytest.raises(ImageError):
        load(str(tmp_path / "none.png"))
