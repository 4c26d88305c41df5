"""Region proposals: boxes that may hold an object of any class (see `boxes.py`)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from asciiart.core.vision.operators import nms


def propose_regions(pictures: Tensor, count: int = 150) -> Tensor:
    """Return ``count`` boxes per picture that may hold an object of any class.

    R-CNN uses selective search (`selective_search.py`); this is our own and faster: windows of many
    sizes, ranked by how much ink they hold for their size and how little of it they cut through
    (the idea of Zitnick and Dollár 2014, Edge boxes), thinned by non-maximum suppression.

    Parameters
    ----------
    pictures
        (B, I, H, W); ink is the difference from each channel's median, so it may be dark or light.
    count
        Boxes per picture; if fewer are found, the rest are the whole picture.

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
        kept = boxes[nms(boxes, best.values, 0.7)][:count]
        found[number, : len(kept)] = kept
    return found


def sliding_windows(height: int, width: int) -> Tensor:
    """Return windows (M, 4) of many sizes and aspect ratios, all within a picture.

    Heights grow by a factor of 1.25 from 10 pixels, widths are 0.5, 0.8 and 1.2 of them, and steps
    are a quarter of the side. A picture too small for any of them gives one window, the whole
    picture.
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


def _objectness(ink: Tensor, boxes: Tensor) -> Tensor:
    """Return how likely each box holds a whole object: (B, H, W), (M, 4) -> (B, M)."""
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
