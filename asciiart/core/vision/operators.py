"""The two operators of detection, NMS and RoIAlign: torchvision's if it can be called, else ours.

Those of torchvision are compiled and faster. Ours, `reference_nms` and `reference_roi_align`, are
to be read, need torch alone, and give the same.
"""

from __future__ import annotations

import functools
from types import ModuleType

import torch
from torch import Tensor
from torch.nn import functional

from asciiart.core.vision.boxes import box_iou


def nms(boxes: Tensor, scores: Tensor, iou_threshold: float = 0.3) -> Tensor:
    """Return the indices of the boxes that non-maximum suppression keeps, best first.

    A box is suppressed if its IoU with a better box that is kept exceeds ``iou_threshold``
    (Girshick et al. 2014, section 2.2).

    ``boxes`` are (N, 4), ``scores`` (N,); of equal scores the first is the better.
    """
    compiled = compiled_operators()
    if compiled is None:
        return reference_nms(boxes, scores, iou_threshold)
    kept: Tensor = compiled.nms(boxes, scores, iou_threshold)
    return kept


def reference_nms(boxes: Tensor, scores: Tensor, iou_threshold: float = 0.3) -> Tensor:
    """Return what `nms` does, in torch alone.

    All boxes are tested at once, again and again: whether the n-th best is kept depends on better
    boxes only, so after n rounds the first n decisions are final, and a few rounds settle all.
    """
    order = scores.argsort(descending=True, stable=True)  # (N,)
    ranked = boxes[order]
    suppresses = (box_iou(ranked, ranked) > iou_threshold).triu(1)  # (N, N), row is the better one
    keep = torch.ones_like(order, dtype=torch.bool)  # (N,)
    while True:
        stays = ~(suppresses & keep[:, None]).any(0)  # (N,)
        if torch.equal(stays, keep):
            return order[keep]
        keep = stays


def roi_align(
    maps: Tensor,
    boxes: Tensor,
    output_size: int,
    spatial_scale: float = 1.0,
    sampling_ratio: int = 1,
) -> Tensor:
    """Return the contents of each box, resampled to ``output_size`` x ``output_size`` positions.

    RoIAlign (He et al. 2017, Mask R-CNN, section 3): each position is the mean of
    ``sampling_ratio``² bilinear values, spread evenly over its part of the box, so nothing is
    rounded to whole pixels and the gradient reaches the maps. It is torchvision's with ``aligned``.

    Parameters
    ----------
    maps
        Pictures or feature maps (B, C, h, w).
    boxes
        (B, R, 4) in pixels of the picture.
    output_size
        Positions along each side, s.
    spatial_scale
        Side of the maps divided by that of the picture, e.g. 0.5 at stride 2.
    sampling_ratio
        Values along each side of a position.

    Returns
    -------
    Tensor
        (B, R, C, s, s); 0 more than half a position outside the maps.
    """
    compiled = compiled_operators()
    if compiled is None:
        return reference_roi_align(maps, boxes, output_size, spatial_scale, sampling_ratio)
    pooled: Tensor = compiled.roi_align(
        maps, list(boxes), output_size, spatial_scale, sampling_ratio, aligned=True
    )
    return pooled.view(*boxes.shape[:2], *pooled.shape[1:])  # (B R, C, s, s) -> (B, R, C, s, s)


def reference_roi_align(
    maps: Tensor,
    boxes: Tensor,
    output_size: int,
    spatial_scale: float = 1.0,
    sampling_ratio: int = 1,
) -> Tensor:
    """Return what `roi_align` does, in torch alone."""
    batch, regions = boxes.shape[:2]
    count = output_size * sampling_ratio  # n values along each side of a box
    steps = (torch.arange(count, device=maps.device, dtype=maps.dtype) + 0.5) / count  # (n,)
    low, high = boxes[..., None, :2] * spatial_scale, boxes[..., None, 2:] * spatial_scale
    points = low + (high - low) * steps[:, None]  # (B, R, n, 2), x and y of columns and rows
    extent = points.new_tensor([maps.shape[3], maps.shape[2]])
    seen = ((points >= -0.5) & (points <= extent + 0.5)).to(maps.dtype)  # (B, R, n, 2)
    points = 2 * points / extent - 1  # as grid_sample counts, edges at -1 and 1
    x = points[..., None, :, 0].expand(-1, -1, count, -1)  # (B, R, n, n), varies along columns
    y = points[..., :, None, 1].expand(-1, -1, -1, count)  # (B, R, n, n), varies along rows
    # All regions of a picture in one tall grid: its maps are not copied for each.
    grid = torch.stack([x, y], -1).flatten(1, 2)  # (B, R n, n, 2)
    sampled = functional.grid_sample(maps, grid, padding_mode="border", align_corners=False)
    sampled = sampled.view(batch, -1, regions, count, count).transpose(1, 2)  # (B, R, C, n, n)
    inside = seen[..., None, :, 0] * seen[..., :, None, 1]  # (B, R, n, n)
    sampled = (sampled * inside[:, :, None]).flatten(0, 1)  # (B R, C, n, n)
    pooled = functional.avg_pool2d(sampled, sampling_ratio)  # (B R, C, s, s)
    return pooled.view(batch, regions, *pooled.shape[1:])  # (B, R, C, s, s)


@functools.cache
def compiled_operators() -> ModuleType | None:
    """Return ``torchvision.ops``, or None if it is not installed or was built for another torch."""
    try:
        from torchvision import ops  # noqa: PLC0415 - optional, and slow to import

        ops.nms(torch.zeros(1, 4), torch.zeros(1), 0.5)  # fails where the compiled half is missing
    except (ImportError, RuntimeError):
        return None
    return ops  # type: ignore[no-any-return]
