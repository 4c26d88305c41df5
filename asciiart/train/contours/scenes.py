"""Rendered scenes whose true lines are known: objects of a `Stock` before textured surfaces.

Objects are put into the scene from back to front. Where a front one ends is a border; where colors
meet within it, or a shaded one has an edge, is an inner line, such as an eye's or a fold's.
Texture, shadows and noise are neither, nor is a border with too little contrast to be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.io.pictures.arrays import Gray, Mask, Pixels, Samples
from asciiart.train.contours.camera import take_photograph
from asciiart.train.contours.stock import PictureObject, Stock, read_shaded
from asciiart.train.contours.surfaces import (
    Random,
    make_color,
    make_surface,
    make_texture,
    relief,
    slow_noise,
)

SIDE = 256
"""Side of a scene in pixels."""
BORDER, INNER, HIDDEN, OBJECT, FACE, UNKNOWN = 1, 2, 4, 8, 16, 32
"""Bits of `Scene.marks`."""
_FINE = 2
"""Factor by which a scene is larger while it is painted."""
_CANVAS = _FINE * SIDE
_FLAT = 0.45
"""Share of objects that are flat drawings."""
_REAL = (0.45, 0.75)
"""Shares of the others that are photographs, and that are these or portraits."""
_SMALLEST_FACE = 12.0
"""Width in pixels of the scene of a face that can be told from other things."""
_FEWEST_PIXELS = 300
"""Pixels of an object that is worth painting."""
_SEEN = 10.0
"""Smallest difference of color across a visible line, in CIE Lab."""
_REGIONS = 1000
"""Numbers of regions that an object may have."""


class Scene(NamedTuple):
    """A rendered scene, as a camera saw it."""

    rgb: Pixels
    """(S, S, 3)."""
    marks: NDArray[np.uint8]
    """(S, S): the bit `BORDER` where an object or a region behind it ends, `INNER` where there is
    a line within an object, `HIDDEN` where either is too faint to be seen, `OBJECT` on objects,
    `FACE` on faces, `UNKNOWN` where there may be one."""


class _Cutout(NamedTuple):
    """An object before it is put into a scene."""

    labels: NDArray[np.uint8]
    """(H, W), 0 outside, else the region."""
    faces: NDArray[np.uint8]
    """(H, W), `FACE`, `UNKNOWN` or 0."""
    picture: Samples
    """(H, W, 3), 0 to 1."""
    shaded: bool
    """Whether the regions say nothing, and inner lines are where the picture has edges."""


class _Placed(NamedTuple):
    """An object on the canvas."""

    labels: NDArray[np.uint8]
    """(C, C)."""
    faces: NDArray[np.uint8]
    """(C, C)."""
    picture: Samples
    """(C, C, 3)."""
    center: tuple[float, float]
    """In pixels."""
    size: float
    """Longer side in pixels."""
    shaded: bool

    @property
    def inside(self) -> Mask:
        """Where the object is (C, C)."""
        return np.asarray(self.labels > 0)


@dataclass
class _Canvas:
    """A scene that is being painted, twice as large as it will be."""

    picture: Samples
    """(C, C, 3), 0 to 1."""
    regions: NDArray[np.int32]
    """(C, C), a number for each region of each object, and of what lies behind them."""
    objects: NDArray[np.int32]
    """(C, C), a number for each object; 0 behind them."""
    faces: NDArray[np.uint8]
    """(C, C), `FACE`, `UNKNOWN` or 0."""
    drawn: Mask
    """(C, C), inner lines of shaded objects."""


def make_scene(stock: Stock, seed: int | tuple[int, ...]) -> Scene:
    """Return the scene of a seed, which is always the same for a stock."""
    random = np.random.default_rng(seed)
    canvas = _make_background(random, stock)
    count = int(random.integers(2, 9))
    sizes = np.sort(_CANVAS * np.exp(random.uniform(np.log(0.1), 0, count)))[::-1]
    if random.random() < 0.5:
        random.shuffle(sizes)
    for number, size in enumerate(sizes.tolist(), 1):
        placed = _place(random, _choose_cutout(random, stock), size)
        if placed.inside.sum() >= _FEWEST_PIXELS:
            _paint(random, canvas, _light(random, placed, stock), number)
        if random.random() < 0.08:
            canvas.picture = _blurred(canvas.picture, random.uniform(1, 5))
    return _finish(random, canvas)


def _blurred(picture: Samples, sigma: float) -> Samples:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), float(sigma)), np.float32)


def _make_background(random: Random, stock: Stock) -> _Canvas:
    """Return one surface, a horizon between two, or several patches."""
    regions = np.zeros((_CANVAS, _CANVAS), np.int32)
    kind = random.random()
    if 0.45 <= kind < 0.7:
        regions[:] = np.arange(_CANVAS)[:, None] > _skyline(random)
    elif kind >= 0.7:
        regions[:] = _patches(random, int(random.integers(2, 6)))
    picture = make_surface(random, _CANVAS, stock.textures)
    for region in range(1, int(regions.max()) + 1):
        surface = make_surface(random, _CANVAS, stock.textures)
        picture = np.where((regions == region)[..., None], surface, picture)
    if random.random() < 0.3:
        picture = _blurred(picture, random.uniform(2, 12))
    faces, drawn = np.zeros(regions.shape, np.uint8), np.zeros(regions.shape, bool)
    return _Canvas(picture, regions, np.zeros_like(regions), faces, drawn)


def _skyline(random: Random) -> Gray:
    """Return the height (C,) of a horizon at each column."""
    waves = random.normal(size=(1, int(random.integers(3, 8)))).astype(np.float32)
    hills = cv2.resize(waves, (_CANVAS, 1), interpolation=cv2.INTER_CUBIC)[0]
    heights = _CANVAS * (random.uniform(0.25, 0.75) + 0.06 * random.random() * hills)
    if random.random() < 0.5:
        heights = heights + 0.01 * _CANVAS * random.normal(size=_CANVAS)
    return np.asarray(heights, np.float32)


def _patches(random: Random, count: int) -> NDArray[np.int32]:
    """Return (C, C), which of several centers is nearest, with wavy borders."""
    centers = random.uniform(0, _CANVAS, (count, 2))
    waves = 0.08 * _CANVAS * random.random()
    y, x = np.mgrid[:_CANVAS, :_CANVAS].astype(np.float32)
    x, y = (axis + np.float32(waves) * slow_noise(random, _CANVAS, 6) for axis in (x, y))
    away = np.stack([np.hypot(x - left, y - top) for left, top in centers])
    return np.asarray(away.argmin(0), np.int32)


def _choose_cutout(random: Random, stock: Stock) -> _Cutout:
    if random.random() < _FLAT:
        return _flat_cutout(random, stock)
    kind = random.random()
    if kind < _REAL[0]:
        chosen = stock.photographs[int(random.integers(len(stock.photographs)))]
    elif kind < _REAL[1]:
        chosen = _part_of(random, stock.portraits[int(random.integers(len(stock.portraits)))])
    else:
        chosen = read_shaded(stock.shaded[int(random.integers(len(stock.shaded)))])
    rgba, face = chosen
    picture = rgba[..., :3].astype(np.float32) / np.float32(255)
    if random.random() < 0.4 and (face is None or not face.any()):
        picture = picture[..., random.permutation(3)]
    inside = (rgba[..., 3] > 127).astype(np.uint8)
    faces = inside * np.uint8(UNKNOWN) if face is None else face * np.uint8(FACE)
    return _Cutout(inside, faces, picture, shaded=True)


def _part_of(random: Random, portrait: PictureObject) -> PictureObject:
    """Return a portrait, or its head and shoulders where the face is known."""
    rgba, face = portrait
    if face is None or random.random() < 0.3:
        return portrait
    rows = np.flatnonzero(face.any(1))
    columns = np.flatnonzero(face.any(0))
    size = int(rows[-1] - rows[0])
    below, aside = int(size * random.uniform(0.3, 2.5)), int(size * random.uniform(0.5, 2))
    part = (
        slice(0, int(rows[-1]) + below),
        slice(max(0, int(columns[0]) - aside), int(columns[-1]) + aside),
    )
    return PictureObject(rgba[part], face[part])


def _flat_cutout(random: Random, stock: Stock) -> _Cutout:
    drawing = stock.drawings[int(random.integers(len(stock.drawings)))]
    labels, colors = drawing.labels, drawing.colors.astype(np.float32) / np.float32(255)
    if random.random() < 0.6:
        labels = _without_strokes(labels)
    if random.random() < 0.4:
        colors = colors[:, random.permutation(3)]
    if random.random() < 0.3:
        colors = np.clip(colors + random.normal(0, 0.15, colors.shape), 0, 1).astype(np.float32)
    if random.random() < 0.2:
        colors = np.stack([make_color(random) for _ in colors])
    faces = (labels > 0) * np.uint8(UNKNOWN)
    return _Cutout(labels, faces, colors[labels], shaded=False)


def _without_strokes(labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return regions (H, W) in which thin strokes belong to the nearest area, as in a photograph.

    A drawing of strokes alone stays as it is.
    """
    box = np.ones((5, 5), np.uint8)
    areas = np.zeros(labels.shape, bool)
    for label in np.unique(labels[labels > 0]).tolist():
        areas |= cv2.morphologyEx((labels == label).astype(np.uint8), cv2.MORPH_OPEN, box) > 0
    inside = labels > 0
    if areas.sum() <= 0.3 * inside.sum():
        return labels
    nearest = cv2.distanceTransformWithLabels(
        (~areas).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )[1]
    of_area = np.zeros(int(nearest.max()) + 1, np.uint8)
    of_area[nearest[areas]] = labels[areas]
    return np.where(inside, of_area[nearest], 0).astype(np.uint8)


