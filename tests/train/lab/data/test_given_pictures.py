"""Pictures of users: ink is found whatever its color, and scaled to what a network knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from asciiart.errors import ImageError
from asciiart.train.lab.data.given_pictures import read_ink


def save(folder: Path, size: tuple[int, int], box: tuple[int, int, int, int], dark: bool) -> str:
    """Write a page with a filled box."""
    page, ink = (255, 0) if dark else (10, 200)
    picture = Image.new("L", size, page)
    picture.paste(ink, box)
    path = folder / "given.png"
    picture.save(path)
    return str(path)


@pytest.mark.parametrize("dark", [True, False])
def test_a_large_picture_is_cropped_and_scaled(dark: bool, tmp_path: Path) -> None:
    path = save(tmp_path, (200, 100), (20, 30, 40, 70), dark)
    ink = read_ink(path, 24, 24, filled=0.5)
    assert ink.shape == (1, 1, 24, 24)
    rows, columns = np.nonzero(ink[0, 0].numpy() > 0.5)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (6, 17, 9, 14)
    assert ink.max() == 1


def test_a_small_picture_is_only_padded(tmp_path: Path) -> None:
    ink = read_ink(save(tmp_path, (10, 6), (2, 1, 4, 3), True), 24, 30, filled=0.5)
    assert ink.sum() == 4
    assert ink[0, 0, 10:12, 12:14].sum() == 4


def test_a_wide_word_fills_the_width(tmp_path: Path) -> None:
    ink = read_ink(save(tmp_path, (300, 60), (10, 20, 290, 40), True), 24, 72, filled=0.5)
    assert (ink[0, 0] > 0.5).any(0).sum() == 36


@pytest.mark.parametrize("size", [(8, 8), (100, 100), (30, 4)])
def test_a_blank_picture_has_no_ink(size: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "blank.png"
    Image.new("L", size, 255).save(path)
    assert not torch.any(read_ink(str(path), 24, 24, filled=0.5))


def test_what_is_no_picture_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(ImageError):
        read_ink(str(tmp_path / "text.png"), 24, 24, filled=0.5)
