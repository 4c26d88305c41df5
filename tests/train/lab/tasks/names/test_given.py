"""A user's picture, as the captioners know it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from asciiart.errors import ImageError
from asciiart.train.lab.tasks.names.given import given_glyph
from asciiart.train.lab.tasks.names.glyph_names import SIZE


@pytest.mark.parametrize(("paper", "pen"), [(255, 0), (0, 255), (255, 120)])
@pytest.mark.parametrize("size", [(300, 200), (21, 33)])
def test_what_is_drawn_is_scaled_to_the_middle(
    tmp_path: Path, paper: int, pen: int, size: tuple[int, int]
) -> None:
    picture = Image.new("L", size, paper)
    ImageDraw.Draw(picture).rectangle((3, 5, 12, 24), pen)
    picture.save(tmp_path / "box.png")
    ink = given_glyph(str(tmp_path / "box.png"))
    assert ink.shape == (1, 1, SIZE, SIZE)
    rows, columns = (np.flatnonzero((ink[0, 0] > 128).any(axis)) for axis in (1, 0))
    assert len(rows) == pytest.approx(0.62 * SIZE, abs=1)
    assert len(columns) == pytest.approx(0.31 * SIZE, abs=1)
    assert rows[0] + rows[-1] == pytest.approx(SIZE - 1, abs=1)
    assert columns[0] + columns[-1] == pytest.approx(SIZE - 1, abs=1)


def test_a_picture_of_the_right_size_stays_as_it_is(tmp_path: Path) -> None:
    picture = Image.new("L", (SIZE, SIZE), 255)
    picture.putpixel((3, 30), 0)
    picture.save(tmp_path / "dot.png")
    ink = given_glyph(str(tmp_path / "dot.png"))
    assert ink[0, 0, 30, 3] == 255
    assert ink.sum() == 255


def test_an_empty_picture_has_no_ink(tmp_path: Path) -> None:
    Image.new("L", (90, 90), 77).save(tmp_path / "empty.png")
    assert given_glyph(str(tmp_path / "empty.png")).max() == 0


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(ImageError):
        given_glyph(str(tmp_path / "text.png"))
