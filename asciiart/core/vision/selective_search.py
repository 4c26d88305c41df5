"""Selective search: region proposals by merging alike neighbors, as R-CNN uses them.

The first regions come from scikit-image, which is imported when it is needed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

RealArray = npt.NDArray[np.float64]
LabelArray = npt.NDArray[np.int64]

_COLORS = 25
"""Bins of a channel's histogram of colors."""
_STRENGTHS, _DIRECTIONS = 10, 8
"""Bins of the histogram of slopes, for each of the directions."""


@dataclass(frozen=True)
class Region:
    """A part of a picture and what it is compared by."""

    size: int
    """Number of pixels."""
    box: tuple[int, int, int, int]
    """Left, top, right, bottom; the last two are one past the last pixel."""
    colors: RealArray
    """Histogram of the values of all channels, of sum 1."""
    slopes: RealArray
    """Histogram of the slopes in all directions and channels, of sum 1."""

    def merged(self, other: Region) -> Region:
        """Return the union; histograms are averaged by size (Uijlings et al. 2013, equation 3)."""
        size = self.size + other.size
        share = self.size / size
        return Region(
            size,
            enclosing(self.box, other.box),
            share * self.colors + (1 - share) * other.colors,
            share * self.slopes + (1 - share) * other.slopes,
        )


def enclosing(
    first: tuple[int, int, int, int], second: tuple[int, int, int, int]
) -> tuple[int, int, int, int]:
    """Return the smallest box around two."""
    left, top = min(first[0], second[0]), min(first[1], second[1])
    return left, top, max(first[2], second[2]), max(first[3], second[3])


def similarity(first: Region, second: Region, pixels: int) -> float:
    """Return how alike two regions are, 0 to 4: color, texture, size and fill, added.

    Uijlings et al. 2013, equations 2, 4, 5 and 6: color and texture are intersections of the
    histograms; small regions merge early; and a union that fills its box is preferred. ``pixels``
    is the number in the whole picture.
    """
    color = np.minimum(first.colors, second.colors).sum()
    texture = np.minimum(first.slopes, second.slopes).sum()
    both = first.size + second.size
    left, top, right, bottom = enclosing(first.box, second.box)
    fill = 1 - ((right - left) * (bottom - top) - both) / pixels
    return float(color + texture + (1 - both / pixels) + fill)


def selective_search(
    pictures: Tensor,
    count: int = 2000,
    *,
    scales: tuple[float, ...] = (50.0, 100.0),
    generator: torch.Generator | None = None,
) -> Tensor:
    """Return ``count`` boxes per picture that may hold an object of any class, best first.

    Uijlings et al. 2013, Selective search for object recognition: Felzenszwalb and Huttenlocher's
    segments are merged, the most alike neighbors first (`similarity`), until one region is left;
    each region on the way gives its box. The box of the n-th region from the top is ranked by n
    times a random number (section 4.3), so that large regions do not come first always.

    Departures: the diversification is over ``scales`` alone; the paper's "fast" has two scales, two
    color spaces and two similarities, here the pictures' own channels and all four measures.

    Parameters
    ----------
    pictures
        (B, C, H, W), 0 to 1; C is 1 or 3.
    count
        Boxes per picture; if fewer are found, the rest are the whole picture.
    scales
        The segmentations' k: with a greater one the first regions are larger.
    generator
        For the ranking; None for torch's own.

    Returns
    -------
    Tensor
        (B, count, 4).

    Raises
    ------
    ModuleNotFoundError
        If scikit-image is not installed.
    """
    height, width = pictures.shape[2:]
    found = pictures.new_tensor([0, 0, width, height]).repeat(len(pictures), count, 1)
    for number, picture in enumerate(pictures.detach().double().cpu().numpy()):
        hierarchies = [merge_all(picture, segment(picture, scale)) for scale in scales]
        boxes = _ranked(hierarchies, generator)[:count]
        found[number, : len(boxes)] = pictures.new_tensor(boxes)
    return found


def segment(picture: RealArray, scale: float) -> LabelArray:
    """Return Felzenszwalb and Huttenlocher's segments (H, W), from 0, of a picture (C, H, W)."""
    from skimage.segmentation import felzenszwalb  # noqa: PLC0415 - optional

    labels: Any = felzenszwalb(
        np.moveaxis(picture, 0, 2), scale=scale, sigma=0.8, min_size=round(scale), channel_axis=2
    )
    return np.asarray(labels, np.int64)


