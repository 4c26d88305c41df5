"""Tests of pictures: arts as pixels, and pictures of one size."""

from __future__ import annotations

import numpy as np
import pytest

from asciiart.art.art import Art
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.motion.recording.pictures import cut_like, draw_frame
from asciiart.motion.recording.timed_art import Recording


def test_rows_of_a_monospaced_font_are_16_pixels(small_art: Art) -> None:
    assert draw_frame(small_art, Recording()).shape == (48, 6 * 8)
    assert draw_frame(small_art, Recording(ColorMode.TRUECOLOR, 28)).shape == (99, 6 * 17, 3)


def test_a_typeset_art_is_as_large_as_in_a_picture(typeset_art: Art) -> None:
    assert draw_frame(typeset_art, Recording()).shape == (3 * 36, 60 * 2)


@pytest.mark.parametrize("depth", [(), (3,)])
def test_pictures_are_cropped_and_extended(depth: tuple[int, ...]) -> None:
    small = np.arange(6, dtype=np.uint8).reshape(2, 3, *(1,) * len(depth)) * np.ones(
        depth, np.uint8
    )
    wide, high = np.zeros((2, 4, *depth), np.uint8), np.zeros((3, 2, *depth), np.uint8)
    assert cut_like(small, small) is not None
    extended = cut_like(small, wide)
    assert extended.shape == wide.shape
    assert (extended[:, 3] == small[:, 2]).all()
    both = cut_like(small, high)
    assert both.shape == high.shape
    assert (both[2] == small[1, :2]).all()
