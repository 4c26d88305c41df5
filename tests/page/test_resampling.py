"""Pictures that are enlarged: squares for pixel art, no seams along edges for the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from paths import CASES, PICTURES
from PIL import Image

import asciiart
from asciiart.errors import OptionError
from asciiart.io.pictures.arrays import Pixels
from asciiart.options import Resample
from asciiart.page.resampling import resize, shows_squares, to_dots

PHOTOGRAPHS = sorted((PICTURES / "photographs").iterdir())
ICON = CASES / "icon16.png"


def colors_of(art: asciiart.Art) -> Pixels:
    """Return the colors (2R, C, 3) of the halves of a filled art."""
    assert art.fill is not None
    upper = np.where((art.characters == "▀")[..., None], art.fill.ink, art.fill.paper)
    lower = np.where((art.characters == "▄")[..., None], art.fill.ink, art.fill.paper)
    full = (art.characters == "█")[..., None]
    upper, lower = np.where(full, art.fill.ink, upper), np.where(full, art.fill.ink, lower)
    return np.stack([upper, lower], axis=1).reshape(-1, art.grid.columns, 3)


@pytest.mark.parametrize("resample", ["auto", "nearest"])
def test_each_pixel_of_an_icon_is_one_color(resample: Resample) -> None:
    art = asciiart.draw(ICON, columns=32, charset="half", fill=True, resample=resample)
    with Image.open(ICON) as image:
        icon = np.asarray(image.convert("RGB"))
    colors = colors_of(art)
    rows = (np.arange(len(colors)) * 2 + 1) * 16 // (2 * len(colors))
    np.testing.assert_allclose(colors.astype(int), icon[rows][:, np.arange(32) // 2], atol=1)


def test_smooth_mixes_colors() -> None:
    art = asciiart.draw(ICON, columns=32, charset="half", fill=True, resample="smooth")
    assert len(np.unique(colors_of(art).reshape(-1, 3), axis=0)) > 10


def test_clear_pixels_are_squares_too() -> None:
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[1:3, 1:3] = (250, 60, 20, 255)
    art = asciiart.draw(pixels, columns=16, charset="half", fill=True)
    assert art.fill is not None
    seen = (art.characters != " ") | ~art.fill.clear
    assert seen[:, 4:12].any()
    assert not seen[:, :4].any()
    assert not seen[:, 12:].any()


def test_nearest_in_tone_and_structure() -> None:
    """One pixel in four is black: smooth is gray between them, squares are not."""
    pixels = np.full((8, 8), 255, np.uint8)
    pixels[::4, ::4] = 0
    drawn = {
        resample: str(asciiart.draw(pixels, columns=64, charset="blocks", resample=resample))
        for resample in ("auto", "smooth", "nearest")
    }
    assert drawn["auto"] == drawn["smooth"] != drawn["nearest"]


@pytest.mark.parametrize("path", PHOTOGRAPHS, ids=lambda path: path.stem)
@pytest.mark.parametrize("side", [16, 32, 64])
def test_no_photograph_is_taken_for_pixel_art(path: Path, side: int) -> None:
    with Image.open(path) as image:
        small = np.asarray(image.convert("RGB").resize((side, side)))
    assert not shows_squares(small, "auto", fill=True)


@pytest.mark.parametrize(("side", "art"), [(64, True), (65, False)])
def test_only_small_pictures_are_pixel_art(side: int, art: bool) -> None:
    assert shows_squares(np.zeros((side, 9, 3), np.uint8), "auto", fill=True) is art
    assert not shows_squares(np.zeros((side, 9, 3), np.uint8), "auto", fill=False)


@pytest.mark.parametrize("size", [(40, 24), (37, 23), (20, 13)])
def test_squares_keep_their_colors(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (12, 18, 3)).astype(np.uint8)
    large = resize(pixels, size, squares=True)
    rows, columns = np.arange(12) * size[1] / 12, np.arange(18) * size[0] / 18
    middle = large[(rows + size[1] / 24).astype(int)][:, (columns + size[0] / 36).astype(int)]
    if size[0] == 40:
        np.testing.assert_array_equal(middle, pixels)
    assert large.shape == (size[1], size[0], 3)


def test_dots_take_the_nearest_pixel() -> None:
    pixels = np.arange(4, dtype=np.uint8).reshape(1, 4)
    assert to_dots(pixels, (9, 1)).tolist() == [[0, 0, 1, 1, 2, 2, 2, 3, 3]]


@pytest.mark.parametrize("size", [(64, 64), (50, 37)])
def test_enlarging_makes_no_seams(size: tuple[int, int]) -> None:
    pixels = np.full((12, 12, 3), 40, np.uint8)
    pixels[4:8, 3:9] = (200, 100, 50)
    large = resize(pixels, size)
    assert large.min() == 40
    assert large.reshape(-1, 3).max(axis=0).tolist() == [200, 100, 50]


def test_other_names() -> None:
    with pytest.raises(
        OptionError, match="resample must be auto or nearest or smooth, not 'cubic'"
    ):
        asciiart.Options(resample="cubic")  # type: ignore[arg-type]
