"""The picture that a user gives to a network, as ink."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from asciiart.io.pictures.image import load_image

LARGEST = 512
"""Longest side of a picture in pixels; larger ones are made smaller."""
_PAPER = 255
_LEAST_INK = 0.2
"""Share of the picture's range above which a pixel belongs to the figure."""


def load_ink(path: str) -> Tensor:
    """Return the ink (1, 1, H, W), 0 to 1, of the picture in a file: what differs from its edge.

    Raises
    ------
    ImageError
        If it cannot be read.
    """
    picture = Image.fromarray(load_image(path).on(_PAPER)).convert("L")
    picture.thumbnail((LARGEST, LARGEST))
    gray = np.asarray(picture, np.float32) / np.float32(_PAPER)  # (H, W)
    edge = np.concatenate((gray[0], gray[-1], gray[:, 0], gray[:, -1]))
    ink = 1 - gray if np.median(edge) > 0.5 else gray
    return torch.from_numpy(np.ascontiguousarray(ink))[None, None]


def load_glyph(path: str, size: int, *, height: float = 0.62, baseline: float = 0.78) -> Tensor:
    """Return the figure in a picture as ink (1, 1, size, size), 0 to 1, where a capital would be.

    It stands in the middle on the baseline and has the height of a capital, both of them shares of
    the size, as `drawn_letters.draw_letters` places letters; a wide one is made to fit.

    Raises
    ------
    ImageError
        If it cannot be read.
    """
    ink = load_ink(path)[0, 0].numpy()  # (H, W)
    inked = np.argwhere(ink > _LEAST_INK)
    canvas = Image.new("L", (size, size))
    if len(inked):
        (top, left), (bottom, right) = inked.min(0), inked.max(0) + 1
        figure = Image.fromarray((ink[top:bottom, left:right] * _PAPER).astype(np.uint8))
        scale = min(height * size / figure.height, size / figure.width)
        fitted = (max(1, round(figure.width * scale)), max(1, round(figure.height * scale)))
        way = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
        place = ((size - fitted[0]) // 2, round(baseline * size) - fitted[1])
        canvas.paste(figure.resize(fitted, way), place)
    values = np.asarray(canvas, np.float32) / np.float32(_PAPER)  # (S, S)
    return torch.from_numpy(values)[None, None]
