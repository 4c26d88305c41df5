"""Scenes of letters hidden among strokes, dots and fragments of letters."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor
from torch.nn import functional

from asciiart.core.vision.boxes import box_iou
from asciiart.glyphs.font import Font
from asciiart.train.lab.data.drawn_letters import letters_of

CLASSES = string.ascii_uppercase.replace("I", "")
"""Letters that may be hidden, without the I, a mere stroke in many fonts; label 1 is the first."""

_LETTER_SIZES = (22, 25, 28)
"""Sides of letters' pictures; their capitals are 14, 15 and 17 pixels high."""
_TILE = 28
"""Side of the tiles that hold a letter or a piece of clutter."""
_INK = 0.3
"""Threshold above which a pixel belongs to a letter, for its box."""
_PIECES = 900
"""Number of different pieces of clutter, a third of each kind."""
_ENLARGED = 4
"""Supersampling factor at which strokes and dots are drawn, for soft edges."""
_PLACES_TRIED = 30
"""Number of attempts to place a letter where it touches no other."""
_GAP = 1
"""Smallest gap in pixels between the boxes of two letters."""


class Scenes(NamedTuple):
    """Pictures of letters in clutter, with the boxes and labels of the letters."""

    pictures: Tensor
    """Ink (B, 1, S, S), 0 to 1."""
    boxes: Tensor
    """Boxes (B, G, 4): left, top, right, bottom in pixels, right and bottom one past the last."""
    labels: Tensor
    """Classes (B, G) from 1; 0 pads pictures with fewer letters. The first is never 0."""


def as_scene(picture: Tensor) -> Scenes:
    """Return a picture (1, 1, S, S) as a scene of which no letter is known."""
    return Scenes(picture, torch.zeros(1, 1, 4), torch.zeros(1, 1, dtype=torch.long))


@dataclass(frozen=True)
class SceneConfig:
    """Size and contents of a scene."""

    classes: str = CLASSES
    """Letters that may be hidden; label i + 1 is character i."""
    size: int = 48
    """Side of a picture in pixels, S."""
    letters: tuple[int, int] = (1, 1)
    """Fewest and most letters, if there is room for them; the latter is G."""
    clutter: tuple[int, int] = (6, 10)
    """Fewest and most pieces of clutter: strokes, dots, fragments of letters."""
    noise: float = 0.04
    """Standard deviation of the Gaussian noise on every pixel."""


class LetterBank(NamedTuple):
    """Letters of all fonts, in several sizes."""

    tiles: Tensor
    """Ink (N, _TILE, _TILE), 0 to 1."""
    labels: Tensor
    """Classes (N,) from 1."""
    boxes: Tensor
    """Boxes (N, 4) of the ink within the tiles."""
    sizes: Tensor
    """Sides (N,) of the letters' pictures, before they were padded to tiles."""


