"""Tests of gif: Pillow reads back what was written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from discs import COUNT, OPTIONS, discs
from PIL import Image

from asciiart.motion.animation import Animation, animate
from asciiart.motion.recording.gif import _change
from asciiart.motion.recording.recorder import save
from asciiart.pipeline import Artist


@pytest.mark.parametrize("color", ["none", "truecolor"])
def test_gif(animation: Animation, artist: Artist, tmp_path: Path, color: str) -> None:
    """Each frame is the picture of its art, but for the 256 colors."""
    save(animation, tmp_path / "a.gif", color=color, plays=0)
    arts = list(animate(list(discs()), OPTIONS, artist=artist))
    with Image.open(tmp_path / "a.gif") as image:
        assert (image.n_frames, image.info["loop"]) == (COUNT, 0)  # type: ignore[attr-defined]
        for i, art in enumerate(arts):
            image.seek(i)
            assert image.info["duration"] == 100
            shown = np.asarray(image.convert("RGB"), int)
            art.save(tmp_path / "one.png", color=color)
            with Image.open(tmp_path / "one.png") as one:
                wanted = np.asarray(one.convert("RGB").resize(image.size), int)
            assert np.abs(shown - wanted).mean() < 14


@pytest.mark.parametrize(("plays", "loop"), [(1, None), (3, 2), (0, 0)])
def test_gif_plays(animation: Animation, tmp_path: Path, plays: int, loop: int | None) -> None:
    save(animation, tmp_path / "a.gif", plays=plays)
    with Image.open(tmp_path / "a.gif") as image:
        assert image.info.get("loop") == loop


def test_gif_keeps_the_time(artist: Artist, tmp_path: Path) -> None:
    """Frames of 1/70 s are joined, and no rounding adds up."""
    save(animate(list(discs(21)), OPTIONS, artist=artist, fps=70), tmp_path / "a.gif")
    with Image.open(tmp_path / "a.gif") as image:
        durations = []
        for i in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(i)
            durations.append(image.info["duration"])
    assert min(durations) >= 20
    assert sum(durations) == pytest.approx(300, abs=20)


def test_still_frames_of_a_gif_are_one(artist: Artist, tmp_path: Path) -> None:
    save(animate([next(discs())] * 4, OPTIONS, artist=artist, fps=10), tmp_path / "a.gif")
    with Image.open(tmp_path / "a.gif") as image:
        assert (image.n_frames, image.info["duration"]) == (1, 400)  # type: ignore[attr-defined]


def test_changes_too_small_to_see_are_put_off_until_they_add_up() -> None:
    shown = np.full((4, 5, 3), 100, np.uint8)
    after = shown.copy()
    after[0, 0], after[1, 2] = 104, 200
    change = _change(shown, after)
    assert change is not None
    assert (change.patch.left, change.patch.top, change.patch.pixels.shape) == (2, 1, (1, 1, 3))
    assert (change.shown[0, 0, 0], change.shown[1, 2, 0]) == (100, 200)
    assert shown.max() == 100  # what was given stays as it was
    assert _change(change.shown, after) is None
    after[0, 0] = 110
    assert _change(change.shown, after) is not None
