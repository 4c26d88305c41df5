"""The brightness of a page, and whether it is that of a line drawing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from asciiart.io.pictures.arrays import Pixels
from asciiart.options import Options
from asciiart.page.brightness import PageBrightness, page_brightness

UNIT = 8
"""Width of a half-width character on the pages here, in pixels."""
SHAPE = (160, 320)


def drawn(paper: int, ink: int) -> Pixels:
    page = np.full((320, 640), paper, np.uint8)
    cv2.rectangle(page, (80, 80), (560, 240), ink, 6)
    return page


def brightness(gray: Pixels) -> PageBrightness:
    return page_brightness(gray, SHAPE, "structure", Options(), None)


@pytest.mark.parametrize(("paper", "ink", "found"), [(255, 0, 1), (0, 255, 0), (90, 140, 0)])
def test_the_paper_of_a_drawing_is_what_most_of_it_is(paper: int, ink: int, found: int) -> None:
    assert brightness(drawn(paper, ink)).drawing_paper(UNIT) == found


def test_thick_strokes_are_thin_in_wider_cells() -> None:
    page = drawn(255, 0)
    cv2.rectangle(page, (80, 80), (560, 240), 0, 40)
    assert brightness(page).drawing_paper(4) is None
    assert brightness(page).drawing_paper(16) == 1


@pytest.mark.parametrize("value", [0, 128, 255])
def test_what_is_blank_is_no_drawing(value: int) -> None:
    assert brightness(np.full((320, 640), value, np.uint8)).drawing_paper(UNIT) is None


def test_a_page_has_its_size_and_rows_are_parts_of_it() -> None:
    page = brightness(drawn(255, 0))
    assert page.whole().shape == SHAPE
    np.testing.assert_array_equal(page.rows(30, 50), page.whole()[30:50])