class SceneMaker:
    """Makes scenes with the letters of some fonts; the fragments are of the same fonts."""

    def __init__(self, fonts: Sequence[Font], config: SceneConfig, *, seed: int = 0) -> None:
        self.config = config
        self.letters = _letter_bank(fonts, config.classes)
        self.pieces = _clutter_bank(self.letters.tiles, seed)  # (M, T, T)

    def __call__(self, count: int, seed: int, spread: float = 1.0) -> Scenes:
        """Return ``count`` scenes, which depend on the seed alone.

        With a ``spread`` of 1 letters lie anywhere; with a smaller one, nearer to the center.
        """
        random = torch.Generator().manual_seed(seed)
        chosen, boxes, there = self._arrange(count, random, spread)  # (B, G), (B, G, 4), (B, G)
        inks = self.letters.tiles[chosen] * there[..., None, None]  # (B, G, T, T)
        origins = boxes[..., :2] - self.letters.boxes[chosen][..., :2]  # (B, G, 2)
        pieces, places = self._scatter(count, random)
        tiles = torch.cat([inks, pieces], 1)  # (B, G + N, T, T)
        tiles = tiles * (0.6 + 0.4 * torch.rand(tiles.shape[:2], generator=random))[..., None, None]
        pictures = _paste(tiles, torch.cat([origins, places], 1), self.config.size)  # (B, S, S)
        pictures += self.config.noise * torch.randn(pictures.shape, generator=random)
        labels = self.letters.labels[chosen] * there
        return Scenes(pictures.clamp(0, 1)[:, None], boxes * there[..., None], labels)

    def _arrange(
        self, count: int, random: torch.Generator, spread: float
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the letters' indices (B, G), boxes (B, G, 4), and whether they exist (B, G)."""
        fewest, most = self.config.letters
        chosen = torch.randint(len(self.letters.tiles), (count, most), generator=random)
        extent = self.letters.boxes[chosen][..., 2:] - self.letters.boxes[chosen][..., :2]
        wanted = torch.randint(fewest, most + 1, (count, 1), generator=random)
        there = torch.arange(most) < wanted  # (B, G)
        boxes = torch.zeros(count, most, 4)
        for i in range(most):
            room = self.config.size - extent[:, None, i]  # (B, 1, 2)
            drawn = torch.rand(count, _PLACES_TRIED, 2, generator=random)
            corners = ((0.5 + spread * (drawn - 0.5)) * (room + 1)).floor()  # (B, P, 2)
            tried = torch.cat([corners, corners + extent[:, None, i]], 2)  # (B, P, 4)
            margin = torch.tensor([-_GAP, -_GAP, _GAP, _GAP])
            free = (box_iou(tried + margin, boxes[:, :i]) * there[:, None, :i]).sum(2) == 0
            first = free.int().argmax(1)  # (B,)
            boxes[:, i] = tried[torch.arange(count), first]
            there[:, i] &= free.any(1)
        return chosen, boxes, there

    def _scatter(self, count: int, random: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return pieces of clutter (B, N, T, T) and the corners (B, N, 2) of their tiles."""
        fewest, most = self.config.clutter
        chosen = torch.randint(len(self.pieces), (count, most), generator=random)
        wanted = torch.randint(fewest, most + 1, (count, 1), generator=random)
        there = torch.arange(most) < wanted  # (B, N)
        centers = torch.rand(count, most, 2, generator=random) * self.config.size
        return self.pieces[chosen] * there[..., None, None], (centers - _TILE / 2).round()


def scene_batches(
    maker: SceneMaker, count: int, seed: int, spread: Callable[[int], float] = lambda _: 1.0
) -> Callable[[int], Scenes]:
    """Return a function from a step to new scenes, with the spread of that step."""
    return lambda step: maker(count, hash((seed, step)) % 2**63, spread(step))


def _letter_bank(fonts: Sequence[Font], classes: str) -> LetterBank:
    tiles, labels, sizes = [], [], []
    for size in _LETTER_SIZES:
        letters = letters_of(fonts, classes, size)
        low = (_TILE - size) // 2
        tiles.append(functional.pad(letters.pictures[:, 0], (low, _TILE - size - low) * 2))
        labels.append(letters.labels + 1)
        sizes.append(torch.full_like(letters.labels, size))
    inks = torch.cat(tiles)  # (N, T, T)
    return LetterBank(inks, torch.cat(labels), _boxes_of(inks), torch.cat(sizes))


def _boxes_of(inks: Tensor) -> Tensor:
    """Return the boxes (N, 4) around the ink of (N, T, T)."""
    dark = inks > _INK
    sides = []
    for flags in (dark.any(1).int(), dark.any(2).int()):  # columns, rows: (N, T)
        sides.append((flags.argmax(1), flags.shape[1] - flags.flip(1).argmax(1)))
    (left, right), (top, bottom) = sides
    return torch.stack([left, top, right, bottom], 1).float()


def _clutter_bank(letters: Tensor, seed: int) -> Tensor:
    """Return strokes, dots and fragments of letters, each centered in its tile (M, T, T)."""
    random = np.random.default_rng(seed)
    third = _PIECES // 3
    strokes = [_draw_stroke(random) for _ in range(third)]
    dots = [_draw_dot(random) for _ in range(third)]
    drawn = torch.from_numpy(np.stack(strokes + dots))  # (2 M / 3, T, T)
    return torch.cat([drawn, torch.stack([_cut_fragment(letters, random) for _ in range(third)])])


def _draw_stroke(random: np.random.Generator) -> np.ndarray:
    """Return a straight or bent line, once to twice as long as a letter is high."""
    canvas = Image.new("L", (_TILE * _ENLARGED,) * 2)
    draw = ImageDraw.Draw(canvas)
    width = int(random.uniform(1, 4) * _ENLARGED)
    middle = _TILE * _ENLARGED / 2
    reach = random.uniform(0.4, 0.95) * middle
    angle = random.uniform(0, np.pi)
    if random.random() < 0.5:
        x, y = reach * np.cos(angle), reach * np.sin(angle)
        draw.line((middle - x, middle - y, middle + x, middle + y), 255, width)
    else:
        box = (middle - reach, middle - reach, middle + reach, middle + reach)
        start = np.degrees(angle) * 2
        draw.arc(box, start, start + random.uniform(40, 110), 255, width)
    return _reduced(canvas)


def _draw_dot(random: np.random.Generator) -> np.ndarray:
    canvas = Image.new("L", (_TILE * _ENLARGED,) * 2)
    middle = _TILE * _ENLARGED / 2
    wide, high = random.uniform(0.7, 5, 2) * _ENLARGED
    box = (middle - wide, middle - high, middle + wide, middle + high)
    ImageDraw.Draw(canvas).ellipse(box, 255)
    return _reduced(canvas)


def _reduced(canvas: Image.Image) -> np.ndarray:
    return np.asarray(canvas.reduce(_ENLARGED), np.float32) / 255


def _cut_fragment(letters: Tensor, random: np.random.Generator) -> Tensor:
    """Return a small window of a letter, around a pixel of its ink."""
    letter = letters[random.integers(len(letters))]  # (T, T)
    inked = (letter > _INK).nonzero()  # (I, 2)
    row, column = inked[random.integers(len(inked))].tolist()
    half = _TILE // 2
    around = functional.pad(letter, (half,) * 4)[row : row + _TILE, column : column + _TILE]
    high, wide = random.integers(3, 6, 2)  # half of the window's sides
    fragment = torch.zeros_like(letter)
    window = (slice(half - high, half + high), slice(half - wide, half + wide))
    fragment[window] = around[window]
    return fragment


def _paste(tiles: Tensor, corners: Tensor, size: int) -> Tensor:
    """Return pictures (B, S, S) of tiles (B, N, T, T) at corners (B, N, 2); the darkest wins."""
    side = size + 2 * _TILE  # tiles may reach over the edge
    steps = torch.arange(_TILE)
    x, y = (corners.long() + _TILE).unbind(2)  # (B, N) each
    rows, columns = y[..., None] + steps, x[..., None] + steps  # (B, N, T) each
    places = rows[..., :, None] * side + columns[..., None, :]  # (B, N, T, T)
    canvas = torch.zeros(len(tiles), side * side)
    canvas.scatter_reduce_(1, places.flatten(1), tiles.flatten(1), "amax")
    inside = slice(_TILE, _TILE + size)
    return canvas.view(-1, side, side)[:, inside, inside]
