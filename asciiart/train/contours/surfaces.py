"""Surfaces of a scene: colors with photographic or computed textures and slow changes of light."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from asciiart.io.pictures.arrays import Gray, Pixels, Points, Samples

Random = np.random.Generator
_SUBPIXEL_BITS = 4
_PHOTOGRAPHIC = 0.75
"""Share of textures that are photographs'."""


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


_COMPUTED = (_grain, _stripes, _fur, _cells, _clouds, _grass, _speckles)


def _fixed(points: Points) -> NDArray[np.int32]:
    """Return points (P, 2), x and y in pixels, as OpenCV's fixed-point numbers."""
    return np.asarray(np.rint(points * 2**_SUBPIXEL_BITS), np.int32)


def slow_noise(random: Random, size: int, waves: int) -> Gray:
    """Return (size, size) smooth noise of about unit variance with ``waves`` bumps a side."""
    coarse = random.normal(size=(waves, waves)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC), np.float32)


def make_color(random: Random) -> Samples:
    """Return a color (3,), sRGB, 0 to 1; strong colors are rarer than grayish ones."""
    hue, saturation, value = (
        random.uniform(0, 180), 255 * random.beta(1.2, 2.2), 255 * random.uniform(0.1, 1),
    )  # fmt: skip
    hsv = np.array([[[hue, saturation, value]]], np.uint8)
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0, 0], np.float32) / np.float32(255)


def make_texture(random: Random, size: int, photographs: Sequence[Pixels]) -> Samples:
    """Return a texture (size, size, 3), 0 to 1: mostly one of the photographs, mirrored to fill."""
    if random.random() < _PHOTOGRAPHIC:
        return _tiled(random, size, photographs[int(random.integers(len(photographs)))])
    computed = _COMPUTED[int(random.integers(len(_COMPUTED)))](random, size // 2)
    gray = cv2.resize(computed, (size, size), interpolation=cv2.INTER_LINEAR)
    return np.repeat(np.clip(0.5 + 0.18 * gray, 0, 1)[..., None], 3, axis=2).astype(np.float32)


def _tiled(random: Random, size: int, photograph: Pixels) -> Samples:
    scale = random.uniform(0.5, 2.0)
    side = int(min(*photograph.shape[:2], size / scale))
    top, left = (int(random.integers(length - side + 1)) for length in photograph.shape[:2])
    needed = int(size / scale) + 1
    piece = photograph[top : top + side, left : left + side]
    filled = np.pad(piece, ((0, needed - side), (0, needed - side), (0, 0)), mode="symmetric")
    large = cv2.resize(filled, (size, size), interpolation=cv2.INTER_LINEAR)
    texture = large.astype(np.float32) / np.float32(255)
    if random.random() < 0.5:
        texture = texture[::-1]
    if random.random() < 0.5:
        texture = texture.transpose(1, 0, 2)
    return np.ascontiguousarray(texture)


def relief(texture: Samples) -> Samples:
    """Return a texture (H, W, 3) without its mean color, to be added to a surface."""
    return np.asarray(texture - texture.mean((0, 1)), np.float32)


def make_surface(random: Random, size: int, photographs: Sequence[Pixels]) -> Samples:
    """Return a surface (size, size, 3), 0 to 1."""
    surface = np.ones((size, size, 3), np.float32) * make_color(random)
    rough = float(random.choice([0, 0.3, 0.6, 1, 1]))
    if rough:
        texture = make_texture(random, size, photographs)
        if random.random() < 0.4:
            surface = texture * np.float32(random.uniform(0.4, 1)) + surface * np.float32(0.24)
        surface = surface + np.float32(rough * random.uniform(0.3, 1)) * relief(texture)
    if random.random() < 0.7:
        surface = surface * _ramp(random, size)[..., None]
    if random.random() < 0.4:
        uneven = np.float32(random.uniform(0.05, 0.25)) * slow_noise(random, size, 4)
        surface = surface * (1 + uneven)[..., None]
    return np.asarray(np.clip(surface, 0, 1), np.float32)


def _ramp(random: Random, size: int) -> Gray:
    """Return light (size, size) that falls off evenly to one side."""
    turn, slope = random.uniform(0, 2 * np.pi), random.uniform(0, 0.8)
    y, x = np.mgrid[:size, :size].astype(np.float32) / np.float32(size) - np.float32(0.5)
    return np.asarray(1 + slope * (x * np.cos(turn) + y * np.sin(turn)), np.float32)
