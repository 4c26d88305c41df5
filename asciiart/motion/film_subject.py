"""Moving pictures, stage 2: one subject for a film, so that all its frames are cropped alike."""

from __future__ import annotations

import time
from contextlib import suppress
from itertools import islice

import numpy as np

from asciiart.errors import ImageError
from asciiart.io.pictures.arrays import Pixels
from asciiart.io.pictures.image import Picture
from asciiart.motion.frames import Frames
from asciiart.page.subject import WELL_SEEN, CropBox, KnownSubject, box_around, find_subject

_LEAST_CLEAR = 0.5
"""Least share of the frames looked at whose subject is clear, if that of the film is."""
_MOST_FRAMES = 2000
"""Maximum number of frames that are read before the first is drawn."""


class FilmSubject:
    """Where the subject is in the frames looked at so far."""

    def __init__(self) -> None:
        self._boxes: list[CropBox] = []
        self._frames = 0

    def look(self, pixels: Pixels) -> None:
        """Look for the subject in a frame (H, W, 3|4)."""
        alpha = np.ascontiguousarray(pixels[..., 3]) if pixels.shape[2] == 4 else None
        rgb = np.ascontiguousarray(pixels[..., :3])
        opacity = find_subject(Picture(rgb, alpha, "frame"))
        self._frames += 1
        if opacity is not None:
            self._boxes.append(box_around(opacity))

    def known(self, pixels: Pixels) -> KnownSubject:
        """Return what is known; if no frame has been looked at, that of this one (H, W, 3|4)."""
        if not self._frames:
            self.look(pixels)
        if not self._boxes or len(self._boxes) < _LEAST_CLEAR * self._frames:
            return KnownSubject(None)
        box = self._boxes[0]
        for other in self._boxes[1:]:
            box = box.united(other)
        return KnownSubject(box)


def find_film_subject(
    frames: Frames, *, max_frames: int | None = None, seconds: float | None = None
) -> FilmSubject:
    """Return the subject of a film, which is read once, as far as frames and time allow.

    The frames looked at lie farther and farther apart. Nothing is read of a still picture, nor of
    frames that can be read only once: there the first one that is drawn decides.
    """
    found = FilmSubject()
    if frames.is_still or frames.is_read_once:
        return found
    over = None if seconds is None else time.monotonic() + seconds
    most = _MOST_FRAMES if max_frames is None else min(max_frames, _MOST_FRAMES)
    with suppress(ImageError):  # drawing will meet it, too
        for i, frame in enumerate(islice(frames.read(lambda: (WELL_SEEN, WELL_SEEN)), most)):
            if int(i**0.5) ** 2 == i:
                found.look(frame.pixels)
            if over is not None and time.monotonic() > over:
                break
    return found
