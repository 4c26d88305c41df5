"""Timed arts as pictures, for the formats that contain pixels."""

from __future__ import annotations

import numpy as np

from asciiart.art.art import Art
from asciiart.art.formats.registry import RenderOptions, draw_art
from asciiart.io.pictures.arrays import Pixels
from asciiart.motion.recording.timed_art import Recording

_FONT_SIZE = 14.0
"""Default font size of a scalable monospaced font in pixels per em, for rows of 16 pixels."""


def draw_frame(art: Art, how: Recording) -> Pixels:
    """Return a picture (H, W) or (H, W, 3) of an art."""
    size = how.font_size
    if size is None and art.typeset is None and art.font.scalable:
        size = _FONT_SIZE
    return draw_art(art, RenderOptions(how.color, size))


def cut_like(picture: Pixels, to: Pixels) -> Pixels:
    """Return a picture cropped or extended to the size of another, which may differ by a row."""
    height, width = to.shape[:2]
    cut = picture[:height, :width]
    down, right = height - len(cut), width - cut.shape[1]
    return np.pad(cut, ((0, down), (0, right), (0, 0))[: cut.ndim], "edge") if down + right else cut
