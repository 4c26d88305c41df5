"""Sheets of many small pictures with captions."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw
from torch import Tensor

from asciiart.glyphs.font import load_font
from asciiart.io.pictures.arrays import Pixels

_GAP = 4
_CAPTION_HEIGHT = 12


def to_pixels(picture: Tensor) -> Pixels:
    """Return ink (1, H, W) or colors (3, H, W), 0 to 1, as (H, W, 3) pixels; ink is black."""
    values = picture.detach().cpu().float().clamp(0, 1)
    if len(values) == 1:
        values = 1 - values.expand(3, -1, -1)  # (1, H, W) -> (3, H, W)
    return np.asarray((values.permute(1, 2, 0).numpy() * 255).round(), np.uint8)


def sheet(
    pictures: Sequence[Tensor],
    captions: Sequence[str] = (),
    *,
    columns: int = 10,
    enlarge: int = 2,
) -> Image.Image:
    """Return a sheet of pictures of one size (1 or 3, H, W), 0 to 1, each above its caption."""
    tiles = [
        to_pixels(picture).repeat(enlarge, axis=0).repeat(enlarge, axis=1) for picture in pictures
    ]
    height, width = tiles[0].shape[:2]
    pitch = height + _GAP + (_CAPTION_HEIGHT if captions else 0)
    rows = -(-len(tiles) // columns)
    size = (columns * (width + _GAP) + _GAP, rows * pitch + _GAP)
    page = Image.new("RGB", size, (225, 228, 235))
    draw = ImageDraw.Draw(page)
    face = load_font("DejaVu Sans Mono").face(_CAPTION_HEIGHT - 2)
    for i, tile in enumerate(tiles):
        x, y = _GAP + i % columns * (width + _GAP), _GAP + i // columns * pitch
        page.paste(Image.fromarray(tile), (x, y))
        if captions:
            draw.text((x, y + height), captions[i], fill=(30, 30, 60), font=face)
    return page


def to_png(picture: Image.Image) -> bytes:
    """Return a picture as a PNG file."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
