"""One frame of a film."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from asciiart.errors import ImageError, OptionError
from asciiart.motion.single_frame import FIRST, FrameChoice, parse_frame, take_frame

LEVELS = (10, 90, 200)


def film() -> io.BytesIO:
    """Return a film of three frames, a fifth of a second each."""
    first, *others = (Image.fromarray(np.full((4, 5), level, np.uint8)) for level in LEVELS)
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=others, duration=200)
    return io.BytesIO(file.getvalue())


@pytest.mark.parametrize(
    ("text", "number", "seconds"),
    [
        ("1", 1, None),
        ("12", 12, None),
        ("2.5s", None, 2.5),
        ("0s", None, 0),
        ("1:30", None, 90),
        ("01:02:03.5", None, 3723.5),
    ],
)
def test_a_frame_is_a_number_or_a_time(
    text: str, number: int | None, seconds: float | None
) -> None:
    assert parse_frame(text) == FrameChoice(number, seconds)


@pytest.mark.parametrize("text", ["", "0", "-1", "2.5", "s", "1:", "٣", "first"])
def test_nothing_else_is_a_frame(text: str) -> None:
    with pytest.raises(OptionError, match="frame must be a number from 1 on, or a time"):
        parse_frame(text)


@pytest.mark.parametrize(
    ("text", "level"),
    [("1", 10), ("3", 200), ("0s", 10), ("0.19s", 10), ("0.2s", 90), ("0:00.59", 200)],
)
def test_the_frame_that_is_shown_then_is_taken(text: str, level: int) -> None:
    pixels = take_frame(film(), parse_frame(text))
    assert pixels.shape[:2] == (4, 5)
    assert (pixels[..., 0] == level).all()


@pytest.mark.parametrize("text", ["4", "0.6s"])
def test_a_film_may_be_over_before(text: str) -> None:
    with pytest.raises(ImageError, match=r"only 3 frames long, or 0\.60 seconds"):
        take_frame(film(), parse_frame(text))


def test_large_frames_are_refused() -> None:
    with pytest.raises(ImageError, match="pixels"):
        take_frame(film(), FIRST, max_pixels=10)
