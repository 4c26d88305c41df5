"""Rendered scenes whose true lines are known: shaded objects that occlude one another.

Objects are painted from back to front. True lines are the boundaries of objects and of their faces,
and features drawn on them (brows, lids, mouths, folds); texture, shadows and noise are not lines,
and neither is a boundary with too little contrast to be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.io.pictures.arrays import Gray, Mask, Points

Random = np.random.Generator
Texture = Callable[[Random, int], Gray]

SCENE_UNIT = 8
"""Pixels of a half-width character, the unit for the sizes of objects."""
_SUBPIXEL_BITS = 4
_SEEN = 0.03
"""Smallest difference of brightness, 0 to 1, across a visible line."""
_OUT_OF_FOCUS = 4.0
"""Standard deviation in pixels of the blur from which a line counts as lost."""


class Scene(NamedTuple):
    """A rendered scene."""

    gray: Gray
    """Brightness (S, S), 0 to 1."""
    lines: Mask
    """True lines (S, S), one or two pixels wide."""


def _grain(random: Random, size: int) -> Gray:
    """Return soft spots of one size."""
    sigma = float(random.uniform(0.7, 3))
    noise = random.normal(size=(size, size)).astype(np.float32)
    return _unit(np.asarray(cv2.GaussianBlur(noise, (0, 0), sigma), np.float32))


def _stripes(random: Random, size: int) -> Gray:
    """Return bent stripes."""
    y, x = np.mgrid[:size, :size].astype(np.float32)
    turn, period = random.uniform(0, np.pi), random.uniform(4, 14)
    bend = _clouds(random, size) * np.float32(random.uniform(0, 3))
    wave = np.sin((x * np.cos(turn) + y * np.sin(turn)) * (2 * np.pi / period) + bend)
    return _unit(wave)


def _fur(random: Random, size: int) -> Gray:
    """Return short strokes along a smooth direction field."""
    turn = float(random.uniform(0, np.pi))
    length, spread = random.uniform(6, 22), random.uniform(0.1, 0.5)
    return _strokes(random, size, turn, length, spread)


def _cells(random: Random, size: int) -> Gray:
    """Return patches of two tones."""
    return _unit((_grain(random, size) > random.uniform(-0.6, 0.6)).astype(np.float32))


def _grass(random: Random, size: int) -> Gray:
    """Return upright blades."""
    return _strokes(random, size, np.pi / 2, random.uniform(15, 45), 0.25)


def _bricks(random: Random, size: int) -> Gray:
    """Return courses of bricks with joints."""
    height = int(random.integers(6, 14))
    y, x = np.mgrid[:size, :size]
    course = y // height
    shifted = x + (course % 2) * height
    tones = random.normal(size=(size // height + 1, size // height + 2)).astype(np.float32)
    joint = (y % height == 0) | (shifted % (2 * height) == 0)
    return _unit(np.where(joint, -2, 0.5 * tones[course, shifted // (2 * height)]))


def _clouds(random: Random, size: int) -> Gray:
    """Return noise with equally strong octaves."""
    total = np.zeros((size, size), np.float32)
    for octave in range(2, 8):
        coarse = random.normal(size=(2**octave, 2**octave)).astype(np.float32)
        total += cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC) / octave
    return _unit(total)


def _speckles(random: Random, size: int) -> Gray:
    """Return dots of many sizes."""
    page = np.zeros((size, size), np.uint8)
    for x, y in random.integers(0, size, (size * size // 120, 2)).tolist():
        tone, radius = int(random.integers(60, 255)), int(random.integers(1, 4))
        cv2.circle(page, (x, y), radius, tone, -1, cv2.LINE_AA)
    return _unit(page.astype(np.float32))


def _strokes(random: Random, size: int, turn: float, length: float, spread: float) -> Gray:
    page = np.full((size, size), 128, np.uint8)
    count = int(size * size / (3 * length))
    turns = random.normal(turn, spread, count)
    starts = random.uniform(-length, size, (count, 2))
    ends = starts + length * np.stack([np.cos(turns), -np.sin(turns)], 1)
    tones = random.integers(0, 256, count).tolist()
    for start, end, tone in zip(_fixed(starts), _fixed(ends), tones, strict=True):
        cv2.line(page, start.tolist(), end.tolist(), tone, 1, cv2.LINE_AA, _SUBPIXEL_BITS)
    return _unit(page.astype(np.float32))


def _unit(texture: Gray) -> Gray:
    """Return ``texture`` normalized to mean 0 and standard deviation 1."""
    return np.asarray((texture - texture.mean()) / max(float(texture.std()), 1e-6), np.float32)


TRAINING_TEXTURES: tuple[Texture, ...] = (_grain, _stripes, _fur, _cells)
"""Textures of the scenes that the network is trained on."""
HELD_OUT_TEXTURES: tuple[Texture, ...] = (_grass, _bricks, _clouds, _speckles)
"""Textures of the scenes for evaluation, which the network never saw."""


def _fixed(points: Points) -> NDArray[np.int32]:
    """Return points (P, 2), x and y in pixels, as OpenCV's fixed-point numbers."""
    return np.asarray(np.rint(points * 2**_SUBPIXEL_BITS), np.int32)


