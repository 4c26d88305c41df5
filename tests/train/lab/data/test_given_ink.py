"""A user's picture as ink: dark on light or light on dark, of any size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from asciiart.errors import ImageError
from asciiart.train.lab.data.given_ink import LARGEST, load_glyph, load_ink


def saved(path: Path, gray: np.ndarray) -> str:
    Image.fromarray(gray.astype(np.uint8)).save(path)
    return str(path)


def bar(height: int = 40, width: int = 30) -> np.ndarray:
    gray = np.full((height, width), 255)
    gray[10:30, 5:15] = 0
    return gray


def test_ink_is_what_differs_from_the_edge(tmp_path: Path) -> None:
    dark = load_ink(saved(tmp_path / "dark.png", bar()))
    assert dark.shape == (1, 1, 40, 30)
    assert dark.sum() == 20 * 10
    assert dark[0, 0, 10, 5] == 1
    assert torch.equal(load_ink(saved(tmp_path / "light.png", 255 - bar())), dark)


def test_large_pictures_are_made_smaller(tmp_path: Path) -> None:
    ink = load_ink(saved(tmp_path / "large.png", np.zeros((20, 2 * LARGEST))))
    assert ink.shape == (1, 1, 10, LARGEST)


def test_a_glyph_stands_where_a_capital_would(tmp_path: Path) -> None:
    for name, gray in (("small", bar()), ("large", bar().repeat(8, 0).repeat(8, 1))):
        glyph = load_glyph(saved(tmp_path / f"{name}.png", gray), 100)
        rows, columns = (np.flatnonzero(glyph[0, 0].amax(axis) > 0.5) for axis in (1, 0))
        assert (rows[0], rows[-1]) == pytest.approx((16, 77), abs=1)
        assert columns[-1] - columns[0] + 1 == pytest.approx(31, abs=1)
        assert columns[0] + columns[-1] == pytest.approx(99, abs=2)


def test_a_wide_glyph_is_made_to_fit(tmp_path: Path) -> None:
    wide = np.full((20, 90), 255)
    wide[8:12, 4:86] = 0
    glyph = load_glyph(saved(tmp_path / "wide.png", wide), 32)
    assert glyph[0, 0].amax(0).min() > 0.5


def test_an_empty_picture_is_no_ink(tmp_path: Path) -> None:
    assert not load_glyph(saved(tmp_path / "empty.png", np.full((9, 9), 255)), 32).any()


def test_what_is_no_picture_is_said(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(ImageError):
        load_ink(str(tmp_path / "text.png"))
