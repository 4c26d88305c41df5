"""Moving pictures, stage 2: one range of gray levels for a film, so that a fade stays a fade."""

from __future__ import annotations

import time
from contextlib import suppress
from itertools import islice

import cv2
import numpy as np

from asciiart.errors import ImageError
from asciiart.io.pictures.arrays import Pixels
from asciiart.io.pictures.image import Picture
from asciiart.motion.frames import Frames
from asciiart.options import Background
from asciiart.page.cell_colors import on_page
from asciiart.page.levels import LevelRange, Levels, measure_levels

_LOOKED_AT = (72, 128)
"""Height and width in pixels at which a frame's levels are measured."""
_WIDENING, _NARROWING = 0.1, 0.004
"""Fractions by which a webcam's levels approach those of a new frame: time constants of roughly a
second to widen, and of half a minute to narrow."""


class FilmLevels:
    """The range of levels of the frames seen so far.

    The range of a film only widens. That of a webcam follows the light, but slowly, so that the
    brightness does not pump.
    """

    def __init__(self, background: Background, *, follows: bool = False) -> None:
        """Take the background behind transparent frames; ``follows`` is for a webcam."""
        self._background, self._follows = background, follows
        self._levels: Levels | None = None

    def see(self, pixels: Pixels) -> Levels:
        """Return the levels for drawing a frame (H, W, 3|4), which may change them."""
        seen = measure_levels(_small_gray(pixels, self._background))
        if self._levels is None:
            self._levels = seen
        else:
            self._levels = self._with(self._levels, seen)
        return self._levels

    def _with(self, levels: Levels, seen: Levels) -> Levels:
        pairs = zip(_ranges(levels), _ranges(seen), strict=True)
        if self._follows:
            return Levels(*(_followed(old, new) for old, new in pairs))
        return Levels(
            *(LevelRange(min(old.low, new.low), max(old.high, new.high)) for old, new in pairs)
        )


def _ranges(levels: Levels) -> tuple[LevelRange, ...]:
    return levels.tone, levels.structure, levels.all


def _followed(old: LevelRange, new: LevelRange) -> LevelRange:
    low = _WIDENING if new.low < old.low else _NARROWING
    high = _WIDENING if new.high > old.high else _NARROWING
    return LevelRange(old.low + low * (new.low - old.low), old.high + high * (new.high - old.high))


def _small_gray(pixels: Pixels, background: Background) -> Pixels:
    height, width = pixels.shape[:2]
    scale = min(1.0, max(_LOOKED_AT[0] / height, _LOOKED_AT[1] / width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    alpha = np.asarray(small[..., 3], np.uint8) if small.shape[2] == 4 else None
    colors = np.ascontiguousarray(small[..., :3], np.uint8)
    rgb = on_page(Picture(colors, alpha, "frame"), background)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)


def measure_film(
    frames: Frames,
    background: Background,
    *,
    max_frames: int | None = None,
    seconds: float | None = None,
) -> FilmLevels | None:
    """Return the levels of a film, which is read once, as far as frames and time allow.

    Frames that can be read only once, such as a webcam's, are measured while they are drawn. None
    is returned for a still picture, which keeps levels of its own.
    """
    if frames.is_still:
        return None
    found = FilmLevels(background, follows=frames.is_live)
    if frames.is_read_once:
        return found
    over = None if seconds is None else time.monotonic() + seconds
    with suppress(ImageError):  # drawing will meet it, too
        for frame in islice(frames.read(lambda: _LOOKED_AT), max_frames):
            found.see(frame.pixels)
            if over is not None and time.monotonic() > over:
                break
    return found
