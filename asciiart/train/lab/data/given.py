"""A user's picture as ink of the size that a network knows; ink is what differs from the edge."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from asciiart.io.pictures.image import load_image

LARGEST = 512
"""Longest side in pixels of what is read; larger pictures are made smaller."""
_PAPER = 255
_INKED = 0.3
"""Ink above which a pixel belongs to the figure."""


def load_page(path: str, size: int) -> Tensor:
    """Return the whole picture in a file as ink (1, 1, size, size), 0 to 1.

    It is scaled until its longer side is ``size``, and stands in the middle.

    Raises
    ------
    ImageError
        If the file is not a picture.
    """
    ink = _load_ink(path)  # (H, W)
    scaled = _scaled(ink, size / max(ink.shape))
    return _on_paper(scaled, (size, size), _middle(scaled, (size, size)))


def load_figure(path: str, height: int, width: int, *, filled: float) -> Tensor:
    """Return the figure in a picture as ink (1, 1, height, width), 0 to 1, in the middle.

    It is scaled so that it fills the share ``filled`` of the height or of the width, whichever it
    reaches first. A picture of exactly that size is taken as it is.

    Raises
    ------
    ImageError
        If the file is not a picture.
    """
    ink = _load_ink(path)  # (H, W)
    if ink.shape == (height, width):
        return torch.from_numpy(ink)[None, None]
    figure = _figure(ink)
    scale = filled * min(height / figure.shape[0], width / figure.shape[1])
    figure = _scaled(figure, scale)
    return _on_paper(figure, (height, width), _middle(figure, (height, width)))


def load_glyph(path: str, size: int, *, height: float = 0.62, baseline: float = 0.78) -> Tensor:
    """Return the figure in a picture as ink (1, 1, size, size), 0 to 1, where a capital would be.

    It stands in the middle on the baseline and has the height of a capital, both of them shares of
    the size, as `drawn_letters.draw_letters` places letters; a wide one is made to fit.

    Raises
    ------
    ImageError
        If the file is not a picture.
    """
    figure = _figure(_load_ink(path))
    figure = _scaled(figure, min(height * size / figure.shape[0], size / figure.shape[1]))
    top = round(baseline * size) - figure.shape[0]
    return _on_paper(figure, (size, size), (top, (size - figure.shape[1]) // 2))


def _load_ink(path: str) -> np.ndarray:
    """Return the ink (H, W), 0 to 1, the darkest or lightest of which is 1."""
    picture = Image.fromarray(load_image(path, target=(LARGEST, LARGEST)).on(_PAPER)).convert("L")
    picture.thumbnail((LARGEST, LARGEST))
    gray = np.asarray(picture, np.float32)  # (H, W)
    edge = np.concatenate((gray[0], gray[-1], gray[:, 0], gray[:, -1]))
    ink: np.ndarray = np.abs(gray - np.median(edge))
    return ink / max(1.0, float(ink.max()))


def _figure(ink: np.ndarray) -> np.ndarray:
    """Return the part of a picture that is inked; a blank picture stays whole."""
    rows, columns = (np.flatnonzero((ink > _INKED).any(axis)) for axis in (1, 0))
    if not len(rows):
        return ink
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _scaled(ink: np.ndarray, scale: float) -> np.ndarray:
    way = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    return np.asarray(Image.fromarray(ink).resize((width, height), way))


def _middle(ink: np.ndarray, size: tuple[int, int]) -> tuple[int, int]:
    return (size[0] - ink.shape[0]) // 2, (size[1] - ink.shape[1]) // 2


def _on_paper(ink: np.ndarray, size: tuple[int, int], corner: tuple[int, int]) -> Tensor:
    """Return ink whose top left corner is at ``corner`` of a blank picture, (1, 1, *size)."""
    page = np.zeros(size, np.float32)
    top, left = corner
    page[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return torch.from_numpy(page)[None, None]
