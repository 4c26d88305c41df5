"""Pictures made for tests, and what their files consist of."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
from PIL import Image

from asciiart.io.pictures.arrays import Gray


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    """Return a picture as a file."""
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def scene(seed: int = 0) -> Gray:
    """Return what photographs have: gradients, shapes of middle gray, noise."""
    rng = np.random.default_rng(seed)
    yy, xx = np.mgrid[:200, :240].astype(np.float32)
    gray = 0.25 + 0.5 * yy / 200 + 0.1 * np.sin(xx / 20)
    for _ in range(6):
        center = tuple(int(v) for v in rng.integers(30, 180, 2))
        cv2.circle(gray, center, int(rng.integers(12, 40)), float(rng.random()), -1)
    gray += rng.normal(0, 0.05, gray.shape)
    return cv2.GaussianBlur(np.clip(gray, 0, 1).astype(np.float32), (0, 0), 1)
