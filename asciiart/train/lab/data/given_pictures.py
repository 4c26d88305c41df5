"""Pictures from a user's files, as the networks of the lab know them."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from asciiart.io.pictures.image import load_image

_INKED = 0.4
"""Ink above which a pixel belongs to what is shown."""


def read_ink(path: str, height: int, width: int, *, filled: float) -> Tensor:
    """Return the ink (1, 1, height, width), 0 to 1, of the picture in a file.

    Ink is what differs from most of the picture: dark on light, or light on dark. A picture that is
    small enough is only padded. Of a larger one all that is inked is scaled so that it fills the
    share ``filled`` of the height or of the width, whichever it reaches first.

    Raises
    ------
    ImageError
        If the file is not a picture.
    """
    pixels = load_image(path).on(255)  # (H, W, 3)
    gray = np.asarray(Image.fromarray(pixels).convert("L"), np.float32) / 255  # (H, W)
    ink = np.abs(gray - np.median(gray))
    ink /= max(float(ink.max()), 1e-6)
    if ink.any() and (ink.shape[0] > height or ink.shape[1] > width):
        ink = _fit(ink, height * filled, width * filled)
    ink = ink[:height, :width]
    page = np.zeros((height, width), np.float32)
    top, left = (height - ink.shape[0]) // 2, (width - ink.shape[1]) // 2
    page[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return torch.from_numpy(page)[None, None]


def _fit(ink: np.ndarray, height: float, width: float) -> np.ndarray:
    """Return all that is inked, scaled to the height or the width."""
    rows, columns = (np.flatnonzero((ink > _INKED).any(axis)) for axis in (1, 0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = min(height / ink.shape[0], width / ink.shape[1])
    size = tuple(max(1, round(side * scale)) for side in ink.shape[::-1])
    return np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BOX), np.float32)
