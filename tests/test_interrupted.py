"""Tests of what signals leave behind: real processes that are stopped while they save."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from films import read_video
from PIL import Image

SECONDS = 60.0

CAMERA = """
import sys, time
import numpy as np
from asciiart.motion.animation import Animation
from asciiart.motion.frames import Frame
from asciiart.options import Options
from asciiart.pipeline import Artist

class Camera:
    name, plays, is_still, is_live, is_read_once = "camera", 1, False, True, True
    def read(self, wanted_size):
        numbers = np.random.default_rng(0)
        while True:
            time.sleep(0.01)
            yield Frame(numbers.integers(0, 255, (60, 80, 3), np.uint8), 0.1)

Animation(Camera(), Artist(), Options(columns=80)).save(sys.argv[1], color="truecolor")
"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a GIF that takes many seconds to save."""
    pictures = [Image.effect_noise((320, 200), 80).convert("P") for _ in range(20)] * 40
    path = tmp_path_factory.mktemp("films") / "long.gif"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=40)
    return path


def wait_until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < ends, "it never came to that"
        time.sleep(0.01)


def is_written(folder: Path) -> bool:
    """Tell whether there is something of what is written meanwhile."""
    for beside in folder.glob(".asciiart-*"):
        return any(beside.iterdir()) if beside.is_dir() else beside.stat().st_size > 0
    return False


def stop(arguments: list[str], path: Path, number: int) -> int:
    """Return the exit code of a process of its own group, which is all given a signal."""
    process = subprocess.Popen(
        [sys.executable, *arguments], start_new_session=True, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: is_written(path.parent) or process.poll() is not None)
        os.killpg(process.pid, number)
        return process.wait(SECONDS)
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("name", "number"),
    [
        *((name, signal.SIGTERM) for name in ("a.gif", "a.mp4", "a.html", "a.cast", "a/")),
        *((name, signal.SIGHUP) for name in ("a.mp4", "a/")),
        *((name, signal.SIGINT) for name in ("a.mp4", "a.gif")),
    ],
)
def test_nothing_is_left(film: Path, tmp_path: Path, name: str, number: signal.Signals) -> None:
    path = tmp_path / name
    if path.suffix:
        path.write_text("old")
    arguments = ["-m", "asciiart", "play", str(film), "-c", "150", "-o", f"{tmp_path}/{name}"]
    assert stop(arguments, path, number) == 128 + number
    left = {each.name: each.read_text() for each in tmp_path.iterdir()}
    assert left == ({name: "old"} if path.suffix else {})


def test_recording_of_a_camera_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    assert stop(["-c", CAMERA, str(path)], path, signal.SIGINT) == 0
    assert read_video(path)
    assert [each.name for each in tmp_path.iterdir()] == ["a.mp4"]
