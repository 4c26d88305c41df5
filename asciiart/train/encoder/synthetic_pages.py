"""Synthetic pages: random strokes for structure, dead leaves for tone."""

from __future__ import annotations

import cv2
import numpy as np

from asciiart.glyphs.rasterize import Ink
from asciiart.io.pictures.arrays import Points

_SUBPIXEL_BITS = 4


def _bezier(random: np.random.Generator, size: float) -> Points:
    start = random.uniform(-0.1, 1.1, 2) * size
    reach = size * random.uniform(0.05, 0.5)
    corners = start + np.cumsum(random.normal(0, reach, (4, 2)), axis=0)
    t = np.linspace(0, 1, 40)[:, None]
    weights = np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3])
    return np.asarray(weights @ corners, np.float64)


def _ellipse(random: np.random.Generator, size: float) -> Points:
    center = random.uniform(0, size, 2)
    radii = size * random.uniform(0.01, 0.35) * random.uniform(0.4, 1, 2)
    turn = random.uniform(0, np.pi)
    first, sweep = random.uniform(0, 2 * np.pi), random.uniform(0.5, 2 * np.pi)
    t = np.linspace(first, first + sweep, 60)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.asarray(center + np.stack([radii[0] * np.cos(t), radii[1] * np.sin(t)], 1) @ axes)


def _polyline(random: np.random.Generator, size: float) -> Points:
    count = int(random.integers(2, 7))
    points = random.uniform(0, size, 2) + np.cumsum(
        random.normal(0, size * random.uniform(0.03, 0.25), (count, 2)), axis=0
    )
    if random.random() < 0.4:  # drawings of made things are full of level and upright strokes
        axis = np.arange(count) % 2
        points[1:, 0] = np.where(axis[1:], points[1:, 0], points[:-1, 0])
        for i in range(1, count):
            points[i, axis[i]] = points[i - 1, axis[i]]
    return np.asarray(points, np.float64)


def draw_strokes(random: np.random.Generator, size: int) -> Ink:
    """Return a page (size, size) of random strokes, ink 0 to 1, strokes 2 to 4 pixels wide."""
    page = np.zeros((size, size), np.uint8)
    width = int(random.integers(2, 5))
    shapes = (_bezier, _ellipse, _polyline)
    for _ in range(int(random.integers(4, 26) * size / 512) + 1):
        points = shapes[random.choice(3, p=(0.5, 0.3, 0.2))](random, size)
        fixed = np.rint(points * 2**_SUBPIXEL_BITS).astype(np.int32)
        cv2.polylines(page, [fixed], False, 255, width, cv2.LINE_AA, _SUBPIXEL_BITS)
    return page.astype(np.float32) / np.float32(255)


def dead_leaves(random: np.random.Generator, size: int) -> Ink:
    """Return a page (size, size) of overlapping leaves with soft shading, ink 0 to 1.

    Occlusion and power-law sizes give it the statistics of photographs (Lee, Mumford and Huang,
    "Occlusion models for natural images", IJCV 2001).
    """
    page = np.full((size, size), random.random(), np.float32)
    ramp = np.linspace(-1, 1, size, dtype=np.float32)
    for _ in range(int(random.integers(20, 160))):
        radius = 4 * (size / 16) ** random.random()  # sizes from 4 px to a quarter of the page
        center = np.rint(random.uniform(0, size, 2)).astype(int)
        axes = np.rint(radius * random.uniform(0.3, 1.5, 2)).astype(int) + 1
        leaf = np.zeros((size, size), np.uint8)
        turn = float(random.uniform(0, 180))
        cv2.ellipse(leaf, center.tolist(), axes.tolist(), turn, 0, 360, 255, -1, cv2.LINE_AA)
        slope = random.normal(0, 0.4, 2).astype(np.float32)
        shade = random.random() + slope[0] * ramp[:, None] + slope[1] * ramp
        weight = leaf.astype(np.float32) / 255
        page += weight * (np.clip(shade, 0, 1) - page)
    soft = cv2.GaussianBlur(page, (0, 0), float(random.uniform(0.5, 6)))
    grain = random.normal(0, random.uniform(0, 0.05), page.shape).astype(np.float32)
    return np.asarray(np.clip(soft + grain, 0, 1), np.float32)
