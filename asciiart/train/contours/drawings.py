"""A vector drawing -> the regions of one color that it consists of, whose borders are exact."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import zlib
from typing import NamedTuple

import cv2
import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from asciiart.io.pictures.arrays import Pixels

SIDE = 224
"""Longer side of a drawing's map, in pixels."""
_LARGEST_FILE = 100_000
"""Bytes of a drawing that is read; longer ones have more parts than a scene can show."""
_COVERED = (0.08, 0.93)
"""Shares of the map that a drawing may cover."""
_SMALLEST_SIDE = 40
_MOST_COLORS = 254
_GRADIENT = re.compile(r"<(linear|radial)Gradient\b(.*?)(/>|</\1Gradient>)", re.DOTALL)
_PAINT = re.compile(r"url\(\s*#([^)\s]+)\s*\)")


class FlatDrawing(NamedTuple):
    """A drawing as a map of flat regions."""

    labels: NDArray[np.uint8]
    """(H, W), the color of each pixel: 0 outside the drawing, else a row of ``colors``."""
    colors: Pixels
    """(N, 3), sRGB; row 0 is not used."""


def read_drawing(data: bytes) -> FlatDrawing | None:
    """Return the regions of an SVG file, compressed or not.

    None if it is damaged, cannot be rendered, is longer than 100,000 bytes, has more than 254
    colors or a single one, or covers hardly anything of its page or nearly all of it.
    """
    if len(data) > _LARGEST_FILE:
        return None
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return None
    text = _without_shading(data.decode("utf-8", "replace"))
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=text, width=2 * SIDE, skip_system_fonts=True, shape_rendering="crisp_edges"
        )
    except ValueError:
        return None
    with Image.open(io.BytesIO(bytes(png))) as picture:
        return _find_regions(np.asarray(picture.convert("RGBA")))


def _without_shading(svg: str) -> str:
    """Return a drawing whose gradients are their mean color, and which has no filters."""
    svg = re.sub(r"filter\s*:\s*url\([^)]*\)", "filter:none", svg)
    svg = re.sub(r'\sfilter="url\([^)]*\)"', "", svg)
    gradients = {}
    for found in _GRADIENT.finditer(svg):
        if name := re.search(r'\bid="([^"]+)"', found[2]):
            stops = re.findall(r'stop-color\s*[:=]\s*"?\s*#([0-9a-fA-F]{6})', found[0])
            follows = re.search(r'href="#([^"]+)"', found[2])
            gradients[name[1]] = _Gradient(stops, follows[1] if follows else None)
    return _PAINT.sub(lambda paint: _flat_color(gradients, paint[1]) or _any_color(paint[1]), svg)


class _Gradient(NamedTuple):
    stops: list[str]
    """Colors, six hexadecimal digits each."""
    follows: str | None
    """The gradient that has the stops, where this one has none."""


def _flat_color(gradients: dict[str, _Gradient], name: str | None) -> str | None:
    """Return the mean color of a gradient's stops, or of those of the one that it follows."""
    for _ in range(5):
        if name is None or name not in gradients:
            return None
        stops, name = gradients[name]
        if stops:
            mean = np.mean([list(bytes.fromhex(stop)) for stop in stops], axis=0).astype(int)
            return "#{:02x}{:02x}{:02x}".format(*mean)
    return None


def _any_color(name: str) -> str:
    """Return a color for a pattern, the same each time."""
    digest = hashlib.sha256(name.encode()).digest()
    return "#{:02x}{:02x}{:02x}".format(*(64 + level // 2 for level in digest[:3]))


def _find_regions(rgba: Pixels) -> FlatDrawing | None:
    scale = SIDE / max(rgba.shape[:2])
    width, height = (max(8, round(scale * side)) for side in (rgba.shape[1], rgba.shape[0]))
    resized = cv2.resize(rgba, (width, height), interpolation=cv2.INTER_NEAREST)
    small = crop_to_alpha(np.asarray(resized, np.uint8))
    covered = small[..., 3] > 127
    if min(small.shape[:2]) < _SMALLEST_SIDE or not (
        _COVERED[0] < covered.sum() / (width * height) < _COVERED[1]
    ):
        return None
    red, green, blue = (small[..., channel].astype(np.int32) >> 3 for channel in range(3))
    near = np.where(covered, red << 10 | green << 5 | blue, -1)  # as good as one color
    kinds, labels = np.unique(near, return_inverse=True)
    labels = labels.reshape(near.shape) + (kinds[0] >= 0)
    count = int(labels.max()) + 1
    if not 2 < count <= _MOST_COLORS:
        return None
    colors = np.zeros((count, 3), np.uint8)
    for label in range(1, count):
        colors[label] = np.median(small[labels == label, :3], axis=0)
    return FlatDrawing(labels.astype(np.uint8), colors)


def crop_to_alpha(rgba: Pixels) -> Pixels:
    """Return a picture (H, W, 4) without the margins that are transparent."""
    rows, columns = (np.flatnonzero((rgba[..., 3] > 127).any(axis)) for axis in (1, 0))
    if not len(rows):
        return rgba[:0, :0]
    return rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
