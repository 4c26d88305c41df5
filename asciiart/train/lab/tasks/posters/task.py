"""Lab task: propose regions that hold letters, of any size and color, without knowing letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn

from asciiart.core.vision.boxes import box_iou
from asciiart.core.vision.proposals import propose_regions, sliding_windows
from asciiart.io.pictures.image import load_image
from asciiart.train.lab.lesson import Lesson, Outcome
from asciiart.train.lab.region_search import search_regions
from asciiart.train.lab.sheet import sheet, to_pixels
from asciiart.train.lab.tasks.posters.pictures import SIZE, Posters, draw_posters

ASKED = 60
"""Posters to be judged by."""
COUNT = 200
"""Regions that each method may propose for a poster."""
SCALES = (20.0, 50.0, 100.0)
"""Scales of the segments from which selective search starts."""
_OVERLAP = 0.5
"""Lowest intersection over union of a region that holds a letter."""
_LEVELS = (1, 3, 7, 15)
"""Numbers of thresholds a channel for connected components; the best one is compared."""
_SMALLEST = 30
"""Fewest pixels of a connected component."""
_SHOWN = 12
_VALIDATION_SEED = 1000
"""Number added to the seed for posters for validation."""
_FOUND, _MISSED = (40, 160, 70), (220, 40, 40)


class SelectiveSearch(nn.Module):
    """Selective search as a module; it has no weights, for there is nothing to learn."""

    def forward(self, pictures: Tensor, count: int = COUNT) -> Tensor:
        """Return regions (B, count, 4) of pictures (B, 3, H, W).

        Raises
        ------
        ModelError
            If scikit-image is not installed.
        """
        return search_regions(pictures, count, SCALES)


def build(network: str, settings: Mapping[str, Any]) -> nn.Module:  # noqa: ARG001 - none needed
    """Return the search."""
    return SelectiveSearch()


def teach(network: str, lesson: Lesson) -> Outcome:
    """Test on posters with the held-out fonts; nothing is learned."""
    fonts = lesson.fonts()
    seed = lesson.seed + _VALIDATION_SEED * lesson.validate
    asked = draw_posters(fonts.held_out, ASKED, np.random.default_rng((seed, 1)))
    known = draw_posters(fonts.training, ASKED // 2, np.random.default_rng((seed, 2)))
    model = build(network, {})
    regions = list(model(asked.pictures))
    figures = {
        "recall": recall(regions, asked.boxes),
        "letters": float(sum(map(len, asked.boxes))),
        "regions": float(COUNT),
    }
    levels = max(_LEVELS, key=lambda each: recall(components(known.pictures, each), known.boxes))
    methods = {
        "sliding windows": even_windows(len(asked.pictures)),
        "windows with ink": list(propose_regions(asked.pictures, COUNT)),
        "connected components": components(asked.pictures, levels),
    }
    baselines = {name: recall(boxes, asked.boxes) for name, boxes in methods.items()}
    return Outcome(model, figures, _picture(asked, regions), baselines)


def recall(regions: Sequence[Tensor], boxes: Sequence[Tensor]) -> float:
    """Return the share of letters (G, 4) that one of a poster's regions (N, 4) overlaps enough."""
    reached = [
        box_iou(true, own).amax(1) >= _OVERLAP for own, true in zip(regions, boxes, strict=True)
    ]
    return float(torch.cat(reached).float().mean())


def even_windows(count: int) -> list[Tensor]:
    """Return the same regions for ``count`` posters: windows of all sizes, evenly chosen."""
    windows = sliding_windows(SIZE, SIZE)
    chosen = torch.linspace(0, len(windows) - 1, COUNT).round().long()
    return [windows[chosen]] * count


def components(pictures: Tensor, levels: int) -> list[Tensor]:
    """Return the boxes (N, 4) of the largest connected components of each poster (B, 3, H, W).

    Each channel is parted at ``levels`` thresholds, evenly between its darkest and lightest pixel,
    or at Otsu's if there is one; components of both sides count.
    """
    return [_components(picture, levels) for picture in pictures]


def _components(picture: Tensor, levels: int) -> Tensor:
    found: dict[tuple[int, int, int, int], int] = {}
    for channel in (picture * 255).byte().numpy():
        smooth = cv2.medianBlur(channel, 3)
        for mask in _sides(smooth, levels):
            _, _, rows, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
            for left, top, width, height, pixels in rows[1:].tolist():
                if pixels >= _SMALLEST:
                    found[left, top, left + width, top + height] = pixels
    largest = sorted(found, key=found.__getitem__, reverse=True)[:COUNT]
    return torch.tensor(largest or [(0, 0, SIZE, SIZE)], dtype=torch.float32)


def _sides(channel: np.ndarray, levels: int) -> Sequence[np.ndarray]:
    """Return the masks (H, W) of what is above and below each threshold."""
    if levels == 1:
        _, above = cv2.threshold(channel, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        return [above, 1 - above]
    limits = np.linspace(int(channel.min()), int(channel.max()), levels + 2)[1:-1]
    masks = [(channel > limit).astype(np.uint8) for limit in limits]
    return [*masks, *(1 - mask for mask in masks)]


def answer(model: nn.Module, given: str, settings: Mapping[str, Any]) -> Image.Image:  # noqa: ARG001
    """Return a picture with the best 30 of its regions."""
    picture = Image.fromarray(load_image(given, target=(2 * SIZE, 2 * SIZE)).on(255))
    picture.thumbnail((2 * SIZE, 2 * SIZE))
    colors = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None] / 255  # (1, 3, H, W)
    draw = ImageDraw.Draw(picture)
    for box in model(colors, 30)[0].int().tolist():
        draw.rectangle(box, outline=_FOUND)
    return picture


def _picture(asked: Posters, regions: Sequence[Tensor]) -> Image.Image:
    """Return posters with the letters' boxes: green if a region holds the letter, else red."""
    tiles = []
    for picture, own, boxes in zip(asked.pictures[:_SHOWN], regions, asked.boxes, strict=False):
        canvas = Image.fromarray(to_pixels(picture))
        draw = ImageDraw.Draw(canvas)
        held = box_iou(boxes, own).amax(1) >= _OVERLAP
        for box, good in zip(boxes.int().tolist(), held.tolist(), strict=True):
            left, top, right, bottom = box
            draw.rectangle((left, top, right - 1, bottom - 1), outline=_FOUND if good else _MISSED)
        tiles.append(torch.from_numpy(np.array(canvas)).permute(2, 0, 1) / 255)
    return sheet(tiles, columns=6, enlarge=1)
