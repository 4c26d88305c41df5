"""Emblems: letters in frames, black and white."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from asciiart.glyphs.font import Font
from asciiart.train.lab.data.drawn_letters import draw_letters

SIZE = 32
"""Side of an emblem in pixels."""
_CAPITAL, _BASELINE = 0.4, 0.7
"""Height of the letters and place of their baseline, as shares of the side."""
_FAR = SIZE - 2


def _circle(draw: ImageDraw.ImageDraw) -> None:
    draw.ellipse((1, 1, _FAR, _FAR), outline=1, width=2)


def _square(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((2, 2, _FAR - 1, _FAR - 1), outline=1, width=2)


def _diamond(draw: ImageDraw.ImageDraw) -> None:
    middle, edge = SIZE / 2 - 0.5, SIZE / 2 + 4.5
    corners = ((middle, middle - edge), (middle + edge, middle), (middle, middle + edge))
    draw.line([*corners, (middle - edge, middle), corners[0]], fill=1, width=2)


def _lines(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((3, 1, SIZE - 4, 3), fill=1)
    draw.rectangle((3, SIZE - 4, SIZE - 4, _FAR), fill=1)


def _pillars(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((1, 3, 3, SIZE - 4), fill=1)
    draw.rectangle((SIZE - 4, 3, _FAR, SIZE - 4), fill=1)


def _nothing(draw: ImageDraw.ImageDraw) -> None:
    """Leave the letter without a frame."""


FRAMES: tuple[Callable[[ImageDraw.ImageDraw], None], ...] = (
    _nothing,
    _circle,
    _square,
    _diamond,
    _lines,
    _pillars,
)
"""Frames that may be drawn around a letter."""


def draw_emblems(font: Font, characters: str) -> Tensor:
    """Return every letter in every frame, (letters * frames, N), 0 and 1, letter by letter."""
    inks = draw_letters(font, characters, SIZE, capital=_CAPITAL, baseline=_BASELINE)
    letters = (torch.from_numpy(inks).flatten(1) > 0.5).float()  # (letters, N)
    around = torch.stack([_drawn(frame) for frame in FRAMES])  # (frames, N)
    return torch.maximum(letters[:, None], around).flatten(0, 1)  # (letters, frames, N) -> (P, N)


def _drawn(frame: Callable[[ImageDraw.ImageDraw], None]) -> Tensor:
    canvas = Image.new("1", (SIZE, SIZE))
    frame(ImageDraw.Draw(canvas))
    return torch.from_numpy(np.asarray(canvas, np.float32)).flatten()  # (N,)
