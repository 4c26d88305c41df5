"""Moving pictures, stage 1: webcams, which OpenCV opens by number on every system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np

from asciiart.errors import ImageError
from asciiart.io.pictures.arrays import Pixels
from asciiart.io.pictures.pillow_files import check_size
from asciiart.motion.frames import (
    DEFAULT_RATE,
    Frame,
    PixelSize,
    WantedSize,
    full_size,
    reduced_size,
)

_RATES = (0.1, 240.0)
"""Range of plausible frame rates."""
_SILENT = 0
"""OpenCV's log level that suppresses all messages."""


class CameraFrames:
    """The frames of a webcam, which never end."""

    plays = 1
    is_still = False
    is_live = True
    is_read_once = True
    count: int | None = None

    def __init__(self, number: str | int, name: str, max_pixels: int) -> None:
        """Take the number of a webcam."""
        self.name, self._number, self._max_pixels = name, int(number), max_pixels

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames in full size."""
        return self.read()

    def read(self, wanted_size: WantedSize = full_size) -> Iterator[Frame]:
        """Yield the frames, which may be smaller than filmed, but no smaller than wanted."""
        with _opened(self._number) as capture:
            if not capture.isOpened():
                raise ImageError(f"{self.name}: there is none, or it is in use")
            height = int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
            width = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH))
            check_size(height, width, self.name, self._max_pixels)
            rate = capture.get(cv2.CAP_PROP_FPS)
            seconds = 1 / (rate if _RATES[0] <= rate <= _RATES[1] else DEFAULT_RATE)
            while (pixels := _grab(capture, wanted_size())) is not None:
                yield Frame(pixels, seconds)
        raise ImageError(f"{self.name}: gives no more pictures")


def _grab(capture: cv2.VideoCapture, wanted: PixelSize | None) -> Pixels | None:
    """Return the next frame (H, W, 3), RGB, no larger than wanted; None if there is none."""
    there, bgr = capture.read()
    if not there:
        return None
    height, width = bgr.shape[:2]
    size = reduced_size(height, width, wanted)
    if size != (height, width):
        above_half = size[0] > height / 2
        how = cv2.INTER_LINEAR if above_half else cv2.INTER_AREA  # the former is far faster
        bgr = cv2.resize(bgr, size[::-1], interpolation=how)
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


@contextmanager
def _opened(number: int) -> Iterator[cv2.VideoCapture]:
    logging: Any = cv2 if hasattr(cv2, "setLogLevel") else cv2.utils.logging  # before OpenCV 5
    level = logging.getLogLevel()
    logging.setLogLevel(_SILENT)  # otherwise it reports a missing camera itself
    try:
        capture = cv2.VideoCapture(number)
    finally:
        logging.setLogLevel(level)
    try:
        yield capture
    finally:
        capture.release()
