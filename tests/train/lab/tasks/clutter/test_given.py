"""A user's picture becomes ink of the size that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from asciiart.errors import ImageError
from asciiart.train.lab.tasks.clutter.given import as_scene, ink_of


@pytest.mark.parametrize(("paper", "letter"), [("white", "black"), ("black", "white")])
def test_ink_is_what_differs_from_the_paper(paper: str, letter: str, tmp_path: Path) -> None:
    page = Image.new("RGB", (192, 96), paper)
    ImageDraw.Draw(page).rectangle((0, 0, 47, 95), letter)
    page.save(tmp_path / "page.png")
    ink = ink_of(str(tmp_path / "page.png"), 48)
    assert ink.shape == (1, 1, 48, 48)
    assert ink[0, 0, 14:34, :11].min() > 0.9  # 24 rows in the middle
    assert ink[0, 0, :, 14:].max() < 0.1
    assert ink[0, 0, :11].max() == 0


def test_a_missing_picture_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ImageError):
        ink_of(str(tmp_path / "none.png"), 48)


def test_of_a_users_scene_no_letter_is_known(tmp_path: Path) -> None:
    Image.new("L", (5, 5), 200).save(tmp_path / "page.png")
    scene = as_scene(ink_of(str(tmp_path / "page.png"), 16))
    assert scene.labels.tolist() == [[0]]
    assert scene.pictures.abs().max() == 0
