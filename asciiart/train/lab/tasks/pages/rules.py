"""Baselines that find text by thresholds, or by a linear classifier of local statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from asciiart.core.vision.segmentation import intersection_over_union
from asciiart.train.lab.tasks.pages.pictures import Pages, spread

_LEVELS = 64
"""Bins of the histogram for Otsu's threshold."""
_NEIGHBORHOODS = (25, 41)
"""Sides in pixels of the squares whose means the local thresholds use; the best one is compared."""
_STRENGTHS = (0.1, 0.2, 0.35)
"""Sauvola's k; the best one is compared."""
_GAPS = (0, 5)
"""Sides of the squares that close gaps in a mask; 0 does not. The best one is compared."""
_WINDOWS = (3, 7, 15, 31)
"""Sides in pixels of the squares of which the classifier has statistics."""
_ROUNDS = 80
"""Rounds of L-BFGS for the classifier."""
_EACH = 7
"""One pixel in this many is learned from."""


def text_iou(predicted: Tensor, truth: Tensor) -> float:
    """Return the IoU of text over the pixels of all pages; masks are (B, H, W) or (H, W)."""
    return float(intersection_over_union(predicted, truth, 2)[1].nan_to_num(0.0))


def otsu_threshold(values: Tensor) -> float:
    """Return the threshold with the largest variance between the two classes (Otsu 1979).

    The bins lie between the smallest and the largest of ``values``, which have any shape.
    """
    low, high = float(values.min()), float(values.max())
    counts = torch.histc(values, _LEVELS, low, high)  # (64,)
    share = counts.cumsum(0) / counts.sum()  # (64,), of the lower group
    moment = (counts * torch.arange(_LEVELS)).cumsum(0) / counts.sum()  # (64,)
    between = (moment[-1] * share - moment) ** 2 / (share * (1 - share))  # 0 / 0 at the end
    best = int(between.nan_to_num(0.0, 0.0, 0.0).argmax())
    return low + (best + 1) * (high - low) / _LEVELS


class Threshold(NamedTuple):
    """How a page is parted into text and background."""

    kind: str
    """otsu, adaptive (Otsu's threshold of the difference from the local mean), or sauvola."""
    window: int = 25
    """Side in pixels of the neighborhood."""
    strength: float = 0.2
    """Sauvola's k."""
    gap: int = 0
    """Side of the square that closes gaps in the mask; 0 does not."""

    def masks(self, pictures: Tensor, truth: Tensor) -> Tensor:
        """Return masks (B, H, W) of text in pages (B, 3, H, W).

        A threshold does not know whether text is dark or light. It is told: of the two sides the
        one that fits the truth (B, H, W) better is taken. The masks are dilated like those of the
        truth.
        """
        gray = pictures.mean(1, keepdim=True)  # (B, 3, H, W) -> (B, 1, H, W)
        found = []
        for values, true in zip(gray, truth, strict=True):
            sides = torch.stack([self._below(values[0]), self._below(1 - values[0])])  # (2, H, W)
            wide = spread(self._closed(sides))
            found.append(max(wide, key=lambda mask: text_iou(mask, true)))
        return torch.stack(found)

    def _below(self, gray: Tensor) -> Tensor:
        """Return what is darker than the threshold, (H, W) -> (H, W)."""
        if self.kind == "otsu":
            return (gray < otsu_threshold(gray)).long()
        mean, deviation = _statistics(gray[None, None], self.window)
        if self.kind == "adaptive":
            contrast = gray - mean[0, 0]
            return (contrast < otsu_threshold(contrast)).long()
        limit = mean * (1 + self.strength * (deviation / 0.5 - 1))  # Sauvola and Pietikainen 2000
        return (gray < limit[0, 0]).long()

    def _closed(self, masks: Tensor) -> Tensor:
        if not self.gap:
            return masks
        square = np.ones((self.gap, self.gap), np.uint8)
        return torch.stack([_close(mask, square) for mask in masks])


def _close(mask: Tensor, square: np.ndarray) -> Tensor:
    closed = cv2.morphologyEx(mask.numpy().astype(np.uint8), cv2.MORPH_CLOSE, square)
    return torch.from_numpy(closed).long()


