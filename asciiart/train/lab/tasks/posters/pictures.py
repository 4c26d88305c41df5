"""Posters: colored letters of many sizes on a busy background, with their boxes."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from asciiart.glyphs.font import Font
from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Samples

SIZE = 128
"""Side of a poster in pixels."""
LETTERS = (3, 6)
"""Fewest and most letters."""
_HEIGHTS = (14.0, 70.0)
"""Lowest and highest capital in pixels."""
_CONTRAST = 0.35
"""Least distance of a letter's color from the paper's."""
_PLACES_TRIED = 40
_NOISE = 0.03
_STRIPED = 0.7
"""Share of letters that have stripes of a second color."""
_INK = 0.5
"""Ink above which a pixel belongs to a letter, for its box."""


class Posters(NamedTuple):
    """Posters with the boxes of their letters."""

    pictures: Tensor
    """Colors (B, 3, H, W), 0 to 1."""
    boxes: tuple[Tensor, ...]
    """For each poster the boxes (G, 4): left, top, right, bottom."""


def draw_posters(fonts: Sequence[Font], count: int, random: np.random.Generator) -> Posters:
    """Return ``count`` posters."""
    drawn = [_poster(fonts, random) for _ in range(count)]
    pictures = torch.from_numpy(np.stack([picture for picture, _ in drawn]))  # (B, H, W, 3)
    boxes = tuple(torch.tensor(boxes, dtype=torch.float32) for _, boxes in drawn)
    return Posters(pictures.permute(0, 3, 1, 2).contiguous(), boxes)


def _poster(
    fonts: Sequence[Font], random: np.random.Generator
) -> tuple[Samples, list[tuple[int, int, int, int]]]:
    page = _paper(random)
    boxes: list[tuple[int, int, int, int]] = []
    wanted = int(random.integers(LETTERS[0], LETTERS[1] + 1))
    while len(boxes) < wanted:
        ink = _letter(fonts, random)
        place = _free_place(ink, boxes, random)
        if place is not None:
            x, y = place
            height, width = ink.shape
            part = page[y : y + height, x : x + width]
            part += (_fill(ink.shape, part.mean((0, 1)), random) - part) * ink[..., None]
            boxes.append((x, y, x + width, y + height))
    page += random.normal(0, _NOISE, page.shape)
    return page.clip(0, 1).astype(np.float32), boxes


def _paper(random: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return a background (H, W, 3) of two to five patches, each between two colors."""
    coarse = random.uniform(0, 1, (2, 2, 3))
    page = _enlarged(coarse)
    for _ in range(int(random.integers(1, 5))):
        canvas = Image.new("L", (SIZE, SIZE))
        points = random.uniform(-20, SIZE + 20, (3, 2)).ravel().tolist()
        ImageDraw.Draw(canvas).polygon(points, 255)
        mask = np.asarray(canvas, np.float64)[..., None] / 255
        page += (_enlarged(random.uniform(0, 1, (2, 2, 3))) - page) * mask
    return page


def _enlarged(coarse: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return colors (2, 2, 3) spread over a poster (H, W, 3)."""
    pixels = Image.fromarray((coarse * 255).astype(np.uint8))
    return np.asarray(pixels.resize((SIZE, SIZE), Image.Resampling.BILINEAR), np.float64) / 255


def _letter(fonts: Sequence[Font], random: np.random.Generator) -> Ink:
    """Return the ink (h, w) of a letter, without margins."""
    font = fonts[int(random.integers(len(fonts)))]
    letter = string.ascii_uppercase[int(random.integers(26))]
    top, bottom = font.face().getbbox("H", anchor="ls")[1::2]
    low, high = _HEIGHTS
    height = low * (high / low) ** random.random()
    face = font.face(height / max(1.0, bottom - top) * font.size)
    canvas = Image.new("L", (2 * SIZE, 2 * SIZE))
    ImageDraw.Draw(canvas).text((SIZE, SIZE), letter, 255, face, anchor="mm")
    ink = np.asarray(canvas, np.float32) / np.float32(255)
    rows, columns = (np.flatnonzero((ink > _INK).any(axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _free_place(
    ink: Ink, boxes: Sequence[tuple[int, int, int, int]], random: np.random.Generator
) -> tuple[int, int] | None:
    """Return a corner where the ink touches no box, or None if none was found."""
    height, width = ink.shape
    if max(height, width) >= SIZE:
        return None
    for _ in range(_PLACES_TRIED):
        x, y = int(random.integers(SIZE - width)), int(random.integers(SIZE - height))
        if all(
            x + width < left or right < x or y + height < top or bottom < y
            for left, top, right, bottom in boxes
        ):
            return x, y
    return None


def _fill(
    shape: tuple[int, ...], paper: npt.NDArray[np.float64], random: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return colors (h, w, 3) that stand out from the paper's: one, or two in stripes."""
    first = random.uniform(0, 1, 3)
    while np.abs(first - paper).max() < _CONTRAST:
        first = random.uniform(0, 1, 3)
    colors = np.broadcast_to(first, (*shape, 3))
    if random.random() > _STRIPED:
        return colors
    second = random.uniform(0, 1, 3)
    while np.abs(second - paper).max() < _CONTRAST:
        second = random.uniform(0, 1, 3)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    turn, width = random.uniform(0, np.pi), random.uniform(2, 5)
    striped = np.sin((rows * np.sin(turn) + columns * np.cos(turn)) * np.pi / width) > 0
    return np.where(striped[..., None], colors, second)
