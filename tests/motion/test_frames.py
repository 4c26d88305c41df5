"""Tests of frames: what a frame is, and how small it may become."""

from __future__ import annotations

import numpy as np
import pytest

from asciiart.io.pictures.image import load_image
from asciiart.motion.frames import Frame, full_size, pixels_of, reduced_size


def test_a_frame_cannot_be_changed() -> None:
    mine = np.zeros((4, 6, 3), np.uint8)
    frame = Frame(mine, 0.1)
    with pytest.raises(ValueError, match="read-only"):
        frame.pixels[0, 0] = 1
    with pytest.raises(AttributeError):
        frame.seconds = 2.0  # type: ignore[misc]
    mine[0, 0] = 1  # whoever made it may go on


def test_alpha_is_the_fourth_channel() -> None:
    opaque = np.full((2, 3, 4), 255, np.uint8)
    clear = opaque.copy()
    clear[0, 0, 3] = 7
    assert pixels_of(load_image(opaque)).shape == (2, 3, 3)
    assert pixels_of(load_image(clear))[0, 0].tolist()[3] == 7


@pytest.mark.parametrize("wanted", [full_size(), (48, 64), (100, 10)])
def test_nothing_is_enlarged_or_made_smaller_than_wanted(wanted: tuple[int, int] | None) -> None:
    assert reduced_size(48, 64, wanted) == (48, 64)


def test_the_side_that_needs_more_decides() -> None:
    assert reduced_size(48, 64, (12, 24)) == (18, 24)
    assert reduced_size(48, 64, (24, 10)) == (24, 32)


def test_proportions_decide_among_sizes_that_are_nearly_the_least() -> None:
    height, width = reduced_size(720, 1280, (192, 344))
    assert height / width == 720 / 1280
    assert (height, width) >= (192, 344)
