"""Which pictures are line drawings, and are thus drawn in structure."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from paths import PICTURES
from PIL import Image

from asciiart.glyphs.grid import Cell, fit_grid
from asciiart.io.pictures.arrays import Pixels
from asciiart.io.pictures.image import load_image
from asciiart.options import Background, Mode, Options
from asciiart.page.levels import AS_THEY_ARE, Levels
from asciiart.page.mode_choice import choose_mode

CELL = Cell(height=16, width=8, aspect=2.0, unit=8)
DRAWINGS = sorted((PICTURES / "drawings").glob("*.png"))
PHOTOGRAPHS = sorted((PICTURES / "photographs").glob("*.jpg"))
BACKGROUNDS: tuple[Background, ...] = ("dark", "light")


def mode_of(
    source: Path | Pixels,
    columns: int = 80,
    background: Background = "dark",
    levels: Levels | None = None,
) -> Mode:
    picture = load_image(source)
    height, width = picture.rgb.shape[:2]
    grid = fit_grid(height, width, CELL, columns=columns)
    return choose_mode(picture, grid, Options(background=background), levels)


def inverted(path: Path) -> Pixels:
    return 255 - load_image(path).rgb


def ink_alone(path: Path, color: int) -> Pixels:
    """A drawing's strokes in gray ``color`` on nothing."""
    alpha = inverted(path)[..., :1]
    return np.concatenate([np.full((*alpha.shape[:2], 3), color, np.uint8), alpha], axis=2)


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
@pytest.mark.parametrize("columns", [20, 80, 120])
def test_a_drawing_is_drawn_in_structure(path: Path, columns: int) -> None:
    assert mode_of(path, columns) == "structure"


def test_a_drawing_of_several_bands_is_drawn_in_structure() -> None:
    drawing = np.full((3000, 2400), 255, np.uint8)
    cv2.rectangle(drawing, (100, 100), (2300, 2900), 0, 8)
    assert mode_of(drawing, 300) == "structure"


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_white_on_black_is_a_drawing_too(path: Path) -> None:
    assert mode_of(inverted(path)) == "structure"


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("color", [0, 255])
def test_transparent_paper_is_paper(background: Background, color: int) -> None:
    assert mode_of(ink_alone(DRAWINGS[0], color), background=background) == "structure"


@pytest.mark.parametrize("path", PHOTOGRAPHS, ids=lambda path: path.stem)
@pytest.mark.parametrize("background", BACKGROUNDS)
def test_a_photograph_is_drawn_in_tone(path: Path, background: Background) -> None:
    assert mode_of(path, background=background) == "tone"
    assert mode_of(path, 300, background) == "tone"


@pytest.mark.parametrize("value", [0, 90, 255])
def test_a_blank_picture_is_drawn_in_tone(value: int) -> None:
    assert mode_of(np.full((100, 150), value, np.uint8)) == "tone"
    assert mode_of(np.full((100, 150, 4), (value, 0, 0, 0), np.uint8)) == "tone"


def test_a_tiny_icon_s_strokes_are_areas_of_a_large_page() -> None:
    icon = np.full((16, 16), 255, np.uint8)
    cv2.rectangle(icon, (3, 3), (12, 12), 0, 1)
    assert mode_of(icon) == "tone"
    assert mode_of(icon, columns=8) == "structure"


def test_faint_strokes_are_strokes_unless_every_gray_stays_as_it_is() -> None:
    drawing = Image.open(DRAWINGS[0]).convert("L")
    faint = (200 + np.asarray(drawing, np.float32) * (55 / 255)).astype(np.uint8)
    assert mode_of(faint) == "structure"
    assert mode_of(faint, levels=AS_THEY_ARE) == "tone"