def _ellipse(center: Points, radii: Points, turn: float, corners: int = 72) -> Points:
    t = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.asarray(center + np.stack([radii[0] * np.cos(t), radii[1] * np.sin(t)], 1) @ axes)


def _blob(random: Random, center: Points, radii: Points) -> Points:
    """Return a closed smooth curve: an ellipse with a few waves."""
    t = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    waves = np.arange(2, 6)
    sizes = random.normal(0, 0.25, 4) / waves
    radius = 1 + (sizes * np.cos(t[:, None] * waves + random.uniform(0, 2 * np.pi, 4))).sum(1)
    around = np.stack([np.cos(t), np.sin(t)], 1) * radii * radius[:, None]
    return np.asarray(center + around)


def _polygon(random: Random, center: Points, radii: Points) -> Points:
    corners = int(random.integers(3, 7))
    t = np.sort(random.uniform(0, 2 * np.pi, corners))
    return np.asarray(center + radii * np.stack([np.cos(t), np.sin(t)], 1))


def _rod(random: Random, center: Points, radii: Points) -> Points:
    """Return a long thin rectangle: a pole, a branch, a limb."""
    turn = float(random.choice([0, np.pi / 2, random.uniform(0, np.pi)]))
    long, thick = 1.8 * radii.max(), max(2.0, radii.min() * random.uniform(0.05, 0.3))
    return _ellipse(center, np.array([long, thick]), turn, corners=int(random.choice([4, 40])))


