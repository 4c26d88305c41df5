"""The picture of a character that a user gives, as the captioners know it."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from asciiart.io.pictures.image import load_image
from asciiart.train.lab.tasks.names.glyph_names import SIZE

_LARGEST = 0.62
"""Side of a large character as a share of the picture's."""
_INKED = 0.3
"""Ink above which a pixel belongs to the character."""


def given_glyph(path: str) -> Tensor:
    """Return the character in a picture's file as bytes of ink (1, 1, S, S), in the middle.

    Ink is what differs from most of the picture. A picture of the right size is taken as it is.

    Raises
    ------
    ImageError
        If the file is not a picture.
    """
    picture = Image.fromarray(load_image(path).on(255)).convert("L")
    gray = np.asarray(picture, np.float32)
    ink = np.abs(gray - np.median(gray))
    ink *= 255 / max(1.0, float(ink.max()))
    if ink.shape != (SIZE, SIZE):
        ink = _placed(ink)
    return torch.from_numpy(np.rint(ink).astype(np.uint8))[None, None]


def _placed(ink: np.ndarray) -> np.ndarray:
    """Return all that is inked, scaled and in the middle of a picture."""
    inked = ink > _INKED * 255
    rows, columns = (np.flatnonzero(inked.any(axis)) for axis in (1, 0))
    page = Image.new("F", (SIZE, SIZE))
    if len(rows):
        part = Image.fromarray(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
        scale = _LARGEST * SIZE / max(part.size)
        wide, high = (max(1, round(side * scale)) for side in part.size)
        way = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
        page.paste(part.resize((wide, high), way), ((SIZE - wide) // 2, (SIZE - high) // 2))
    return np.asarray(page)
