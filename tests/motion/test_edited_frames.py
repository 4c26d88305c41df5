"""Frames that are edited while they are read."""

from __future__ import annotations

import numpy as np

from asciiart.motion.decoding.opening import open_frames
from asciiart.motion.edited_frames import edit_frames
from asciiart.options import Options

FRAMES = [np.full((32, 32, 3), level, np.uint8) for level in (40, 250)]


def test_edited_frames_are_those_of_their_film() -> None:
    frames = open_frames(FRAMES)
    edited = edit_frames(frames, Options(rotate=90, crop="0,0,10,20"))
    assert [frame.pixels.shape for frame in edited] == [(20, 10, 3)] * 2
    assert [frame.seconds for frame in edited] == [frame.seconds for frame in frames]
    for name in ("name", "plays", "is_still", "is_live", "is_read_once", "count"):
        assert getattr(edited, name) == getattr(frames, name)
    assert edit_frames(frames, Options()) is frames