class _Canvas:
    """The painted brightness with and without texture, and the object at each pixel."""

    def __init__(self, random: Random, size: int, textures: Sequence[Texture]) -> None:
        self.random, self.size, self.textures = random, size, textures
        self.gray = np.zeros((size, size), np.float32)
        self.plain = np.zeros((size, size), np.float32)
        self.owner = np.zeros((size, size), np.int32)
        self.drawn = np.zeros((size, size), np.uint8)  # features, as lines
        self.things = 0
        y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
        self.ramps = np.stack([x, y]).astype(np.float32)

    def cover(self, points: Points, tone: float | None = None, rough: float = 0.4) -> Gray:
        """Paint a shaded object, textured with probability ``rough``; return its opacity (S, S)."""
        weight = self._filled(points)
        shade = self._shade(points, tone)
        self.plain += weight * (shade - self.plain)
        if self.random.random() < rough:
            texture = self.textures[int(self.random.integers(len(self.textures)))]
            shade = shade + np.float32(self.random.uniform(0.02, 0.16)) * texture(
                self.random, self.size
            )
        self.gray += weight * (shade - self.gray)
        inside = weight > 0.5
        self.things += 1
        self.owner[inside] = self.things
        self.drawn[inside] = 0
        return weight

    def feature(self, points: Points, width: float, contrast: float, inside: Gray) -> None:
        """Draw a soft stroke, different by ``contrast``, on an object with opacity ``inside``."""
        stroke = np.zeros((self.size, self.size), np.uint8)
        line = np.zeros_like(stroke)
        thick = max(1, round(width))
        cv2.polylines(stroke, [_fixed(points)], False, 255, thick, cv2.LINE_AA, _SUBPIXEL_BITS)
        cv2.polylines(line, [_fixed(points)], False, 1, 1, cv2.LINE_8, _SUBPIXEL_BITS)
        soft = cv2.GaussianBlur(stroke.astype(np.float32) / 255, (0, 0), max(0.4, width / 4))
        change = np.float32(contrast) * soft * inside
        self.gray += change
        self.plain += change
        self.drawn |= line & (inside > 0.5)

    def shadow(self) -> None:
        """Darken a part with a soft border, which is not a line."""
        center = self.random.uniform(0, self.size, 2)
        points = _blob(self.random, center, self.random.uniform(0.1, 0.5, 2) * self.size)
        sigma = float(self.random.uniform(3, 10))
        dark = cv2.GaussianBlur(self._filled(points), (0, 0), sigma)
        dark = 1 - np.float32(self.random.uniform(0.1, 0.5)) * dark
        self.gray *= dark
        self.plain *= dark

    def blur(self, sigma: float) -> None:
        """Blur everything painted so far, as out of focus."""
        self.gray = np.asarray(cv2.GaussianBlur(self.gray, (0, 0), sigma), np.float32)
        self.plain = np.asarray(cv2.GaussianBlur(self.plain, (0, 0), sigma), np.float32)
        if sigma > _OUT_OF_FOCUS:
            self.owner[:] = 0
            self.drawn[:] = 0

    def lines(self) -> Mask:
        """Return the visible boundaries and features."""
        owner = self.owner
        border = np.zeros(owner.shape, bool)
        border[:, 1:] |= owner[:, 1:] != owner[:, :-1]
        border[1:] |= owner[1:] != owner[:-1]
        around = np.ones((5, 5), np.uint8)
        span = cv2.dilate(self.plain, around) - cv2.erode(self.plain, around)
        return np.asarray((border | (self.drawn > 0)) & (span > _SEEN), bool)

    def _filled(self, points: Points) -> Gray:
        mask = np.zeros((self.size, self.size), np.uint8)
        cv2.fillPoly(mask, [_fixed(points)], 255, cv2.LINE_AA, _SUBPIXEL_BITS)
        return mask.astype(np.float32) / np.float32(255)

    def _shade(self, points: Points, tone: float | None) -> Gray:
        """Return constant, sloping or spherical shading."""
        base = float(self.random.random()) if tone is None else tone
        slope = self.random.normal(0, 0.25, 2).astype(np.float32)
        shade = np.float32(base) + slope[0] * self.ramps[0] + slope[1] * self.ramps[1]
        if self.random.random() < 0.5:
            middle, half = points.mean(0), np.maximum(np.ptp(points, axis=0) / 2, 1)
            light = self.random.uniform(-0.6, 0.6, 2)
            x, y = (
                (self.ramps[i] + 1) * (self.size / 2 / half[i]) - middle[i] / half[i] - light[i]
                for i in (0, 1)
            )
            shade = shade - np.float32(self.random.uniform(0.1, 0.5)) * np.minimum(
                0.35 * (x * x + y * y), 1.2
            ).astype(np.float32)
        return np.asarray(np.clip(shade, 0, 1), np.float32)


def _arc(middle: Points, half: float, bend: float) -> Points:
    x = np.linspace(-1, 1, 24)
    return np.asarray(middle + np.stack([half * x, bend * (1 - x * x)], 1))


def _paint_face(canvas: _Canvas, center: Points, radius: float) -> None:
    """Paint an egg-shaped head with hair and faint features."""
    random = canvas.random
    tone, hair = float(random.uniform(0.3, 0.9)), float(random.uniform(0, 0.8))
    turn = random.uniform(-0.3, 0.3)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])

    def at(points: Points) -> Points:
        return np.asarray(center + radius * (points @ axes))

    canvas.cover(_blob(random, at(np.array([0, -0.25])), radius * np.array([0.98, 1.1])), hair, 0.8)
    skin = canvas.cover(at(_ellipse(np.zeros(2), np.array([0.76, 1.0]), 0.0)), tone, 0.1)
    contrast, thin = -float(random.uniform(0.06, 0.4)), max(1.0, 0.06 * radius)
    gaze = random.uniform(-0.15, 0.15)
    for side in (-0.33, 0.33):
        eye = np.array([side + gaze, -0.12])
        canvas.feature(at(_arc(eye, 0.17, -0.09)), thin, contrast, skin)
        canvas.feature(at(_arc(eye, 0.17, 0.06)), 0.6 * thin, 0.7 * contrast, skin)
        canvas.feature(
            at(_arc(eye - np.array([0, 0.2]), 0.22, -0.07)), 1.6 * thin, 0.8 * contrast, skin
        )
        pupil = np.array([[eye[0] - 0.02, eye[1]], [eye[0] + 0.02, eye[1]]])
        canvas.feature(at(pupil), 1.8 * thin, contrast, skin)
    nose = np.array([[0.02, -0.1], [0.1, 0.2], [0.12, 0.3], [0, 0.35], [-0.12, 0.3]])
    canvas.feature(at(nose + np.array([gaze, 0])), thin, 0.6 * contrast, skin)
    smile = random.uniform(-0.04, 0.14)
    canvas.feature(at(_arc(np.array([gaze, 0.55]), 0.3, smile)), 1.2 * thin, contrast, skin)
    canvas.feature(at(_arc(np.array([gaze, 0.66]), 0.2, smile)), thin, 0.4 * contrast, skin)