def merge_all(picture: RealArray, labels: LabelArray) -> list[Region]:
    """Return the regions of a picture (C, H, W) and all their unions, in the order of merging.

    ``labels`` (H, W) are the first regions, from 0.
    """
    regions = list(_first_regions(picture, labels))
    around: dict[int, set[int]] = {number: set() for number in range(len(regions))}
    waiting: list[tuple[float, int, int]] = []  # a heap: the most alike first
    for first, second in _neighbors(labels):
        around[first].add(second)
        around[second].add(first)
        heappush(
            waiting, (-similarity(regions[first], regions[second], labels.size), first, second)
        )
    while waiting:
        _, first, second = heappop(waiting)
        if first not in around or second not in around:
            continue  # one of them has been merged since
        new = len(regions)
        regions.append(regions[first].merged(regions[second]))
        around[new] = (around.pop(first) | around.pop(second)) - {first, second}
        for other in around[new]:
            around[other] = around[other] - {first, second} | {new}
            heappush(waiting, (-similarity(regions[other], regions[new], labels.size), other, new))
    return regions


def _first_regions(picture: RealArray, labels: LabelArray) -> Iterator[Region]:
    colors = _bins(picture, 0.0, 1.0, _COLORS)  # (C, H, W)
    steepness = _slopes(picture)  # (8 C, H, W)
    slopes = _bins(steepness, 0.0, max(float(steepness.max()), 1e-9), _STRENGTHS)
    for label in range(int(labels.max()) + 1):
        inside = labels == label  # (H, W)
        rows, columns = (np.flatnonzero(inside.any(axis)) for axis in (1, 0))
        yield Region(
            int(inside.sum()),
            (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1),
            _histogram(colors[:, inside], _COLORS),
            _histogram(slopes[:, inside], _STRENGTHS),
        )


def _slopes(picture: RealArray) -> RealArray:
    """Return how steeply channels (C, H, W) rise in eight directions, below 0 where they fall.

    The slopes are those of a picture smoothed by a Gaussian of deviation 1.
    """
    reach = np.arange(-3, 4)
    gauss = np.exp(-(reach**2) / 2) / np.exp(-(reach**2) / 2).sum()
    padded = np.pad(picture, ((0, 0), (3, 3), (3, 3)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (7, 7), axis=(1, 2))
    # The derivative of the Gaussian is -x times it.
    across = np.einsum("chwij,i,j->chw", windows, gauss, reach * gauss)
    down = np.einsum("chwij,i,j->chw", windows, reach * gauss, gauss)
    turns = [2 * math.pi * turn / _DIRECTIONS for turn in range(_DIRECTIONS)]
    rises = [math.cos(turn) * across + math.sin(turn) * down for turn in turns]
    return np.concatenate(rises)  # (8 C, H, W)


def _bins(values: RealArray, low: float, high: float, count: int) -> LabelArray:
    """Return the bins, 0 to ``count`` - 1, of values; those outside belong to the first or last."""
    return ((values - low) / (high - low) * count).astype(np.int64).clip(0, count - 1)


def _histogram(bins: LabelArray, count: int) -> RealArray:
    """Return the histogram of each row of (N, pixels), one after another, of sum 1."""
    rows = [np.bincount(row, minlength=count) for row in bins]
    return np.concatenate(rows) / bins.size


def _neighbors(labels: LabelArray) -> list[tuple[int, int]]:
    """Return the pairs of labels that touch along a side of a pixel."""
    across = np.stack([labels[:, :-1].ravel(), labels[:, 1:].ravel()])
    down = np.stack([labels[:-1].ravel(), labels[1:].ravel()])
    pairs = np.sort(np.concatenate([across, down], axis=1), axis=0)  # (2, N)
    pairs = np.unique(pairs[:, pairs[0] != pairs[1]], axis=1)
    return [(first, second) for first, second in pairs.T.tolist()]


def _ranked(
    hierarchies: list[list[Region]], generator: torch.Generator | None
) -> list[tuple[int, int, int, int]]:
    """Return the boxes of all regions without duplicates, best first."""
    device = generator.device if generator is not None else None
    ranks: list[tuple[float, tuple[int, int, int, int]]] = []
    for regions in hierarchies:
        chances = torch.rand(len(regions), generator=generator, device=device).tolist()
        for place, (region, chance) in enumerate(zip(reversed(regions), chances, strict=True), 1):
            ranks.append((place * chance, region.box))
    return list(dict.fromkeys(box for _, box in sorted(ranks)))
