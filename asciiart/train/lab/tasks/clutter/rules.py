"""Baselines that locate letters by rules, without learning."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

_INK = 0.3
"""Threshold above which a pixel counts as ink."""
_LETTER = 15
"""Approximate side of a letter in pixels."""


def darkest_blob(pictures: Tensor) -> Tensor:
    """Return the center (B, 2), x and y, of the letter-sized square with the most ink."""
    ink = functional.avg_pool2d(pictures[:, 0], _LETTER, stride=1)  # (B, S - 14, S - 14)
    place = ink.flatten(1).argmax(1)  # (B,)
    corner = torch.stack([place % ink.shape[2], place // ink.shape[2]], 1)  # (B, 2)
    return corner + _LETTER / 2


def component_boxes(picture: Tensor) -> Tensor:
    """Return the box around each connected component of ink (N, 4), the largest component first.

    Each pixel of ink takes the highest label among its eight neighbors until nothing changes; then
    each component has one label. ``picture`` is (1, S, S).
    """
    ink = picture > _INK  # (1, S, S)
    numbers = torch.arange(1, ink.numel() + 1.0).view(ink.shape) * ink
    while True:
        grown = functional.max_pool2d(numbers, 3, 1, 1) * ink
        if torch.equal(grown, numbers):
            break
        numbers = grown
    found, sizes = torch.unique(numbers[ink], return_counts=True)  # (N,) each
    pieces = numbers == found[sizes.argsort(descending=True, stable=True), None, None]  # (N, S, S)
    columns, rows = pieces.any(1).int(), pieces.any(2).int()  # (N, S) each
    left, top = columns.argmax(1), rows.argmax(1)  # of equal values, argmax is the first
    right = columns.shape[1] - columns.flip(1).argmax(1)
    bottom = rows.shape[1] - rows.flip(1).argmax(1)
    return torch.stack([left, top, right, bottom], 1).float()


def largest_component(pictures: Tensor) -> Tensor:
    """Return the center (B, 2), x and y, of each picture's largest connected component of ink."""
    boxes = torch.stack([component_boxes(picture)[0] for picture in pictures])  # (B, 4)
    return (boxes[:, :2] + boxes[:, 2:]) / 2
