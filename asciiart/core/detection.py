"""Detection: which objects are in a picture, and the box around each (R-CNN).

Boxes are (..., 4): left, top, right, bottom in pixels, right and bottom one past the last. Batches
have as many boxes in each picture; truths are filled up with boxes of label 0, the background.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from asciiart.core.initializers import initialize
from asciiart.core.layers import ConvBlock

MAX_STRETCH = math.log(1000 / 16)  # largest t_w and t_h believed: no box grows beyond all numbers


class Detections(NamedTuple):
    """What was found in one picture, the surest first."""

    boxes: Tensor  # (N, 4)
    scores: Tensor  # (N,), probabilities
    labels: Tensor  # (N,), classes from 1


class Truth(NamedTuple):
    """What is in one picture."""

    boxes: Tensor  # (G, 4)
    labels: Tensor  # (G,), classes from 1; 0 for a place that is only filled up


class RegionScores(NamedTuple):
    """What the network says about each region."""

    logits: Tensor  # (B, R, K + 1); class 0 is the background
    shifts: Tensor  # (B, R, K, 4): t_x, t_y, t_w, t_h for each class from 1


class RegionTargets(NamedTuple):
    """What the network should say."""

    labels: Tensor  # (B, R): class, 0 for background, -1 for neither (not learned)
    shifts: Tensor  # (B, R, 4): from the region to its object; 0 where there is none


def box_iou(first: Tensor, second: Tensor) -> Tensor:
    """Return intersection over union of each with each: (..., N, 4), (..., M, 4) -> (..., N, M)."""
    low = torch.maximum(first[..., :, None, :2], second[..., None, :, :2])  # (..., N, M, 2)
    high = torch.minimum(first[..., :, None, 2:], second[..., None, :, 2:])  # (..., N, M, 2)
    both = (high - low).clamp_min(0).prod(-1)  # (..., N, M)
    either = _area(first)[..., :, None] + _area(second)[..., None, :] - both  # (..., N, M)
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
    """Return the boxes that ``shifts`` make of ``anchors`` (equations 1 to 4); both (..., 4).

    The inverse of `encode_boxes`, but for t_w and t_h above `MAX_STRETCH`.
    """
    anchor_center, anchor_size = _center_and_size(anchors)  # (..., 2) each
    center = anchor_center + shifts[..., :2] * anchor_size
    size = anchor_size * shifts[..., 2:].clamp_max(MAX_STRETCH).exp()
    return torch.cat([center - size / 2, center + size / 2], -1)  # (..., 4)


def non_maximum_suppression(boxes: Tensor, scores: Tensor, overlap: float = 0.3) -> Tensor:
    """Return the indices of the boxes to keep, best first.

    A box goes if a better box that stays has an IoU above ``overlap`` with it (Girshick et al.
    2014, section 2.2). Whether the n-th best stays depends on better ones only, so after n rounds
    of asking all at once the first n answers are final; a few rounds settle everything.

    ``boxes`` are (N, 4), ``scores`` (N,), ``overlap`` the largest IoU of two that may both stay.
    """
    order = scores.argsort(descending=True, stable=True)  # (N,)
    ranked = boxes[order]
    suppresses = (box_iou(ranked, ranked) > overlap).triu(1)  # (N, N), row is the better one
    keep = torch.ones_like(order, dtype=torch.bool)  # (N,)
    while True:
        stays = ~(suppresses & keep[:, None]).any(0)  # (N,)
        if torch.equal(stays, keep):
            return order[keep]
        keep = stays


def propose_regions(pictures: Tensor, count: int = 150) -> Tensor:
    """Return ``count`` boxes per picture that may hold an object of any class.

    R-CNN takes selective search; this is our own and simpler: windows of many sizes, those first
    that hold much ink for their size and cut through little of it (the idea of Zitnick and Dollár
    2014, Edge boxes: what is whole lies within its box), thinned by non-maximum suppression.

    Parameters
    ----------
    pictures
        (B, I, H, W); ink is what differs from each channel's median, so either may be the darker.
    count
        Boxes per picture; where there are fewer, the last ones are the whole picture.

    Returns
    -------
    Tensor
        (B, count, 4).
    """
    height, width = pictures.shape[2:]
    middle = pictures.flatten(2).median(2).values[..., None, None]  # (B, I, 1, 1)
    ink = (pictures - middle).abs().amax(1)  # (B, I, H, W) -> (B, H, W)
    ink = ink / ink.amax((1, 2), keepdim=True).clamp_min(1e-6)
    windows = sliding_windows(height, width).to(ink)  # (M, 4)
    worth = _objectness(ink, windows)  # (B, M)
    found = pictures.new_tensor([0, 0, width, height]).repeat(len(ink), count, 1)  # (B, count, 4)
    for number, scores in enumerate(worth):
        best = scores.topk(min(5 * count, len(windows)))  # enough to thin, few enough to compare
        boxes = windows[best.indices]
        kept = boxes[non_maximum_suppression(boxes, best.values, 0.7)][:count]
        found[number, : len(kept)] = kept
    return found


def sliding_windows(height: int, width: int) -> Tensor:
    """Return windows (M, 4) of many sizes and shapes, all within a picture.

    Heights grow by 1.25 from 10 pixels, widths are 0.5, 0.8 and 1.2 of them, steps a quarter of
    the side. A picture too small for any gives one window, the whole of it.
    """
    found: list[Tensor] = []
    tall = 10.0
    while tall <= height:
        sizes = [(round(share * tall), round(tall)) for share in (0.5, 0.8, 1.2)]
        for wide, high in (size for size in sizes if size[0] <= width):
            lefts = torch.arange(0, width - wide + 1, wide / 4).floor()
            tops = torch.arange(0, height - high + 1, high / 4).floor()
            corners = torch.cartesian_prod(lefts, tops)  # (m, 2)
            found.append(torch.cat([corners, corners + torch.tensor([wide, high])], 1))  # (m, 4)
        tall *= 1.25
    return torch.cat(found) if found else torch.tensor([[0.0, 0.0, width, height]])


def warp_regions(maps: Tensor, boxes: Tensor, size: int, scale: float = 1.0) -> Tensor:
    """Return what lies in each box, stretched to ``size`` x ``size`` places.

    Each place is the bilinear value at its center (RoIAlign with one sample, He et al. 2017), so
    nothing is rounded to whole pixels and the gradient reaches the maps.

    Parameters
    ----------
    maps
        Pictures or feature maps (B, C, h, w).
    boxes
        (B, R, 4) in pixels of the picture.
    size
        Places on a side, s.
    scale
        Side of the maps over that of the picture, e.g. 0.5 at stride 2.

    Returns
    -------
    Tensor
        (B, R, C, s, s); beyond the maps, the nearest value.
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
    kept: proposals of no class from the picture, each region warped to a fixed size, classified as
    one of K classes or background, its box moved by a regression of its class, non-maximum
    suppression (`propose_regions`, `detect`).

    Departures: regions are warped from feature maps at half the picture's size that all share, as
    in Fast R-CNN (Girshick 2015), because a run of the network for each of 150 regions is beyond
    a CPU; a softmax layer for the paper's support vector machines and a linear layer for its ridge
    regression learn with the rest, also as in Fast R-CNN; the small trunk is our own and starts
    from nothing, where the paper's is a trained AlexNet.
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
        """Return the logits and box shifts of every region."""
        maps = self.trunk(pictures)  # (B, 2w, H/2, W/2)
        scale = maps.shape[3] / pictures.shape[3]
        regions = warp_regions(maps, proposals, self.size, scale)  # (B, R, 2w, s, s)
        hidden = self.hidden(regions.flatten(2))  # (B, R, 2w s²) -> (B, R, 8w)
        shifts = self.regressor(hidden).unflatten(2, (self.num_classes, 4))  # (B, R, K, 4)
        return RegionScores(self.classifier(hidden), shifts)


