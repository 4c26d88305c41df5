"""Sheets of letters found in clutter, with maps, boxes or paths of glimpses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from asciiart.core.vision.boxes import Detections
from asciiart.glyphs.font import load_font
from asciiart.train.lab.sheet import sheet, to_pixels
from asciiart.train.lab.tasks.clutter.scenes import CLASSES, Scenes

_ENLARGE = 3
_TRUTH, _FOUND, _LETTER = (40, 160, 70), (40, 80, 220), (220, 40, 40)
_HEAT = (255, 170, 0)
_PATH = ((240, 150, 30), (220, 90, 60), (190, 40, 110), (110, 30, 170))
"""Colors of the glimpses, from first to last; those between repeat the third."""


def heat_sheet(scenes: Scenes, maps: Tensor, points: Tensor, answers: Tensor) -> Image.Image:
    """Return the pictures with maps (B, S, S) as heat, their peaks (B, 2) and the letters' boxes.

    The captions are the true and the predicted classes, ``answers`` (B,), labels from 1; 0 is an
    unknown one.
    """
    tiles, captions = [], []
    for i, picture in enumerate(scenes.pictures):
        canvas = _canvas(picture, maps[i])
        draw = ImageDraw.Draw(canvas)
        _truth(draw, scenes, i)
        _cross(draw, points[i], _FOUND)
        tiles.append(_tensor(canvas))
        captions.append(_caption(scenes.labels[i, 0], answers[i]))
    return sheet(tiles, captions, columns=8, enlarge=1)


def box_sheet(scenes: Scenes, detections: Sequence[Detections], least: float) -> Image.Image:
    """Return the pictures with all detections of probability ``least`` or more.

    The letters' true boxes are green, detected ones blue with a red letter. The captions are the
    true letters.
    """
    tiles, captions = [], []
    face = load_font("DejaVu Sans Mono").face(15)
    for i, (picture, found) in enumerate(zip(scenes.pictures, detections, strict=True)):
        canvas = _canvas(picture)
        draw = ImageDraw.Draw(canvas)
        there = scenes.labels[i] > 0
        _truth(draw, scenes, i)
        for box, score, label in zip(found.boxes, found.scores, found.labels, strict=True):
            if score >= least:
                _box(draw, box, _FOUND)
                x, y = (box[:2] * _ENLARGE).tolist()
                draw.text((x + 3, y), _name(label), _LETTER, face)
        tiles.append(_tensor(canvas))
        captions.append(" ".join(map(_name, scenes.labels[i][there])))
    return sheet(tiles, captions, columns=6, enlarge=1)


def path_sheet(scenes: Scenes, locations: Tensor, answers: Tensor, size: int) -> Image.Image:
    """Return the pictures with the paths of the glimpses and the answers.

    ``locations`` are (B, G, 2) in pixels, ``answers`` labels from 1; the squares, of ``size``
    pixels, are the sharpest patches.
    """
    tiles, captions = [], []
    for i, picture in enumerate(scenes.pictures):
        canvas = _canvas(picture)
        draw = ImageDraw.Draw(canvas)
        _truth(draw, scenes, i)
        _path(draw, locations[i], size)
        tiles.append(_tensor(canvas))
        captions.append(_caption(scenes.labels[i, 0], answers[i]))
    return sheet(tiles, captions, columns=8, enlarge=1)


def map_sheet(pictures: Tensor, maps: Mapping[str, Tensor]) -> Image.Image:
    """Return pictures (B, 1, S, S) with maps (B or more, S, S) as heat, a row for each name."""
    tiles, captions = [], []
    for name, rows in maps.items():
        for picture, heat in zip(pictures, rows, strict=False):
            tiles.append(_tensor(_canvas(picture, heat)))
            captions.append(name)
    return sheet(tiles, captions, columns=len(pictures), enlarge=1)


def _path(draw: ImageDraw.ImageDraw, locations: Tensor, size: int) -> None:
    """Draw the path of the glimpses, (G, 2) in pixels, and a square for each."""
    places = [tuple(place) for place in (locations * _ENLARGE).tolist()]
    colors = [_PATH[min(i, 2)] for i in range(len(places) - 1)] + [_PATH[-1]]
    for (start, end), color in zip(pairwise(places), colors[1:], strict=True):
        draw.line((*start, *end), color, 2)
    half = torch.tensor([-size / 2, -size / 2, size / 2, size / 2])
    for place, color in zip(locations, colors, strict=True):
        _box(draw, place.repeat(2) + half, color)
        _cross(draw, place, color)


def _canvas(picture: Tensor, heat: Tensor | None = None) -> Image.Image:
    """Return an enlarged picture (1, S, S); where the heat (S, S) is above 0, it is yellow."""
    pixels = to_pixels(picture).astype(np.float32)  # (S, S, 3)
    if heat is not None:
        strength = (heat / heat.max().clamp_min(1e-6)).clamp(0, 1).numpy()[..., None]  # (S, S, 1)
        pixels += 0.6 * strength * (np.array(_HEAT, np.float32) - pixels)
    image = Image.fromarray(pixels.astype(np.uint8))
    return image.resize((image.width * _ENLARGE, image.height * _ENLARGE), Image.Resampling.NEAREST)


def _tensor(canvas: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(canvas)).permute(2, 0, 1) / 255  # (H, W, 3) -> (3, H, W)


def _truth(draw: ImageDraw.ImageDraw, scenes: Scenes, number: int) -> None:
    """Draw the boxes of the letters of a picture."""
    for box in scenes.boxes[number][scenes.labels[number] > 0]:
        _box(draw, box, _TRUTH)


def _box(draw: ImageDraw.ImageDraw, box: Tensor, color: tuple[int, int, int]) -> None:
    left, top, right, bottom = (box * _ENLARGE).tolist()
    draw.rectangle((left, top, max(left, right - 1), max(top, bottom - 1)), outline=color)


def _cross(draw: ImageDraw.ImageDraw, point: Tensor, color: tuple[int, int, int]) -> None:
    x, y = (point * _ENLARGE).tolist()
    draw.line((x - 4, y, x + 4, y), color, 2)
    draw.line((x, y - 4, x, y + 4), color, 2)


def _caption(label: Tensor, answer: Tensor) -> str:
    """Return the true and the predicted letter, or the latter alone if none is known."""
    return f"{_name(label)}:{_name(answer)}" if label > 0 else _name(answer)


def _name(label: Tensor) -> str:
    return CLASSES[int(label) - 1]
