"""Tests of webcam, with a camera that is not there and one that is played."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from asciiart.errors import ImageError
from asciiart.io.pictures.arrays import Pixels
from asciiart.motion.decoding.opening import open_frames
from asciiart.motion.frames import Frame


@pytest.mark.parametrize("camera", [97, "97"])
def test_camera_that_is_not_there(camera: int | str, capfd: pytest.CaptureFixture[str]) -> None:
    frames = open_frames(camera)
    assert frames.is_live
    with pytest.raises(ImageError, match="camera 97: there is none, or it is in use"):
        list(frames)
    assert capfd.readouterr().err == ""


class Capture:
    """A camera of two pictures of 40 x 60, blue."""

    def __init__(self, number: int) -> None:
        self.number, self.left = number, 2
        self.is_released = False

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return True

    def get(self, property: int) -> float:
        return {
            cv2.CAP_PROP_FRAME_HEIGHT: 40.0,
            cv2.CAP_PROP_FRAME_WIDTH: 60.0,
            cv2.CAP_PROP_FPS: 20.0,
        }[property]

    def read(self) -> tuple[bool, Pixels | None]:
        self.left -= 1
        if self.left < 0:
            return False, None
        return True, np.full((40, 60, 3), (250, 0, 10), np.uint8)

    def release(self) -> None:
        self.is_released = True


@pytest.mark.parametrize(
    ("wanted", "shape"), [(None, (40, 60, 3)), ((25, 30), (26, 39, 3)), ((10, 15), (10, 15, 3))]
)
def test_frames_are_rgb_and_as_small_as_is_wanted(
    monkeypatch: pytest.MonkeyPatch, wanted: tuple[int, int] | None, shape: tuple[int, ...]
) -> None:
    captures: list[Capture] = []

    def opened(number: int) -> Capture:
        captures.append(Capture(number))
        return captures[-1]

    monkeypatch.setattr(cv2, "VideoCapture", opened)
    frames = open_frames("3")
    read: list[Frame] = []
    with pytest.raises(ImageError, match="camera 3: gives no more pictures"):
        read.extend(frames.read(lambda: wanted))
    assert [frame.pixels.shape for frame in read] == [shape] * 2
    assert read[0].pixels[0, 0].tolist() == [10, 0, 250]
    assert read[0].seconds == 0.05
    assert [(capture.number, capture.is_released) for capture in captures] == [(3, True)]


def test_a_camera_of_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", Capture)
    with pytest.raises(ImageError, match="max_pixels"):
        list(open_frames(0, max_pixels=100))
