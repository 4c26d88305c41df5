"""Object detection with R-CNN: the class and the bounding box of every object.

In a batch all pictures have equally many boxes (see `boxes.py`); truths are padded with boxes of
label 0, the background.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.layers import ConvBlock
from asciiart.core.learning.initializers import initialize
from asciiart.core.vision.boxes import (
    Detections,
    Truth,
    box_iou,
    decode_boxes,
    encode_boxes,
    non_maximum_suppression,
)
from asciiart.core.vision.proposals import propose_regions


class RegionScores(NamedTuple):
    """The network's output for each region."""

    logits: Tensor  # (B, R, K + 1); class 0 is the background
    shifts: Tensor  # (B, R, K, 4): t_x, t_y, t_w, t_h for each class from 1


class RegionTargets(NamedTuple):
    """The training targets of each region."""

    labels: Tensor  # (B, R): class, 0 for background, -1 for neither (not learned)
    shifts: Tensor  # (B, R, 4): from the region to its object; 0 where there is none


def warp_regions(maps: Tensor, boxes: Tensor, size: int, scale: float = 1.0) -> Tensor:
    """Return the contents of each box, resampled to ``size`` x ``size`` positions.

    Each position is the bilinear value at its center (RoIAlign with one sample, He et al. 2017), so
    nothing is rounded to whole pixels and the gradient reaches the maps.

    Parameters
    ----------
    maps
        Pictures or feature maps (B, C, h, w).
    boxes
        (B, R, 4) in pixels of the picture.
    size
        Positions along each side, s.
    scale
        Side of the maps divided by that of the picture, e.g. 0.5 at stride 2.

    Returns
    -------
    Tensor
        (B, R, C, s, s); outside the maps, the nearest value.
    """
    batch, regions = boxes.shape[:2]
    steps = (torch.arange(size, device=maps.device) + 0.5) / size  # (s,), centers of the places
    low, high = boxes[..., None, :2] * scale, boxes[..., None, 2:] * scale  # (B, R, 1, 2)
    points = low + (high - low) * steps[:, None]  # (B, R, s, 2), x and y of columns and rows
    points = 2 * points / points.new_tensor([maps.shape[3], maps.shape[2]]) - 1  # -1 to 1
    x = points[..., None, :, 0].expand(-1, -1, size, -1)  # (B, R, s, s), varies along columns
    y = points[..., :, None, 1].expand(-1, -1, -1, size)  # (B, R, s, s), varies along rows
    # All regions of a picture in one tall grid: its maps are not copied for each.
    grid = torch.stack([x, y], -1).flatten(1, 2)  # (B, R s, s, 2)
    warped = functional.grid_sample(maps, grid, padding_mode="border", align_corners=False)
    return warped.view(batch, -1, regions, size, size).transpose(1, 2)  # (B, R, C, s, s)


class RCNN(nn.Module):
    """Regions with CNN features (Girshick et al. 2014), pooled from one shared map.

    Pictures (B, in_channels, H, W) and proposals (B, R, 4) -> `RegionScores`. R-CNN's steps are
    kept: class-agnostic proposals from the picture, each region warped to a fixed size, classified
    as one of K classes or background, its box refined by a regression for its class, non-maximum
    suppression (`propose_regions`, `detect`).

    Departures: regions are warped from shared feature maps at half the picture's size, as in Fast
    R-CNN (Girshick 2015), because running the network on each of 150 regions is too slow on a CPU;
    a softmax layer replaces the paper's support vector machines and a linear layer its ridge
    regression, trained with the rest, also as in Fast R-CNN; the small trunk is our own and trained
    from scratch, while the paper's is a pre-trained AlexNet.
    """

    def __init__(
        self, num_classes: int, *, in_channels: int = 1, width: int = 16, size: int = 7
    ) -> None:
        super().__init__()
        self.num_classes, self.size = num_classes, size
        self.trunk = nn.Sequential(
            ConvBlock(in_channels, width, 3),  # (B, w, H, W)
            ConvBlock(width, 2 * width, 3, stride=2),  # (B, 2w, H/2, W/2)
            ConvBlock(2 * width, 2 * width, 3),
        )
        self.hidden = nn.Sequential(nn.Linear(2 * width * size**2, 8 * width), nn.ReLU())
        self.classifier = nn.Linear(8 * width, num_classes + 1)
        self.regressor = nn.Linear(8 * width, 4 * num_classes)
        initialize(self, "he_normal")
        initialize(self.regressor, "normal")  # starts with the proposals almost as they are

    def forward(self, pictures: Tensor, proposals: Tensor) -> RegionScores:
        """Return the logits and the box shifts of every region."""
        maps = self.trunk(pictures)  # (B, 2w, H/2, W/2)
        scale = maps.shape[3] / pictures.shape[3]
        regions = warp_regions(maps, proposals, self.size, scale)  # (B, R, 2w, s, s)
        hidden = self.hidden(regions.flatten(2))  # (B, R, 2w s²) -> (B, R, 8w)
        shifts = self.regressor(hidden).unflatten(2, (self.num_classes, 4))  # (B, R, K, 4)
        return RegionScores(self.classifier(hidden), shifts)


