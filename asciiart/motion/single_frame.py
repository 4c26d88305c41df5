"""Moving pictures, stage 1: one frame of a film, by its number or its time."""

from __future__ import annotations

import re
from typing import NamedTuple

from asciiart.errors import ImageError, OptionError
from asciiart.io.pictures.arrays import Pixels
from asciiart.io.pictures.sources import Source
from asciiart.motion.decoding.opening import open_frames

_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)s", re.ASCII)
"""Hours, minutes and seconds, or seconds."""
_ROUNDING = 1e-6
"""Seconds by which the sum of the frames' times may differ from the end of the last."""


class FrameChoice(NamedTuple):
    """Which frame of a film is meant; one of both is None."""

    number: int | None
    """Its number, from 1 on."""
    seconds: float | None
    """The time at which it is shown."""


FIRST = FrameChoice(1, None)


def parse_frame(text: str) -> FrameChoice:
    """Return the frame that a number, such as 12, or a time, such as 2.5s or 1:30, names.

    Raises
    ------
    OptionError
        If it is neither.
    """
    if text.isascii() and text.isdecimal() and int(text) > 0:
        return FrameChoice(int(text), None)
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        raise OptionError(
            f"frame must be a number from 1 on, or a time such as 2.5s or 1:30, not {text!r}",
            "frame",
        )
    hours, minutes, seconds, alone = (float(part or 0) for part in clock.groups())
    return FrameChoice(None, 3600 * hours + 60 * minutes + seconds + alone)


def take_frame(
    source: Source, which: FrameChoice, *, max_pixels: int | None = None, strict: bool = False
) -> Pixels:
    """Return one frame of a film, (H, W, 3) or (H, W, 4).

    Raises
    ------
    ImageError
        If the film cannot be read, or is over before that frame.
    """
    frames = open_frames(source, max_pixels=max_pixels, strict=strict)
    count, ended = 0, 0.0
    for frame in frames:
        count, ended = count + 1, ended + frame.seconds
        shows = which.seconds is not None and ended > which.seconds + _ROUNDING
        if count == which.number or shows:
            return frame.pixels
    raise ImageError(f"{frames.name}: only {count} frames long, or {ended:.2f} seconds")
