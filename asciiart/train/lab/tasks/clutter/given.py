"""Pictures of users, as ink of the size that a network knows."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from asciiart.io.pictures.image import load_image
from asciiart.train.lab.tasks.clutter.scenes import Scenes

_WHITE = 255


def ink_of(given: str, size: int) -> Tensor:
    """Return the picture in a file as ink (1, 1, size, size), 0 to 1.

    The picture is scaled until its longer side is ``size`` and put in the middle of a square. Ink
    is the difference from the median, so that the picture may be light on dark.

    Raises
    ------
    ImageError
        If the file is not a picture.
    """
    gray = Image.fromarray(load_image(given, target=(size, size)).on(_WHITE)).convert("L")
    share = size / max(gray.size)
    wide, high = (max(1, round(side * share)) for side in gray.size)
    gray = gray.resize((wide, high), Image.Resampling.LANCZOS)
    values = np.asarray(gray, np.float32)
    ink = np.abs(values - np.median(values))
    page = np.zeros((size, size), np.float32)
    top, left = (size - high) // 2, (size - wide) // 2
    page[top : top + high, left : left + wide] = ink / max(1.0, float(ink.max()))
    return torch.from_numpy(page)[None, None]


def as_scene(picture: Tensor) -> Scenes:
    """Return a picture (1, 1, S, S) as a scene of which no letter is known."""
    return Scenes(picture, torch.zeros(1, 1, 4), torch.zeros(1, 1, dtype=torch.long))
