"""Bounding boxes: overlap, regression targets, average precision.

Boxes are (..., 4): left, top, right, bottom in pixels; right and bottom are one past the last
pixel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

MAX_STRETCH = math.log(1000 / 16)  # largest t_w and t_h believed: no box grows beyond all numbers


class Detections(NamedTuple):
    """Detections in one picture, in order of decreasing score."""

    boxes: Tensor  # (N, 4)
    scores: Tensor  # (N,), probabilities
    labels: Tensor  # (N,), classes from 1


class Truth(NamedTuple):
    """The true objects in one picture."""

    boxes: Tensor  # (G, 4)
    labels: Tensor  # (G,), classes from 1; 0 for a place that is only filled up


def box_iou(boxes1: Tensor, boxes2: Tensor) -> Tensor:
    """Return the intersection over union of all pairs: (..., N, 4), (..., M, 4) -> (..., N, M)."""
    low = torch.maximum(boxes1[..., :, None, :2], boxes2[..., None, :, :2])  # (..., N, M, 2)
    high = torch.minimum(boxes1[..., :, None, 2:], boxes2[..., None, :, 2:])  # (..., N, M, 2)
    both = (high - low).clamp_min(0).prod(-1)  # (..., N, M)
    either = _area(boxes1)[..., :, None] + _area(boxes2)[..., None, :] - both  # (..., N, M)
    return both / either.clamp_min(1e-9)  # empty boxes overlap nothing


def encode_boxes(boxes: Tensor, anchors: Tensor) -> Tensor:
    """Return the shifts (t_x, t_y, t_w, t_h) from ``anchors`` to ``boxes``, both (..., 4).

    t_x = (G_x - P_x) / P_w, t_w = log(G_w / P_w), from the centers (Girshick et al. 2014,
    equations 6 to 9). Every box must have a width and a height.
    """
    center, size = _center_and_size(boxes)  # (..., 2) each
    anchor_center, anchor_size = _center_and_size(anchors)
    return torch.cat([(center - anchor_center) / anchor_size, (size / anchor_size).log()], -1)


def decode_boxes(shifts: Tensor, anchors: Tensor) -> Tensor:
    """Return the boxes obtained by applying ``shifts`` to ``anchors``, both (..., 4).

    Girshick et al. 2014, equations 1 to 4. It is the inverse of `encode_boxes` except where t_w or
    t_h exceeds `MAX_STRETCH`.
    """
    anchor_center, anchor_size = _center_and_size(anchors)  # (..., 2) each
    center = anchor_center + shifts[..., :2] * anchor_size
    size = anchor_size * shifts[..., 2:].clamp_max(MAX_STRETCH).exp()
    return torch.cat([center - size / 2, center + size / 2], -1)  # (..., 4)


def mean_average_precision(
    detections: Sequence[Detections], truths: Sequence[Truth], iou_threshold: float = 0.5
) -> float:
    """Return the mean over the classes of the area under the precision-recall curve, 0 to 1.

    It follows Pascal VOC since 2010 (Everingham et al. 2010): the detections of a class in all
    pictures are ranked by score; each is correct if the object of its class with which it overlaps
    most has an IoU of at least ``iou_threshold`` and was not detected before. The precision at a
    recall is the highest at that recall or a greater one, and the area is exact (all points).
    Classes without objects do not count.

    Raises
    ------
    ValueError
        If there are not as many truths as pictures, or no objects at all.
    """
    if len(detections) != len(truths):
        raise ValueError(f"{len(detections)} pictures' detections, but {len(truths)} truths")
    classes = sorted({int(label) for truth in truths for label in truth.labels if label > 0})
    if not classes:
        raise ValueError(f"no objects in {len(truths)} truths")
    areas = [_average_precision(detections, truths, c, iou_threshold) for c in classes]
    return sum(areas) / len(areas)


def _average_precision(
    detections: Sequence[Detections], truths: Sequence[Truth], label: int, iou_threshold: float
) -> float:
    hits: list[tuple[float, bool]] = []
    objects = 0
    for found, truth in zip(detections, truths, strict=True):
        wanted = truth.boxes[truth.labels == label]  # (G, 4)
        objects += len(wanted)
        own = found.labels == label
        order = found.scores[own].argsort(descending=True, stable=True)
        taken: set[int] = set()
        for box, score in zip(found.boxes[own][order], found.scores[own][order], strict=True):
            best, place = box_iou(box[None], wanted)[0].max(0) if len(wanted) else (0.0, -1)
            right = bool(best >= iou_threshold) and int(place) not in taken
            taken |= {int(place)} if right else set()
            hits.append((float(score), right))
    if not hits:
        return 0.0
    surest = torch.tensor([score for score, _ in hits]).argsort(descending=True, stable=True)
    rights = torch.tensor([right for _, right in hits])[surest]  # (N,)
    precision = rights.cumsum(0) / torch.arange(1, len(hits) + 1)  # (N,)
    envelope = precision.flip(0).cummax(0).values.flip(0)  # (N,)
    return float(envelope[rights].sum()) / objects


def _area(boxes: Tensor) -> Tensor:
    return (boxes[..., 2:] - boxes[..., :2]).prod(-1)  # (..., 4) -> (...)


def _center_and_size(boxes: Tensor) -> tuple[Tensor, Tensor]:
    return (boxes[..., :2] + boxes[..., 2:]) / 2, boxes[..., 2:] - boxes[..., :2]
