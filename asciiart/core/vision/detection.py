"""Object detection with Fast R-CNN: the class and the bounding box of every object.

The original R-CNN is in `rcnn.py`. In a batch all pictures have equally many boxes (see
`boxes.py`); truths are padded with boxes of label 0, the background.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

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
)
from asciiart.core.vision.operators import nms, roi_align
from asciiart.core.vision.proposals import propose_regions


class RegionScores(NamedTuple):
    """The network's output for each region."""

    logits: Tensor  # (B, R, K + 1); class 0 is the background
    shifts: Tensor  # (B, R, K, 4): t_x, t_y, t_w, t_h for each class from 1


class RegionTargets(NamedTuple):
    """The training targets of each region."""

    labels: Tensor  # (B, R): class, 0 for background, -1 for neither (not learned)
    shifts: Tensor  # (B, R, 4): from the region to its object; 0 where there is none


class ClassScores(NamedTuple):
    """The output of a detector for each region, as `detect` needs it."""

    scores: Tensor  # (B, R, K): for each class from 1, the higher the surer
    shifts: Tensor  # (B, R, K, 4)


class Detector(Protocol):
    """A network that scores regions, such as `FastRCNN` and `vision.rcnn.RCNN`."""

    def score(self, pictures: Tensor, proposals: Tensor) -> ClassScores:
        """Return the scores of proposals (B, R, 4) in pictures (B, in_channels, H, W)."""


class FastRCNN(nn.Module):
    """Fast R-CNN (Girshick 2015): regions pooled from feature maps that they share.

    Pictures (B, in_channels, H, W) and proposals (B, R, 4) -> `RegionScores`. R-CNN's steps
    (Girshick et al. 2014) are kept: class-agnostic proposals from the picture, each region brought
    to a fixed size, classified as one of K classes or background, its box refined by a regression
    for its class, non-maximum suppression within a class (`propose_regions`, `detect`). But the
    network runs once a picture and not once a region, and one softmax and one linear layer,
    trained with the rest, replace the support vector machines and ridge regressions.

    Departures: RoIAlign (He et al. 2017) in place of RoI pooling, which rounds to whole positions;
    a small trunk of our own at half the picture's size, trained from scratch, where the paper has a
    pre-trained VGG-16.
    """

    def __init__(
        self, num_classes: int, *, in_channels: int = 1, width: int = 16, output_size: int = 7
    ) -> None:
        super().__init__()
        self.num_classes, self.output_size = num_classes, output_size
        self.trunk = nn.Sequential(
            ConvBlock(in_channels, width, 3),  # (B, w, H, W)
            ConvBlock(width, 2 * width, 3, stride=2),  # (B, 2w, H/2, W/2)
            ConvBlock(2 * width, 2 * width, 3),
        )
        self.hidden = nn.Sequential(nn.Linear(2 * width * output_size**2, 8 * width), nn.ReLU())
        self.classifier = nn.Linear(8 * width, num_classes + 1)
        self.regressor = nn.Linear(8 * width, 4 * num_classes)
        initialize(self, "he_normal")
        initialize(self.regressor, "normal")  # starts with the proposals almost as they are

    def forward(self, pictures: Tensor, proposals: Tensor) -> RegionScores:
        """Return the logits and the box shifts of every region."""
        maps = self.trunk(pictures)  # (B, 2w, H/2, W/2)
        scale = maps.shape[3] / pictures.shape[3]
        regions = roi_align(maps, proposals, self.output_size, scale)  # (B, R, 2w, s, s)
        hidden = self.hidden(regions.flatten(2))  # (B, R, 2w s²) -> (B, R, 8w)
        shifts = self.regressor(hidden).unflatten(2, (self.num_classes, 4))  # (B, R, K, 4)
        return RegionScores(self.classifier(hidden), shifts)

    def score(self, pictures: Tensor, proposals: Tensor) -> ClassScores:
        """Return the probability of each class, the background's left out, and the box shifts."""
        out: RegionScores = self(pictures, proposals)
        return ClassScores(out.logits.softmax(2)[..., 1:], out.shifts)  # (B, R, K)


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


def region_entropy(logits: Tensor, labels: Tensor, *, background_share: float = 0.75) -> Tensor:
    """Return the cross-entropy of regions' classes, the background weighted to a share, a scalar.

    R-CNN samples batches of 32 regions with objects and 96 without (Girshick et al. 2014, section
    2.3); here all regions are used, weighted to the same shares. ``logits`` are (B, R, K + 1),
    ``labels`` (B, R) as in `RegionTargets`.
    """
    entropy = functional.cross_entropy(
        logits.flatten(0, 1), labels.clamp_min(0).flatten(), reduction="none"
    ).view_as(labels)  # (B R, K + 1) -> (B, R)
    objects = (1 - background_share) * _mean(entropy, labels > 0)
    return objects + background_share * _mean(entropy, labels == 0)


def detection_loss(
    scores: RegionScores,
    targets: RegionTargets,
    *,
    background_share: float = 0.75,
    box_weight: float = 5.0,
) -> Tensor:
    """Return `region_entropy` plus smooth L1 of the objects' boxes, a scalar.

    Smooth L1 is Fast R-CNN's (Girshick 2015, equation 3), summed over the four shifts.
    ``box_weight`` is above the paper's 1, because the shifts are not normalized to unit variance.
    """
    labels = targets.labels  # (B, R)
    entropy = region_entropy(scores.logits, labels, background_share=background_share)
    own_class = (labels - 1).clamp_min(0)[..., None, None].expand(-1, -1, 1, 4)
    shifts = scores.shifts.gather(2, own_class)[:, :, 0]  # (B, R, K, 4) -> (B, R, 4)
    distance = functional.smooth_l1_loss(shifts, targets.shifts, reduction="none").sum(2)  # (B, R)
    return entropy + box_weight * _mean(distance, labels > 0)


@torch.no_grad()
def detect(
    network: Detector,
    pictures: Tensor,
    proposals: Tensor | None = None,
    *,
    threshold: float = 0.05,
    iou_threshold: float = 0.3,
) -> list[Detections]:
    """Return the detections in each picture.

    Parameters
    ----------
    network
        Used in its current mode; call ``eval()`` first.
    pictures, proposals
        The network's input; None for 150 of `propose_regions`.
    threshold
        Lowest score of a class that counts: a probability for `FastRCNN`, a margin for `RCNN`.
    iou_threshold
        Largest IoU of two detections of a class, as in `nms`.
    """
    proposals = propose_regions(pictures) if proposals is None else proposals
    out = network.score(pictures, proposals)
    boxes = decode_boxes(out.shifts, proposals[:, :, None])  # (B, R, K, 4)
    height, width = pictures.shape[2:]
    boxes = boxes.clamp_min(0).minimum(boxes.new_tensor([width, height, width, height]))
    found: list[Detections] = []
    for picture_boxes, scores in zip(boxes, out.scores, strict=True):
        region, label = torch.where(scores >= threshold)  # (N,) each
        candidates = picture_boxes[region, label]  # (N, 4)
        chosen = scores[region, label]  # (N,)
        apart = candidates + (label * 2 * max(height, width))[:, None]  # no two classes overlap
        kept = nms(apart, chosen, iou_threshold)
        found.append(Detections(candidates[kept], chosen[kept], label[kept] + 1))
    return found


def _mean(values: Tensor, chosen: Tensor) -> Tensor:
    return (values * chosen).sum() / chosen.sum().clamp_min(1)  # 0 where none is chosen
