"""Areas to which pictures are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asciiart.errors import OptionError
from asciiart.options.crop_area import CropArea, Length, parse_crop

WHOLE = Length(100, is_percent=True)
NOTHING = Length(0, is_percent=False)


def test_an_area_is_four_lengths() -> None:
    area = parse_crop("1, 25%,30.5,100%")
    assert area == CropArea(
        Length(1, False), Length(25, True), Length(30.5, False), Length(100, True)
    )
    assert area.slices(40, 60) == (slice(10, 40), slice(1, 31))


@pytest.mark.parametrize("crop", ["none", "subject"])
def test_words_are_no_areas(crop: str) -> None:
    assert parse_crop(crop) is None


@pytest.mark.parametrize("crop", ["None", "1,2,3", "1,2,3,", "1,2,0,3", "1,2,3,0%", "1,2,3,4,5"])
def test_anything_else_is_refused(crop: str) -> None:
    with pytest.raises(OptionError, match="crop must be none, subject or the area") as caught:
        parse_crop(crop)
    assert caught.value.parameters == ("crop",)


@given(height=st.integers(1, 5000), width=st.integers(1, 5000))
def test_all_percent_are_the_whole_picture(height: int, width: int) -> None:
    area = CropArea(NOTHING, NOTHING, WHOLE, WHOLE)
    assert area.slices(height, width) == (slice(0, height), slice(0, width))
