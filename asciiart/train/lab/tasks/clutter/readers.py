"""Baselines that read letters without a network: templates, and the nearest of known letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from asciiart.core.vision.boxes import Detections
from asciiart.core.vision.operators import nms
from asciiart.glyphs.rasterize import Ink
from asciiart.train.lab.tasks.clutter.rules import component_boxes
from asciiart.train.lab.tasks.clutter.scenes import LetterBank

_COMPARED = 200
"""Most detections of a picture that are compared with each other."""
_OVERLAP = 0.3
"""Largest intersection over union of two detections of a class."""
_SIDE = 14
"""Side in pixels to which letters are scaled to be compared with known ones."""
_SMALLEST, _LARGEST = 5, 26
"""Shortest and longest side in pixels of a component that may be a letter."""
_ROUNDS = 10
"""Rounds of k-means."""
_LEAST = 0.35
"""Lowest correlation with a template that counts."""
_AROUND = np.ones((5, 5), np.uint8)
"""Neighborhood in which a correlation must be the highest."""


class Template(NamedTuple):
    """The mean of some letters of a class."""

    ink: Ink
    """(h, w), 0 to 1."""
    label: int
    """Class from 1."""


def mean_letters(bank: LetterBank, groups: int) -> list[Template]:
    """Return the means of each class and size, in ``groups`` groups of alike letters.

    The letters are those of all fonts, cropped to their ink and scaled to their mean box. With one
    group a template is the mean letter; with more, k-means makes the groups.
    """
    templates = []
    for label in range(1, int(bank.labels.max()) + 1):
        for size in sorted(set(bank.sizes.tolist())):
            chosen = (bank.labels == label) & (bank.sizes == size)
            if not chosen.any():
                continue
            boxes = bank.boxes[chosen]  # (F, 4)
            wide, high = (boxes[:, 2:] - boxes[:, :2]).mean(0).round().int().tolist()
            crops = _crops(bank.tiles[chosen], boxes, (high, wide))  # (F, h, w)
            templates += [Template(mean.numpy(), label) for mean in _means(crops, groups)]
    return templates


def _crops(tiles: Tensor, boxes: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the parts of (N, T, T) in boxes (N, 4), scaled to ``size``: (N, h, w)."""
    corners = boxes.int().tolist()
    parts = [
        functional.interpolate(tile[None, None, top:bottom, left:right], size, mode="area")
        for tile, (left, top, right, bottom) in zip(tiles, corners, strict=True)
    ]
    return torch.cat(parts)[:, 0]


def _means(pictures: Tensor, groups: int) -> Tensor:
    """Return the means (groups or fewer, h, w) of the groups that k-means finds in (N, h, w)."""
    flat = pictures.flatten(1)  # (N, P)
    order = flat.sum(1).argsort()  # the first groups: from light letters to bold ones
    middles = torch.stack([part.mean(0) for part in flat[order].tensor_split(groups) if len(part)])
    for _ in range(_ROUNDS if groups > 1 else 0):
        nearest = torch.cdist(flat, middles).argmin(1)  # (N,)
        middles = torch.stack([flat[nearest == i].mean(0) for i in set(nearest.tolist())])
    return middles.view(-1, *pictures.shape[1:])


def match_templates(picture: Tensor, templates: Sequence[Template]) -> Detections:
    """Return where templates correlate best with a picture (1, S, S), not below 0.

    The score is the normalized cross-correlation; every template has its local maxima tried, and
    of those of a class that overlap the best is kept.
    """
    ink = picture[0].numpy()
    boxes, scores, labels = [], [], []
    for template in templates:
        high, wide = template.ink.shape
        likeness = cv2.matchTemplate(ink, template.ink, cv2.TM_CCOEFF_NORMED)
        peaks = (likeness >= cv2.dilate(likeness, _AROUND)) & (likeness > _LEAST)
        for y, x in np.argwhere(peaks).tolist():
            boxes.append((x, y, x + wide, y + high))
            scores.append(float(likeness[y, x]))
            labels.append(template.label)
    found = Detections(
        torch.tensor(boxes, dtype=torch.float32).view(-1, 4),
        torch.tensor(scores),
        torch.tensor(labels, dtype=torch.long),
    )
    return _best(found, picture.shape[2])


class NearestLetters:
    """Reads connected components of ink as the nearest letter of known fonts."""

    def __init__(self, bank: LetterBank) -> None:
        largest = bank.sizes == bank.sizes.max()
        self._known = _crops(bank.tiles[largest], bank.boxes[largest], (_SIDE, _SIDE)).flatten(1)
        self._shapes = _shapes(bank.boxes[largest])  # (N, 1)
        self._labels = bank.labels[largest]

    def __call__(self, picture: Tensor) -> Detections:
        """Return the components of a picture (1, S, S), scored 1 / (1 + distance)."""
        boxes = component_boxes(picture)  # (N, 4)
        sides = boxes[:, 2:] - boxes[:, :2]
        boxes = boxes[(sides.amax(1) >= 2 * _SMALLEST) & (sides.amax(1) <= _LARGEST)]
        if not len(boxes):
            return Detections(boxes, torch.zeros(0), torch.zeros(0, dtype=torch.long))
        ink = picture.expand(len(boxes), -1, -1)  # (N, S, S)
        crops = _crops(ink, boxes, (_SIDE, _SIDE)).flatten(1)  # (N, P)
        crops = crops / crops.amax(1, keepdim=True)
        apart = torch.cdist(crops, self._known) + 4 * torch.cdist(
            _shapes(boxes), self._shapes
        )  # (N, M)
        near, place = apart.min(1)
        return _best(Detections(boxes, 1 / (1 + near), self._labels[place]), picture.shape[2])


def _shapes(boxes: Tensor) -> Tensor:
    """Return the logarithm of width / height of boxes (N, 4), (N, 1)."""
    sides = boxes[:, 2:] - boxes[:, :2]
    return (sides[:, :1] / sides[:, 1:]).log()


def _best(found: Detections, size: int) -> Detections:
    """Return detections in order of their scores, without those that overlap a better one."""
    order = found.scores.argsort(descending=True, stable=True)[:_COMPARED]
    found = Detections(*(values[order] for values in found))
    apart = found.boxes + (found.labels * 2 * size)[:, None]  # no two classes overlap
    kept = nms(apart, found.scores, _OVERLAP)
    return Detections(*(values[kept] for values in found))
