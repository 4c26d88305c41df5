"""Moving pictures, stage 1: videos and webcams, which OpenCV reads."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeGuard

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.errors import ImageError
from asciiart.frames import DEFAULT_RATE, Frame

Pixels = NDArray[np.uint8]

_RATES = (0.1, 240.0)
"""Frames per second that a file is believed."""
_LONGEST = 10.0
"""Seconds between two frames, likewise."""
_WHOLE = 0.9
"""A file that gives a smaller share of the frames that it announces is damaged."""


def is_camera(source: object) -> TypeGuard[str | int]:
    """Tell whether a source is the number of a webcam; a file called so is ``./0``."""
    if isinstance(source, str):
        return source.isdecimal() and source.isascii()
    return isinstance(source, int)


def is_video(source: Path | bytes) -> bool:
    """Tell whether OpenCV opens a file, or its bytes."""
    if not _length(source):
        return False
    with _opened(source) as capture:
        return bool(capture.isOpened())


def _length(source: Path | bytes) -> int:
    return len(source) if isinstance(source, bytes) else source.stat().st_size


class VideoFrames:
    """A video, which is decoded while it is iterated, or a webcam."""

    plays = 1
    is_still = False
    rate: float | None = None
    count: int | None = None
    """What the file announces, known when the first frame is read."""
    target: tuple[int, int] | None = None

    def __init__(self, source: Path | bytes | str | int, name: str, max_pixels: int) -> None:
        """Take a video or its bytes, or the number of a webcam."""
        self.name, self._max_pixels = name, max_pixels
        self.is_live = isinstance(source, str | int)
        self._source = int(source) if isinstance(source, str) else source

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames."""
        with _opened(self._source) as capture:
            self._check(capture)
            rate = capture.get(cv2.CAP_PROP_FPS)
            self.rate = rate if _RATES[0] <= rate <= _RATES[1] else DEFAULT_RATE
            usual = 1 / self.rate
            announced = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
            self.count = announced if announced > 0 and not self.is_live else None
            yield from self._live(capture, usual) if self.is_live else self._timed(capture, usual)

    def _check(self, capture: cv2.VideoCapture) -> None:
        if not capture.isOpened():
            reason = "there is none, or it is in use" if self.is_live else "cannot be read"
            raise ImageError(f"{self.name}: {reason}")
        height = int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        width = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH))
        if height * width > self._max_pixels:
            raise ImageError(
                f"{self.name}: {width} x {height} pixels are more than "
                f"max_pixels {self._max_pixels} allows",
                "max_pixels",
            )

    def _live(self, capture: cv2.VideoCapture, usual: float) -> Iterator[Frame]:
        while (pixels := self._read(capture)) is not None:
            yield Frame(pixels, usual)
        raise ImageError(f"{self.name}: gives no more pictures")

    def _timed(self, capture: cv2.VideoCapture, usual: float) -> Iterator[Frame]:
        """Yield each frame when the next one says how long it is shown."""
        count, before, began = 0, None, 0.0
        while (pixels := self._read(capture)) is not None:
            ends = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if before is not None:
                yield Frame(before, ends - began if 0 < ends - began <= _LONGEST else usual)
            count, before, began = count + 1, pixels, ends
        if before is not None:
            yield Frame(before, usual)
        announced = self.count or 1
        if count + 1 < _WHOLE * announced or not count:
            raise ImageError(
                f"{self.name}: damaged or cut short ({count} of {announced} frames are whole)"
            )

    def _read(self, capture: cv2.VideoCapture) -> Pixels | None:
        """Return the next frame (H, W, 3), RGB, no larger than the target asks for."""
        there, bgr = capture.read()
        if not there:
            return None
        if self.target is not None:
            height, width = bgr.shape[:2]
            scale = max(self.target[0] / height, self.target[1] / width)
            if scale < 1:
                size = _smaller(height, width, scale)
                how = cv2.INTER_LINEAR if scale > 0.5 else cv2.INTER_AREA  # the one is far faster
                bgr = cv2.resize(bgr, size, interpolation=how)
        return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


def _smaller(height: int, width: int, scale: float) -> tuple[int, int]:
    """Return a width and height, hardly smaller than ``scale`` says, in the same proportions.

    Or else an art of it could have a row more or less than one of the first frame.
    """
    least = math.ceil(width * scale)
    sizes = [(w, math.ceil(w * height / width)) for w in range(least, min(least + 32, width) + 1)]
    return min(sizes, key=lambda size: size[1] / size[0] - height / width)


@contextmanager
def _opened(source: Path | bytes | int) -> Iterator[cv2.VideoCapture]:
    """Give a capture, opened or not.

    FFmpeg is named, and a path whole, since OpenCV takes other names for patterns of files or for
    addresses.
    """
    with tempfile.NamedTemporaryFile(prefix="asciiart-") as file:
        if isinstance(source, int):
            capture = cv2.VideoCapture(source)
        else:
            path = str(source.resolve()) if isinstance(source, Path) else file.name
            if isinstance(source, bytes):
                file.write(source)
                file.flush()
            capture = cv2.VideoCapture(path, cv2.CAP_FFMPEG)
        try:
            yield capture
        finally:
            capture.release()
