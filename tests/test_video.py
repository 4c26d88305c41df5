"""Tests of asciiart.video: videos that OpenCV decodes, and cameras."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from asciiart.errors import ImageError
from asciiart.frames import Frame, open_frames

COUNT = 12


@pytest.fixture(scope="module", params=["film.mp4", "film.avi"])
def film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a film of 12 frames at 20 per second, ever brighter, red at the left."""
    path = tmp_path_factory.mktemp("films") / request.param
    code = cv2.VideoWriter.fourcc(*("mp4v" if path.suffix == ".mp4" else "MJPG"))
    writer = cv2.VideoWriter(str(path), code, 20, (64, 48))
    numbers = np.random.default_rng(0)
    for i in range(COUNT):
        picture = numbers.integers(0, 80, (48, 64, 3)).astype(np.uint8) + np.uint8(14 * i)
        picture[:, :32, 2] = 235
        writer.write(picture)
    writer.release()
    return path


def test_frames_of_a_video(film: Path) -> None:
    frames = open_frames(film)
    for _ in range(2):
        read = list(frames)
        assert [frame.pixels.shape for frame in read] == [(48, 64, 3)] * COUNT
        assert [frame.seconds for frame in read] == pytest.approx([0.05] * COUNT)
        brightness = [float(frame.pixels[:, 40:].mean()) for frame in read]
        assert brightness == sorted(brightness)
        assert read[0].pixels[:, :24, 0].mean() > 200  # red comes first
    assert (frames.plays, frames.is_still, frames.is_live) == (1, False, False)
    assert frames.rate == pytest.approx(20)
    assert frames.count == COUNT


def test_bytes_of_a_video(film: Path) -> None:
    assert len(list(open_frames(film.read_bytes()))) == COUNT


def test_frames_are_made_no_smaller_than_the_target(film: Path) -> None:
    frames = open_frames(film)
    frames.target = (12, 24)
    assert {frame.pixels.shape for frame in frames} == {(18, 24, 3)}
    frames.target = (480, 640)
    assert {frame.pixels.shape for frame in frames} == {(48, 64, 3)}


def test_frames_made_smaller_keep_their_proportions(tmp_path: Path) -> None:
    """Or arts of 43 columns would have 12 rows at first and then 13."""
    path = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20, (1280, 720))
    writer.write(np.zeros((720, 1280, 3), np.uint8))
    writer.release()
    frames = open_frames(path)
    frames.target = (192, 344)
    [frame] = frames
    height, width = frame.pixels.shape[:2]
    assert height / width == 720 / 1280
    assert (height, width) >= (192, 344)


def test_name_that_reads_as_a_pattern(film: Path, tmp_path: Path) -> None:
    strange = tmp_path / f"a%02d b{film.suffix}"
    strange.write_bytes(film.read_bytes())
    assert len(list(open_frames(strange))) == COUNT


@pytest.mark.parametrize("film", ["film.avi"], indirect=True)
def test_frames_before_the_fault_are_kept(film: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.avi"
    broken.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    read: list[Frame] = []
    with pytest.raises(ImageError, match=r"broken\.avi: damaged or cut short \(\d of 12 frames"):
        read.extend(open_frames(broken))
    assert 2 <= len(read) < COUNT


@pytest.mark.parametrize("film", ["film.mp4"], indirect=True)
def test_video_without_its_end(film: Path) -> None:
    """Where an MP4 says what is in it."""
    with pytest.raises(ImageError, match="bytes: not a picture"):
        open_frames(film.read_bytes()[:-400])


def test_too_many_pixels(film: Path) -> None:
    with pytest.raises(ImageError, match="64 x 48 pixels are more than max_pixels 3000 allows"):
        list(open_frames(film, max_pixels=3000))


@pytest.mark.parametrize("camera", [97, "97"])
def test_camera_that_is_not_there(camera: int | str) -> None:
    frames = open_frames(camera)
    assert frames.is_live
    with pytest.raises(ImageError, match="camera 97: there is none, or it is in use"):
        list(frames)
