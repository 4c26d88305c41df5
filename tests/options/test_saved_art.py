"""Options of reading saved art: ranges, and what stands where nothing is chosen."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from asciiart.errors import OptionError
from asciiart.options import ReadArtOptions, RenderFileOptions, ScoreFileOptions


def test_defaults() -> None:
    reading = dict.fromkeys(
        ("font", "font_size", "line_height", "width", "background", "encoding"), None
    )
    assert dataclasses.asdict(ReadArtOptions()) == reading
    assert dataclasses.asdict(RenderFileOptions()) == reading | {"scale": None}
    assert dataclasses.asdict(ScoreFileOptions()) == reading | {"strict": False}


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"width": 0}, "width must be from 1 to 10000, not 0"),
        ({"font_size": 1001}, "font_size must be from 1 to 1000, not 1001"),
        ({"background": "red"}, "background must be dark or light, not 'red'"),
        ({"scale": 0.0}, "scale must be above 0, not 0.0"),
    ],
)
def test_values_out_of_range_are_refused_by_name(wish: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError) as caught:
        RenderFileOptions(**wish)
    assert str(caught.value) == message
    assert caught.value.parameters == tuple(wish)


def test_the_part_that_reading_takes() -> None:
    options = ScoreFileOptions(font="Mona", strict=True)
    assert ReadArtOptions(**options.part(ReadArtOptions)) == ReadArtOptions(font="Mona")