def _paint_box(canvas: _Canvas, center: Points, radii: Points) -> None:
    """Paint three faces of a box, each with its own brightness."""
    random = canvas.random
    a, b = (radii.mean() * random.uniform(0.5, 1) * np.array(d) for d in ((1, 0.3), (-0.9, 0.4)))
    c = np.array([0, radii.mean() * random.uniform(0.5, 1.2)])
    rough = float(random.choice([0, 0.7]))
    for u, v in ((a, b), (a, c), (b, c)):
        origin = center if u is a and v is b else center + (b if u is a else a)
        canvas.cover(np.stack([origin, origin + u, origin + u + v, origin + v]), None, rough)


def _paint_thing(canvas: _Canvas, center: Points, radii: Points) -> None:
    """Paint a ball, a blob, a polygon or a rod, sometimes with folds."""
    random = canvas.random
    kind = int(random.choice(5, p=(0.25, 0.35, 0.2, 0.1, 0.1)))
    if kind == 4:
        _paint_box(canvas, center, radii)
        return
    points = (
        _ellipse(center, radii, float(random.uniform(0, np.pi)))
        if kind == 0
        else (_blob, _polygon, _rod)[kind - 1](random, center, radii)
    )
    inside = canvas.cover(points)
    for _ in range(int(random.integers(0, 4)) if random.random() < 0.4 else 0):
        corners = center + np.cumsum(random.normal(0, 0.5, (4, 2)), 0) * radii
        t = np.linspace(0, 1, 30)[:, None]
        weights = np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3])
        contrast = float(random.choice([-1, 1]) * random.uniform(0.08, 0.4))
        canvas.feature(weights @ corners, float(random.uniform(1, 4)), contrast, inside)


def _photograph(random: Random, gray: Gray) -> Gray:
    """Return ``gray`` as a camera records it: slightly blurred, noisy, stretched, compressed."""
    soft = cv2.GaussianBlur(gray, (0, 0), float(random.uniform(0.4, 1.6)))
    grainy = soft + random.normal(0, random.uniform(0, 0.04), gray.shape)
    low, high = np.percentile(grainy, (0.5, 99.5))
    levels = np.clip((grainy - low) / max(high - low, 0.05) * 255, 0, 255).astype(np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(50, 96))]
    coded = cv2.imencode(".jpg", levels, quality)[1]
    taken = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE))
    return taken.astype(np.float32) / np.float32(255)


def make_scene(
    seed: int | Sequence[int], size: int, textures: Sequence[Texture] = TRAINING_TEXTURES
) -> Scene:
    """Return the scene (size, size) of a seed, in pixels of a page with 16 x 8 cells."""
    random = np.random.default_rng(seed)
    canvas = _Canvas(random, size, textures)
    corners = np.array([[-1, -1], [size, -1], [size, size], [-1, size]])
    canvas.cover(corners, rough=0.6)
    things = int(random.integers(3, 16))
    focus = int(random.integers(0, things)) if random.random() < 0.35 else -1
    face = int(random.integers(things // 2, things)) if random.random() < 0.6 else -1
    for thing in range(things):
        center = random.uniform(0, size, 2)
        radii = size * 0.4 * (0.08 ** random.uniform(0, 1)) * random.uniform(0.5, 1.2, 2)
        if thing == face:
            _paint_face(canvas, center, float(size * random.uniform(0.08, 0.4)))
        else:
            _paint_thing(canvas, center, np.asarray(radii))
        if random.random() < 0.15:
            canvas.shadow()
        if thing == focus:
            canvas.blur(float(random.uniform(1, 8)))
    return Scene(_photograph(random, canvas.gray), canvas.lines())
