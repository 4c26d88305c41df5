"""Moving pictures from Python: options said in one way or the other, and their errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from asciiart.errors import OptionError
from asciiart.motion.animation import animate
from asciiart.options import Options
from asciiart.pipeline import Artist, draw

FRAMES = [np.full((32, 32, 3), level, np.uint8) for level in (40, 250)]


def test_keywords_are_those_of_draw() -> None:
    keywords: dict[str, Any] = {"font": "Spleen 8x16", "charset": "blocks", "columns": 9}
    keywords["background"] = "light"
    keywords["levels"] = "none"  # or a film would have one range of them
    arts = list(animate(FRAMES, **keywords, steady=False))
    assert [str(art) for art in arts] == [str(draw(frame, **keywords)) for frame in FRAMES]
    assert [art.font.name for art in arts] == [draw(FRAMES[0], **keywords).font.name] * 2


def test_options_and_an_artist_do_as_well() -> None:
    artist = Artist(charset="blocks")
    arts = animate(FRAMES, Options(columns=9, background="light", levels="none"), artist=artist)
    assert [str(art) for art in arts] == [
        str(draw(frame, charset="blocks", columns=9, background="light", levels="none"))
        for frame in FRAMES
    ]


def test_without_a_size_it_is_as_wide_as_a_drawing() -> None:
    assert next(iter(animate(FRAMES))).grid.columns == 80
    by_target = animate(FRAMES, target="twitch")
    assert next(iter(by_target)).grid.columns == draw(FRAMES[0], target="twitch").grid.columns


def test_nothing_is_said_twice() -> None:
    with pytest.raises(OptionError, match="options cannot be combined"):
        animate(FRAMES, Options(columns=9), contrast=2)
    with pytest.raises(OptionError, match="artist already has a font"):
        animate(FRAMES, artist=Artist(), charset="blocks")


def test_a_wrong_option_is_named_at_once() -> None:
    with pytest.raises(OptionError, match="contrast must be from 0 to 10, not 11"):
        animate(FRAMES, contrast=11)


@pytest.mark.parametrize(
    "edits",
    [
        {"rotate": 90},
        {"flip": "vertical"},
        {"invert": True},
        {"crop": "10,4,20,12"},
        {"rotate": 180, "crop": "0,0,50%,100%", "invert": True},
    ],
)
def test_frames_are_edited_as_pictures_are(edits: dict[str, Any]) -> None:
    across, down = np.meshgrid(np.arange(40), np.arange(30))
    frames = [np.clip(4 * across + shift * down, 0, 255).astype(np.uint8) for shift in (1, 2)]
    drawing: dict[str, Any] = {"columns": 12, "levels": "none"}
    arts = list(animate(frames, **drawing, **edits, steady=False))
    assert [art.rows for art in arts] == [draw(each, **drawing, **edits).rows for each in frames]
    assert [art.rows for art in arts] != [draw(each, **drawing).rows for each in frames]