def _place(random: Random, cutout: _Cutout, size: float) -> _Placed:
    """Return an object turned, stretched and mirrored a little, somewhere on the canvas."""
    height, width = cutout.labels.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.normal(0, 12), 1.0)
    turn[:, :2] *= size / max(height, width)
    turn[0, :2] *= np.exp(random.normal(0, 0.12))
    centered = random.random() >= 0.6
    place = _CANVAS / 2 + random.normal(0, _CANVAS / 8, 2)
    place = place if centered else random.uniform(0, _CANVAS, 2)
    turn[:, 2] = place - turn[:, :2] @ np.array([width / 2, height / 2])
    mirrored = slice(None, None, -1 if random.random() < 0.5 else 1)
    labels = np.ascontiguousarray(cutout.labels[:, mirrored])
    picture = np.ascontiguousarray(cutout.picture[:, mirrored])
    faces = np.ascontiguousarray(cutout.faces[:, mirrored])
    canvas = (_CANVAS, _CANVAS)
    smooth = cv2.INTER_LINEAR if cutout.shaded else cv2.INTER_NEAREST
    return _Placed(
        np.asarray(cv2.warpAffine(labels, turn, canvas, flags=cv2.INTER_NEAREST), np.uint8),
        _without_small(
            np.asarray(cv2.warpAffine(faces, turn, canvas, flags=cv2.INTER_NEAREST), np.uint8)
        ),
        np.asarray(
            cv2.warpAffine(picture, turn, canvas, flags=smooth, borderMode=cv2.BORDER_REPLICATE),
            np.float32,
        ),
        (float(place[0]), float(place[1])),
        size,
        cutout.shaded,
    )