def match_proposals(
    proposals: Tensor, truth: Truth, *, positive: float = 0.5, negative: float = 0.5
) -> RegionTargets:
    """Return what each region should be called and where its object is.

    A region is of the object with which it has the highest IoU if that is ``positive`` or more,
    background below ``negative`` (0.5 in fine-tuning, 0.3 for the support vector machines of
    Girshick et al. 2014), and not learned between the two.

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
    """Return cross-entropy of all regions plus smooth L1 of the objects' boxes (a scalar).

    Smooth L1 is Fast R-CNN's (Girshick 2015, equation 3), summed over the four shifts. R-CNN draws
    batches of 32 regions with objects and 96 without; here all are used and weighted to the same
    shares. ``box_weight`` is above the paper's 1, as the shifts are not brought to variance 1.
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
    """Return what is in each picture.

    Parameters
    ----------
    network
        Runs as it is; call ``eval()`` first.
    pictures, proposals
        As the network takes them; None for 150 of `propose_regions`.
    threshold
        Least probability of a class.
    overlap
        Of `non_maximum_suppression`, within each class.
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


def mean_average_precision(
    detections: Sequence[Detections], truths: Sequence[Truth], iou: float = 0.5
) -> float:
    """Return the mean over the classes of the area under precision by recall, 0 to 1.

    After Pascal VOC from 2010 on (Everingham et al. 2010): a class's detections of all pictures,
    surest first; each is right if the object of its class that it overlaps most has an IoU of
    ``iou`` or more and is not yet found. The precision at a recall is the highest at that recall
    or a greater one, and the area is exact (all points). Classes without objects do not count.

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
    return sum(_average_precision(detections, truths, c, iou) for c in classes) / len(classes)


