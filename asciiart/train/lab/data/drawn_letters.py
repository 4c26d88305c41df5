"""Letters drawn with fonts, as tensors."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from asciiart.errors import FontError
from asciiart.glyphs.font import Font
from asciiart.glyphs.rasterize import Ink

LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits
"""The 62 classes of letters and digits."""


class Letters(NamedTuple):
    """Pictures of characters with their labels."""

    pictures: Tensor
    """Ink (G, 1, S, S), 0 to 1."""
    labels: Tensor
    """Indices (G,) in the string of characters."""
    fonts: Tensor
    """Indices (G,) in the sequence of fonts."""


def draw_letters(
    font: Font, characters: str, size: int, *, capital: float = 0.62, baseline: float = 0.78
) -> Ink:
    """Return the ink (G, size, size) of characters, 0 to 1, each centered in its picture.

    All characters of a font have the same scale and baseline, so that case can be told apart: a
    capital H has a share ``capital`` of the picture's height, and a share ``baseline`` of the
    height is above the baseline.
    """
    top, bottom = font.face().getbbox("H", anchor="ls")[1::2]
    face = font.face(capital * size / max(1.0, bottom - top) * font.size)
    inks = np.empty((len(characters), size, size), np.float32)
    for i, character in enumerate(characters):
        canvas = Image.new("L", (size, size))
        place = (size / 2, baseline * size)
        ImageDraw.Draw(canvas).text(place, character, fill=255, font=face, anchor="ms")
        inks[i] = np.asarray(canvas)
    inks /= 255
    return inks


def letters_of(fonts: Sequence[Font], characters: str, size: int) -> Letters:
    """Return each of ``characters`` in every font that has it.

    Raises
    ------
    FontError
        If no font has any of them.
    """
    pictures, labels, owners = [], [], []
    for number, font in enumerate(fonts):
        had = [i for i, character in enumerate(characters) if font.has(character)]
        pictures.append(draw_letters(font, "".join(characters[i] for i in had), size))
        labels += had
        owners += [number] * len(had)
    if not labels:
        raise FontError(f"{', '.join(font.name for font in fonts)}: no letters to learn from")
    return Letters(
        torch.from_numpy(np.concatenate(pictures))[:, None],
        torch.tensor(labels),
        torch.tensor(owners),
    )
