"""Pictures turned, mirrored, cut and inverted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asciiart.errors import ImageError, OptionError
from asciiart.io.pictures.edits import edit
from asciiart.io.pictures.image import Picture, load_image
from asciiart.options import Options

PIXELS = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
PICTURE = load_image(PIXELS)


def red(picture: Picture) -> list[list[int]]:
    """Return the red values of a picture."""
    values: list[list[int]] = picture.rgb[..., 0].tolist()
    return values


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ({}, [[0, 4, 8], [12, 16, 20]]),
        ({"rotate": 90}, [[12, 0], [16, 4], [20, 8]]),
        ({"rotate": -90}, [[8, 20], [4, 16], [0, 12]]),
        ({"rotate": 270}, [[8, 20], [4, 16], [0, 12]]),
        ({"rotate": 180}, [[20, 16, 12], [8, 4, 0]]),
        ({"flip": "horizontal"}, [[8, 4, 0], [20, 16, 12]]),
        ({"flip": "vertical"}, [[12, 16, 20], [0, 4, 8]]),
        ({"invert": True}, [[255, 251, 247], [243, 239, 235]]),
        ({"crop": "1,0,2,1"}, [[4, 8]]),
        ({"crop": "0,50%,100%,50%"}, [[12, 16, 20]]),
        ({"crop": " 2, 1, 99, 99 "}, [[20]]),
        ({"crop": "0,0,1,1", "rotate": 90}, [[12]]),
        ({"crop": "0,0,1,1", "rotate": 90, "flip": "horizontal"}, [[0]]),
    ],
)
def test_a_picture_is_turned_then_mirrored_then_cut(
    wishes: dict[str, Any], expected: list[list[int]]
) -> None:
    edited = edit(PICTURE, Options(**wishes))
    assert red(edited) == expected
    assert edited.alpha is not None
    assert (edited.alpha.shape, edited.name) == (edited.rgb.shape[:2], PICTURE.name)
    if "invert" not in wishes:
        assert (edited.alpha == edited.rgb[..., 0] + 3).all()
    assert not edited.rgb.flags.writeable
    assert not edited.alpha.flags.writeable


def test_a_picture_that_nobody_edits_is_the_same() -> None:
    assert edit(PICTURE, Options(crop="subject", columns=9)) is PICTURE


def test_an_area_beside_the_picture_is_refused() -> None:
    with pytest.raises(ImageError, match="3 pixels wide and 2 high, lies in the area of crop 3,0,"):
        edit(PICTURE, Options(crop="3,0,1,1"))


@pytest.mark.parametrize(
    "crop", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "-1,0,2,2", "0,0,0,5", "0,0,5,0%", "1e3,0,1,1"]
)
def test_what_is_no_area_is_refused(crop: str) -> None:
    with pytest.raises(OptionError, match="crop must be none, subject or the area"):
        Options(crop=crop)


@pytest.mark.parametrize(("degrees", "words"), [(45, "a multiple of 90"), (360, "from -270 to")])
def test_other_turns_are_refused(degrees: int, words: str) -> None:
    with pytest.raises(OptionError, match=f"rotate must be {words}"):
        Options(rotate=degrees)


@given(
    degrees=st.sampled_from(range(-270, 271, 90)),
    flip=st.sampled_from(["none", "horizontal", "vertical"]),
    invert=st.booleans(),
)
def test_edits_can_be_taken_back(degrees: int, flip: Any, invert: bool) -> None:
    edited = edit(PICTURE, Options(rotate=degrees, flip=flip, invert=invert))
    back = edit(edit(edited, Options(flip=flip, invert=invert)), Options(rotate=-degrees))
    assert red(back) == red(PICTURE)
