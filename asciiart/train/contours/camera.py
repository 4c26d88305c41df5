"""A scene as a camera records it: exposed, tinted, soft, noisy and compressed."""

from __future__ import annotations

import cv2
import numpy as np

from asciiart.io.pictures.arrays import Pixels, Samples
from asciiart.train.contours.surfaces import Random


def take_photograph(random: Random, scene: Samples) -> Pixels:
    """Return a photograph (H, W, 3) of a scene (H, W, 3) in [0, 1]."""
    picture = _expose(random, np.clip(scene, 0, 1))
    if random.random() < 0.6:
        soft = cv2.GaussianBlur(picture, (0, 0), random.uniform(0.3, 1.0))
        picture = np.asarray(soft, np.float32)
    if random.random() < 0.7:
        noise = random.normal(0, random.uniform(0, 0.04), picture.shape)
        picture = picture + noise.astype(np.float32)
    levels = np.clip(255 * picture, 0, 255).astype(np.uint8)
    if random.random() < 0.7:
        levels = _compress(levels, int(random.integers(35, 96)))
    if random.random() < 0.1:
        gray = cv2.cvtColor(levels, cv2.COLOR_RGB2GRAY)
        levels = np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2RGB), np.uint8)
    return levels


def _expose(random: Random, scene: Samples) -> Samples:
    """Return a scene with another gamma, a tint, and less contrast."""
    curved = scene ** np.exp(random.normal(0, 0.35))
    tinted = curved * (1 + random.normal(0, 0.06, 3))
    faded = random.uniform(0, 0.15) if random.random() < 0.4 else 0.0
    return np.asarray(tinted * random.uniform(0.55, 1.05) + faded, np.float32)


def _compress(levels: Pixels, quality: int) -> Pixels:
    """Return a picture (H, W, 3) after JPEG compression."""
    bgr = cv2.cvtColor(levels, cv2.COLOR_RGB2BGR)
    coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    decoded = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)
