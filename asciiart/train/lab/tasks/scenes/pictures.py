"""Rendered scenes of seven kinds in any colors, such as a city or a room, with things before them.

Colors tell nothing: what tells a scene's kind is what shapes it has and how they lie together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

SIZE = 48
"""Side of a picture in pixels."""
_SIDE = 2 * SIZE
"""Side of the canvas that a scene is drawn on, of which the picture is made by averaging."""
_NOISE = 0.06
_CONTRAST = 0.25
"""Least difference between a color and the one before it, in one of the channels."""
_BLOTS = (3, 7)
"""Fewest and most things that stand before a scene."""


class SceneCanvas:
    """A canvas that is drawn on in random colors; coordinates are shares of its side."""

    def __init__(self, random: np.random.Generator) -> None:
        """Fill a canvas with a color."""
        self.random = random
        self._color = random.uniform(0, 1, 3)
        self.image = Image.new("RGB", (_SIDE, _SIDE), self._new_color())
        self._draw = ImageDraw.Draw(self.image)

    def number(self, low: float, high: float) -> float:
        """Return a random number between two."""
        return float(self.random.uniform(low, high))

    def count(self, low: int, high: int) -> int:
        """Return a random whole number from ``low`` to ``high``."""
        return int(self.random.integers(low, high + 1))

    def fill(self, *points: tuple[float, float]) -> None:
        """Fill a polygon with a new color."""
        self._draw.polygon([(x * _SIDE, y * _SIDE) for x, y in points], self._new_color())

    def box(self, left: float, top: float, right: float, bottom: float) -> None:
        """Fill a rectangle with a new color."""
        self.fill((left, top), (right, top), (right, bottom), (left, bottom))

    def disk(self, x: float, y: float, width: float, height: float) -> None:
        """Fill an ellipse around a point with a new color."""
        box = [(x - width) * _SIDE, (y - height) * _SIDE, (x + width) * _SIDE, (y + height) * _SIDE]
        self._draw.ellipse(box, self._new_color())

    def below(self, heights: Callable[[np.ndarray], np.ndarray]) -> None:
        """Fill what lies below a curve, from left to right, with a new color."""
        across = np.linspace(0, 1, _SIDE)
        curve = zip(across.tolist(), heights(across).tolist(), strict=True)
        self.fill((0, 1.01), *curve, (1, 1.01))

    def _new_color(self) -> tuple[int, int, int]:
        color = self.random.uniform(0, 1, 3)
        while np.abs(color - self._color).max() < _CONTRAST:
            color = self.random.uniform(0, 1, 3)
        self._color = color
        red, green, blue = (round(255 * value) for value in color)
        return red, green, blue


def _city(canvas: SceneCanvas) -> None:
    left, ground = canvas.number(-0.2, 0), canvas.number(0.75, 0.95)
    while left < 1:
        width, top = canvas.number(0.1, 0.25), canvas.number(0.15, 0.65)
        canvas.box(left, top, left + width, 1)
        rows, columns = canvas.count(2, 6), canvas.count(1, 3)
        for row in range(rows):
            for column in range(columns):
                x = left + width * (column + 0.3) / columns
                y = top + (ground - top) * (row + 0.3) / rows
                canvas.box(x, y, x + 0.4 * width / columns, y + 0.4 * (ground - top) / rows)
        left += width * canvas.number(0.9, 1.4)
    canvas.box(0, ground, 1, 1)


def _mountains(canvas: SceneCanvas) -> None:
    ground = canvas.number(0.65, 0.95)
    for _ in range(canvas.count(3, 5)):
        x, top, width = canvas.number(0, 1), canvas.number(0.1, 0.55), canvas.number(0.25, 0.5)
        canvas.fill((x - width, ground), (x, top), (x + width, ground))
        snow = canvas.number(0.2, 0.4)
        tip = top + snow * (ground - top)
        canvas.fill((x - snow * width, tip), (x, top), (x + snow * width, tip))
    canvas.box(0, ground, 1, 1)


def _sea(canvas: SceneCanvas) -> None:
    horizon = canvas.number(0.3, 0.6)
    canvas.disk(canvas.number(0, 1), horizon - canvas.number(-0.05, 0.3), 0.09, 0.09)
    canvas.box(0, horizon, 1, 1)
    depth = horizon
    while depth < 1:
        depth += 0.04 + 0.25 * (depth - horizon)
        waves, phase, height = canvas.number(2, 5), canvas.number(0, 6), 0.05 * (depth - horizon)
        canvas.below(lambda x: depth + height * np.sin(2 * np.pi * waves * x + phase))  # noqa: B023
    x, width = canvas.number(0.1, 0.9), canvas.number(0.06, 0.14)
    canvas.fill((x, horizon - 3 * width), (x + width, horizon), (x - width, horizon))


def _forest(canvas: SceneCanvas) -> None:
    ground = canvas.number(0.6, 0.9)
    canvas.box(0, ground, 1, 1)
    for _ in range(canvas.count(6, 10)):
        x, foot = canvas.number(0, 1), canvas.number(ground - 0.05, 1)
        width, crown = canvas.number(0.015, 0.04), canvas.number(0.1, 0.45)
        canvas.box(x - width, crown, x + width, foot)
        spread = canvas.number(0.08, 0.16)
        if canvas.count(0, 1):
            canvas.disk(x, crown, spread, 1.3 * spread)
        else:
            canvas.fill(
                (x - spread, crown + spread), (x, crown - spread), (x + spread, crown + spread)
            )


def _road(canvas: SceneCanvas) -> None:
    horizon, x = canvas.number(0.3, 0.6), canvas.number(0.25, 0.75)
    canvas.box(0, horizon, 1, 1)
    left, right = x - canvas.number(0.2, 0.7), x + canvas.number(0.2, 0.7)
    canvas.fill((x - 0.01, horizon), (x + 0.01, horizon), (right, 1), (left, 1))
    middle = (left + right) / 2
    for near in (0.2, 0.45, 0.8):
        far = 0.7 * near
        across = [x + (middle - x) * share for share in (far, near)]
        down = [horizon + (1 - horizon) * share for share in (far, near)]
        wide = [0.03 * share for share in (far, near)]
        canvas.fill(
            (across[0] - wide[0], down[0]),
            (across[0] + wide[0], down[0]),
            (across[1] + wide[1], down[1]),
            (across[1] - wide[1], down[1]),
        )


def _room(canvas: SceneCanvas) -> None:
    left, top = canvas.number(0.1, 0.35), canvas.number(0.1, 0.35)
    right, bottom = canvas.number(0.65, 0.9), canvas.number(0.6, 0.85)
    canvas.fill((0, 1), (1, 1), (right, bottom), (left, bottom))
    canvas.fill((0, 0), (left, top), (left, bottom), (0, 1))
    canvas.fill((1, 0), (right, top), (right, bottom), (1, 1))
    canvas.box(left, top, right, bottom)
    x, y = canvas.number(left, right - 0.2), canvas.number(top, bottom - 0.2)
    canvas.box(x, y, x + canvas.number(0.1, 0.2), y + canvas.number(0.1, 0.2))


def _hills(canvas: SceneCanvas) -> None:
    for layer in range(canvas.count(3, 5)):
        base, height = 0.35 + 0.15 * layer + canvas.number(-0.05, 0.05), canvas.number(0.04, 0.12)
        waves, phase = canvas.number(0.6, 1.6), canvas.number(0, 6)
        canvas.below(lambda x: base + height * np.sin(2 * np.pi * waves * x + phase))  # noqa: B023


KINDS: Mapping[str, Callable[[SceneCanvas], None]] = {
    "city": _city,
    "mountains": _mountains,
    "sea": _sea,
    "forest": _forest,
    "road": _road,
    "room": _room,
    "hills": _hills,
}
"""Name -> what draws a scene of that kind."""


def draw_scene(kind: str, random: np.random.Generator) -> np.ndarray:
    """Return a scene (3, S, S) of a kind, 0 to 1: turned a little, noisy, behind a few things."""
    canvas = SceneCanvas(random)
    KINDS[kind](canvas)
    for _ in range(canvas.count(*_BLOTS)):
        x, y = canvas.number(0, 1), canvas.number(0, 1)
        canvas.disk(x, y, canvas.number(0.02, 0.12), canvas.number(0.02, 0.12))
    turned = canvas.image.rotate(canvas.number(-8, 8), Image.Resampling.BILINEAR)
    cut = canvas.number(0.08, 0.16)
    edge = (cut * _SIDE, cut * _SIDE, (1 - cut) * _SIDE, (1 - cut) * _SIDE)
    small = turned.resize((SIZE, SIZE), Image.Resampling.BOX, edge)
    if canvas.count(0, 1):
        small = small.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    picture = np.asarray(small, np.float32) / 255 + random.normal(0, _NOISE, (SIZE, SIZE, 3))
    return picture.clip(0, 1).astype(np.float32).transpose(2, 0, 1)  # (S, S, 3) -> (3, S, S)


def draw_scenes(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return scenes (B, 3, S, S) of random kinds and their kinds (B,), which the seed decides."""
    random = np.random.default_rng(seed)
    kinds = random.integers(len(KINDS), size=count)
    names = tuple(KINDS)
    pictures = np.stack([draw_scene(names[kind], random) for kind in kinds])
    return torch.from_numpy(pictures), torch.from_numpy(kinds)