def match_proposals(
    proposals: Tensor, truth: Truth, *, positive: float = 0.5, negative: float = 0.5
) -> RegionTargets:
    """Return the label and the box that each region should be given.

    A region belongs to the object with which it has the highest IoU if that is at least
    ``positive``; it is background if that is below ``negative`` (0.5 in fine-tuning, 0.3 for the
    support vector machines of Girshick et al. 2014), and ignored in training otherwise.

    Parameters
    ----------
    proposals
        (B, R, 4).
    truth
        Boxes (B, G, 4) and labels (B, G); label 0 is no object.
    """
    overlap = box_iou(proposals, truth.boxes) * (truth.labels > 0)[:, None]  # (B, R, G)
    best, object_of = overlap.max(2)  # (B, R) each
    found = best >= positive
    labels = truth.labels.gather(1, object_of)  # (B, R)
    labels = torch.where(found, labels, torch.where(best < negative, 0, -1))
    boxes = truth.boxes.gather(1, object_of[..., None].expand(-1, -1, 4))  # (B, R, 4)
    boxes = torch.where(found[..., None], boxes, proposals)  # shift 0 where there is no object
    return RegionTargets(labels, encode_boxes(boxes, proposals))


def detection_loss(
    scores: RegionScores,
    targets: RegionTargets,
    *,
    background_share: float = 0.75,
    box_weight: float = 5.0,
) -> Tensor:
    """Return the cross-entropy of all regions plus smooth L1 of the objects' boxes, a scalar.

    Smooth L1 is Fast R-CNN's (Girshick 2015, equation 3), summed over the four shifts. R-CNN
    samples batches of 32 regions with objects and 96 without; here all are used, weighted to the
    same shares. ``box_weight`` is above the paper's 1, because the shifts are not normalized to
    unit variance.
    """
    labels = targets.labels  # (B, R)
    objects, background = labels > 0, labels == 0
    entropy = functional.cross_entropy(
        scores.logits.flatten(0, 1), labels.clamp_min(0).flatten(), reduction="none"
    ).view_as(labels)  # (B R, K + 1) -> (B, R)
    loss = (1 - background_share) * _mean(entropy, objects)
    loss = loss + background_share * _mean(entropy, background)
    own_class = (labels - 1).clamp_min(0)[..., None, None].expand(-1, -1, 1, 4)
    shifts = scores.shifts.gather(2, own_class)[:, :, 0]  # (B, R, K, 4) -> (B, R, 4)
    distance = functional.smooth_l1_loss(shifts, targets.shifts, reduction="none").sum(2)  # (B, R)
    return loss + box_weight * _mean(distance, objects)


@torch.no_grad()
def detect(
    network: RCNN,
    pictures: Tensor,
    proposals: Tensor | None = None,
    *,
    threshold: float = 0.05,
    overlap: float = 0.3,
) -> list[Detections]:
    """Return the detections in each picture.

    Parameters
    ----------
    network
        Used in its current mode; call ``eval()`` first.
    pictures, proposals
        The network's input; None for 150 of `propose_regions`.
    threshold
        Lowest probability of a class that counts.
    overlap
        Largest IoU of two detections of a class, as in `non_maximum_suppression`.
    """
    proposals = propose_regions(pictures) if proposals is None else proposals
    scores: RegionScores = network(pictures, proposals)
    boxes = decode_boxes(scores.shifts, proposals[:, :, None])  # (B, R, K, 4)
    height, width = pictures.shape[2:]
    boxes = boxes.clamp_min(0).minimum(boxes.new_tensor([width, height, width, height]))
    chances = scores.logits.softmax(2)[..., 1:]  # (B, R, K)
    found: list[Detections] = []
    for picture_boxes, picture_chances in zip(boxes, chances, strict=True):
        region, label = torch.where(picture_chances >= threshold)  # (N,) each
        candidates = picture_boxes[region, label]  # (N, 4)
        chosen = picture_chances[region, label]  # (N,)
        apart = candidates + (label * 2 * max(height, width))[:, None]  # no two classes overlap
        kept = non_maximum_suppression(apart, chosen, overlap)
        found.append(Detections(candidates[kept], chosen[kept], label[kept] + 1))
    return found


def _mean(values: Tensor, chosen: Tensor) -> Tensor:
    return (values * chosen).sum() / chosen.sum().clamp_min(1)  # 0 where none is chosen