def _average_precision(
    detections: Sequence[Detections], truths: Sequence[Truth], label: int, iou: float
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
            right = bool(best >= iou) and int(place) not in taken
            taken |= {int(place)} if right else set()
            hits.append((float(score), right))
    if not hits:
        return 0.0
    surest = torch.tensor([score for score, _ in hits]).argsort(descending=True, stable=True)
    rights = torch.tensor([right for _, right in hits])[surest]  # (N,)
    precision = rights.cumsum(0) / torch.arange(1, len(hits) + 1)  # (N,)
    envelope = precision.flip(0).cummax(0).values.flip(0)  # (N,)
    return float(envelope[rights].sum()) / objects


def _objectness(ink: Tensor, boxes: Tensor) -> Tensor:
    """Return how much each box looks as if it held something whole: (B, H, W), (M, 4) -> (B, M)."""
    integral = functional.pad(ink.cumsum(1).cumsum(2), (1, 0, 1, 0))  # (B, H + 1, W + 1)
    margin = boxes.new_tensor([-2, -2, 2, 2])
    inside, outside = _mass(integral, boxes), _mass(integral, boxes + margin)  # (B, M) each
    around = 2 * (boxes[:, 2:] - boxes[:, :2]).sum(1)  # (M,), length of the edge in pixels
    # The power 1.5 (Edge boxes) keeps large windows from winning; 0.4 was found by trial.
    return inside / around**1.5 - 0.4 * (outside - inside) / around  # (B, M)


def _mass(integral: Tensor, boxes: Tensor) -> Tensor:
    """Return the ink in each box from the integral image: (B, H + 1, W + 1), (M, 4) -> (B, M)."""
    height, width = integral.shape[1:]
    left, right = (boxes[:, side].long().clamp(0, width - 1) for side in (0, 2))
    top, bottom = (boxes[:, side].long().clamp(0, height - 1) for side in (1, 3))
    upper = integral[:, top, right] - integral[:, top, left]  # (B, M)
    return integral[:, bottom, right] - integral[:, bottom, left] - upper


def _mean(values: Tensor, chosen: Tensor) -> Tensor:
    return (values * chosen).sum() / chosen.sum().clamp_min(1)  # 0 where none is chosen


def _area(boxes: Tensor) -> Tensor:
    return (boxes[..., 2:] - boxes[..., :2]).prod(-1)  # (..., 4) -> (...)


def _center_and_size(boxes: Tensor) -> tuple[Tensor, Tensor]:
    return (boxes[..., :2] + boxes[..., 2:]) / 2, boxes[..., 2:] - boxes[..., :2]
