"""Tests of array_frames: arrays and PIL images as frames."""

from __future__ import annotations

import numpy as np
import pytest
from gray_films import GRAYS

from asciiart.motion.decoding.opening import open_frames


def test_arrays() -> None:
    arrays = (np.full((4, 6, 3), gray, np.uint8) for gray in GRAYS)
    frames = open_frames(arrays, rate=10)
    read = list(frames)
    assert frames.count is None
    assert [int(frame.pixels[0, 0, 0]) for frame in read] == list(GRAYS)
    assert {frame.seconds for frame in read} == {0.1}


def test_arrays_are_read_one_by_one() -> None:
    made = []

    def make():
        for gray in GRAYS:
            made.append(gray)
            yield np.full((4, 6, 3), gray, np.uint8)

    next(iter(open_frames(make())))
    assert made == [0]


def test_a_generator_is_read_once_and_a_list_again() -> None:
    arrays = [np.full((4, 6, 3), gray, np.uint8) for gray in GRAYS]
    again, once = open_frames(arrays), open_frames(iter(arrays))
    assert (again.is_read_once, once.is_read_once) == (False, True)
    assert (again.count, once.count) == (3, None)
    assert [len(list(again)), len(list(again))] == [3, 3]
    assert [len(list(once)), len(list(once))] == [3, 0]


def test_one_array_is_a_still_picture() -> None:
    frames = open_frames(np.zeros((4, 6, 3), np.uint8))
    assert frames.is_still
    assert not open_frames([np.zeros((4, 6, 3), np.uint8)] * 2).is_still


@pytest.mark.parametrize("source", [{}, set(), 1.5, None])
def test_what_holds_no_pictures(source: object) -> None:
    with pytest.raises(TypeError, match="a moving picture must be"):
        open_frames(source)  # type: ignore[arg-type]