def _statistics(pictures: Tensor, window: int) -> tuple[Tensor, Tensor]:
    """Return the local means and standard deviations of (B, 1, H, W)."""
    around = (window, 1, window // 2)
    mean = functional.avg_pool2d(pictures, *around, count_include_pad=False)
    square = functional.avg_pool2d(pictures.square(), *around, count_include_pad=False)
    return mean, (square - mean.square()).clamp_min(0).sqrt()


def candidates(kind: str) -> list[Threshold]:
    """Return the thresholds of a kind that are tried."""
    windows = _NEIGHBORHOODS if kind != "otsu" else (25,)
    strengths = _STRENGTHS if kind == "sauvola" else (0.2,)
    return [Threshold(kind, *each, gap) for each in _pairs(windows, strengths) for gap in _GAPS]


def _pairs(windows: Sequence[int], strengths: Sequence[float]) -> list[tuple[int, float]]:
    return [(window, strength) for window in windows for strength in strengths]


def best_threshold(kind: str, pages: Pages) -> Threshold:
    """Return the threshold of a kind that finds text best on some pages."""
    return max(candidates(kind), key=lambda each: text_iou(each.masks(*pages), pages.truth))


class LinearPixels:
    """Logistic regression of text from the statistics of each pixel's surroundings.

    At several scales these are means, deviations and gradients, and their squares: it knows how
    busy and how steep a place is, as classic text detectors do, but no shapes.
    """

    def __init__(self, pages: Pages) -> None:
        inputs = torch.cat([_features(page[None])[0].flatten(1).T for page in pages.pictures])
        inputs = inputs[::_EACH]  # (P, F)
        self._mean, self._scale = inputs.mean(0), inputs.std(0).clamp_min(1e-6)
        inputs = (inputs - self._mean) / self._scale
        wanted = pages.truth.flatten()[::_EACH].float()  # (P,)
        weights = torch.zeros(inputs.shape[1] + 1, requires_grad=True)
        optimizer = torch.optim.LBFGS([weights], 1.0, _ROUNDS, line_search_fn="strong_wolfe")

        def loss() -> Tensor:
            optimizer.zero_grad()
            value = functional.binary_cross_entropy_with_logits(
                inputs @ weights[1:] + weights[0], wanted
            )
            value.backward()  # type: ignore[no-untyped-call]
            return value

        with torch.enable_grad():
            optimizer.step(loss)  # type: ignore[no-untyped-call]
        self._weights = weights.detach()
        self._least = 0.0
        self._least = self._tuned(pages)

    def _tuned(self, pages: Pages) -> float:
        """Return the logit from which on a pixel is text, for the best IoU."""
        logits = self.logits(pages.pictures)
        tried = torch.linspace(-2, 2, 21).tolist()
        return float(max(tried, key=lambda least: text_iou((logits > least).long(), pages.truth)))

    def logits(self, pictures: Tensor) -> Tensor:
        """Return how sure the text is at each pixel: (B, 3, H, W) -> (B, H, W)."""
        return torch.cat([self._logits(page[None]) for page in pictures])

    def _logits(self, picture: Tensor) -> Tensor:
        values = (_features(picture).movedim(1, -1) - self._mean) / self._scale  # (1, H, W, F)
        out: Tensor = values @ self._weights[1:] + self._weights[0]  # (1, H, W)
        return out

    def masks(self, pictures: Tensor) -> Tensor:
        """Return masks (B, H, W) of text in pages (B, 3, H, W)."""
        return (self.logits(pictures) > self._least).long()


def _features(pictures: Tensor) -> Tensor:
    """Return the statistics of each pixel's surroundings: (B, 3, H, W) -> (B, F, H, W)."""
    gray = pictures.mean(1, keepdim=True)  # (B, 1, H, W)
    down = functional.pad(gray, (0, 0, 1, 1), mode="replicate").diff(dim=2)
    across = functional.pad(gray, (1, 1, 0, 0), mode="replicate").diff(dim=3)
    steep = (down[:, :, 1:].square() + across[:, :, :, 1:].square()).sqrt()  # (B, 1, H, W)
    found = [steep]
    for window in _WINDOWS:
        mean, deviation = _statistics(gray, window)
        slope, spread_of_slope = _statistics(steep, window)
        off = (gray - mean).abs()
        found += [deviation, slope, spread_of_slope, off, off / (deviation + 0.02)]
    values = torch.cat(found, 1)
    products = [values[:, i : i + 1] * values[:, i:] for i in range(values.shape[1])]
    return torch.cat([values, *products], 1)