def _without_small(faces: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the marks of faces (C, C), unknown where a face is too small to be told."""
    width = int((faces == FACE).any(0).sum())
    small = width < _FINE * _SMALLEST_FACE
    return np.where(faces == FACE, np.uint8(UNKNOWN), faces) if small else faces


def _light(random: Random, placed: _Placed, stock: Stock) -> _Placed:
    """Return an object with textures, shading and light of its own."""
    picture = placed.picture
    if random.random() < (0.15 if placed.shaded else 0.5):
        picture = picture + _some_relief(random, stock, 0.2)
    if not placed.shaded and random.random() < 0.4:
        for label in np.unique(placed.labels[placed.inside])[:6].tolist():
            if random.random() < 0.5:
                of_label = (placed.labels == label)[..., None]
                picture = picture + of_label * _some_relief(random, stock, 0.3)
    if random.random() < 0.6:
        picture = picture * _roundness(random, placed)[..., None]
    if random.random() < 0.4:
        picture = picture * _side_light(random, placed)[..., None]
    bright = picture * random.uniform(0.5, 1.15) + random.uniform(-0.05, 0.1)
    return placed._replace(picture=np.asarray(np.clip(bright, 0, 1), np.float32))


def _some_relief(random: Random, stock: Stock, least: float) -> Samples:
    strength = np.float32(random.uniform(least, 1))
    return np.asarray(strength * relief(make_texture(random, _CANVAS, stock.textures)))


def _roundness(random: Random, placed: _Placed) -> Gray:
    """Return the light (C, C) on an object that is rounded toward its border."""
    inside = placed.inside.astype(np.uint8)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5)
    depth = np.minimum(depth / (0.25 * placed.size + 1), 1).astype(np.float32)
    depth = cv2.GaussianBlur(depth, (0, 0), max(1.0, placed.size / 40))
    turn = random.uniform(0, 2 * np.pi)
    toward = cv2.Sobel(depth, cv2.CV_32F, 1, 0) * np.cos(turn)
    toward = toward + cv2.Sobel(depth, cv2.CV_32F, 0, 1) * np.sin(turn)
    strength = 0.02 * placed.size * random.uniform(0.2, 1.2)
    return np.asarray(np.clip(1 + strength * toward, 0.3, 1.6), np.float32)


def _side_light(random: Random, placed: _Placed) -> Gray:
    """Return light (C, C) that falls off across an object."""
    turn = random.uniform(0, 2 * np.pi)
    y, x = np.mgrid[:_CANVAS, :_CANVAS].astype(np.float32)
    across = (x - placed.center[0]) * np.cos(turn) + (y - placed.center[1]) * np.sin(turn)
    light = 1 + random.uniform(0.2, 0.9) * across / placed.size
    return np.asarray(np.clip(light, 0.2, 1.8), np.float32)


def _paint(random: Random, canvas: _Canvas, placed: _Placed, number: int) -> None:
    """Paint an object over what is there, perhaps with its shadow, perhaps out of focus."""
    inside, picture = placed.inside, placed.picture
    canvas.drawn[inside] = (_edges(picture) & _core(inside))[inside] if placed.shaded else False
    if random.random() < 0.5:
        canvas.picture = canvas.picture * _shadow(random, inside, placed.size)[..., None]
    opacity = inside.astype(np.float32)
    if random.random() < 0.12:
        sigma = random.uniform(1, 5)
        opacity, picture = _blurred(opacity, sigma), _blurred(picture, sigma)
    canvas.picture = canvas.picture + opacity[..., None] * (picture - canvas.picture)
    canvas.objects[inside] = number
    canvas.faces[inside] = placed.faces[inside]
    canvas.regions[inside] = number * _REGIONS + placed.labels[inside].astype(np.int32)


def _shadow(random: Random, inside: Mask, size: float) -> Gray:
    """Return the light (C, C) that is left around an object, which shades what lies behind."""
    soft = _blurred(inside.astype(np.float32), random.uniform(2, 0.08 * size + 3))
    shift = np.array([[1, 0, 0], [0, 1, 0]], np.float32)
    shift[:, 2] = random.normal(0, 0.06 * size, 2)
    moved = cv2.warpAffine(soft, shift, (_CANVAS, _CANVAS))
    return np.asarray(1 - random.uniform(0.2, 0.7) * moved, np.float32)


def _core(inside: Mask) -> Mask:
    """Return what lies two pixels or more within an object."""
    return np.asarray(cv2.erode(inside.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)


def _edges(picture: Samples) -> Mask:
    """Return Canny's edges (C, C) of a shaded object, in brightness and color together."""
    smooth = cv2.GaussianBlur((picture * 255).clip(0, 255).astype(np.uint8), (0, 0), 1.5)
    total = cv2.cvtColor(smooth, cv2.COLOR_RGB2Lab).astype(np.float32).sum(2) / np.float32(1.5)
    dx, dy = (
        np.clip(cv2.Sobel(total, cv2.CV_32F, *order), -30000, 30000).astype(np.int16)
        for order in ((1, 0), (0, 1))
    )
    return np.asarray(cv2.Canny(dx, dy, 60, 150, L2gradient=True) > 0)


def _finish(random: Random, canvas: _Canvas) -> Scene:
    """Return the scene at its size, photographed."""
    size = (SIDE, SIDE)
    small = np.asarray(cv2.resize(canvas.picture, size, interpolation=cv2.INTER_AREA), np.float32)
    behind = np.where(canvas.objects == 0, canvas.regions, 0)
    outer = _borders(canvas.objects) | _borders(behind)
    lines = _borders(canvas.regions) | canvas.drawn | outer
    seen = _visible(small)
    border = _pooled(outer) & seen
    beside = cv2.dilate(border.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    inner = _pooled(lines) & seen & ~beside
    objects = cv2.resize(
        (canvas.objects > 0).astype(np.float32), size, interpolation=cv2.INTER_AREA
    )
    parts = {BORDER: border, INNER: inner, HIDDEN: _pooled(lines) & ~seen, OBJECT: objects > 0.5}
    marks = canvas.faces[::_FINE, ::_FINE].copy()
    for bit, part in parts.items():
        marks[part] |= bit
    return Scene(take_photograph(random, small), marks)


def _borders(numbers: NDArray[np.int32]) -> Mask:
    """Return the pixels (C, C) that have a neighbor of another number."""
    found = np.zeros(numbers.shape, bool)
    across, down = numbers[:, 1:] != numbers[:, :-1], numbers[1:] != numbers[:-1]
    found[:, 1:] |= across
    found[:, :-1] |= across
    found[1:] |= down
    found[:-1] |= down
    return found


def _pooled(fine: Mask) -> Mask:
    """Return the pixels of the scene (S, S) in which any pixel of the canvas is True."""
    return np.asarray(fine.reshape(SIDE, _FINE, SIDE, _FINE).any((1, 3)))


def _visible(picture: Samples) -> Mask:
    """Return where colors (S, S, 3) differ within two pixels so much that a line is seen."""
    soft = np.clip(cv2.GaussianBlur(picture, (0, 0), 1.0), 0, 1)
    lab = cv2.cvtColor(soft, cv2.COLOR_RGB2Lab)
    box = np.ones((5, 5), np.uint8)
    spread = cv2.dilate(lab, box) - cv2.erode(lab, box)
    return np.asarray(np.linalg.norm(spread, axis=2) > _SEEN)
