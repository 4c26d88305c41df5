"""Tests of opening: which kind of frames a source becomes, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from gray_films import pictures, saved

from asciiart.errors import ImageError, OptionError
from asciiart.motion.decoding.opening import open_frames


def test_single_picture(tmp_path: Path) -> None:
    pictures()[0].save(tmp_path / "one.png")
    frames = open_frames(tmp_path / "one.png")
    assert frames.is_still
    assert (len(list(frames)), frames.count) == (1, 1)


@pytest.mark.parametrize("rate", [0, -1, float("nan"), 1001])
def test_rate_out_of_range(rate: float) -> None:
    with pytest.raises(OptionError, match="fps"):
        open_frames([np.zeros((4, 6, 3), np.uint8)], rate=rate)


@pytest.mark.parametrize("source", [b"", b"no picture at all", Path("not-there.gif")])
def test_no_picture(source: bytes | Path) -> None:
    with pytest.raises(ImageError):
        open_frames(source)


def test_too_many_pixels() -> None:
    with pytest.raises(ImageError, match="max_pixels 100 allows"):
        list(open_frames(saved("GIF"), max_pixels=100))
