"""Stage 1: a picture turned, mirrored, cut and inverted before anything is drawn of it."""

from __future__ import annotations

import numpy as np

from asciiart.errors import ImageError
from asciiart.io.pictures.arrays import Pixels, read_only
from asciiart.io.pictures.image import Picture
from asciiart.options import Options, parse_crop


def edit(picture: Picture, options: Options) -> Picture:
    """Return a picture turned and mirrored, then cut, with dark and light swapped, as asked for.

    Raises
    ------
    ImageError
        If nothing of the picture lies in the area to which it is cut.
    """
    if not options.is_edited:
        return picture
    rgb = _cut(_turned(picture.rgb, options), options, picture.name)
    if options.invert:
        rgb = 255 - rgb
    alpha = picture.alpha
    if alpha is not None:
        alpha = read_only(_cut(_turned(alpha, options), options, picture.name))
    return Picture(read_only(rgb), alpha, picture.name)


def _turned(pixels: Pixels, options: Options) -> Pixels:
    """Return pixels (H, W, ...) turned and mirrored."""
    turned = np.rot90(pixels, -options.rotate // 90)
    if options.flip != "none":
        turned = np.flip(turned, axis=1 if options.flip == "horizontal" else 0)
    return np.ascontiguousarray(turned)


def _cut(pixels: Pixels, options: Options, name: str) -> Pixels:
    """Return the part of pixels (H, W, ...) to which they are cut."""
    area = parse_crop(options.crop)
    if area is None:
        return pixels
    height, width = pixels.shape[:2]
    cut = pixels[area.slices(height, width)]
    if not cut.size:
        raise ImageError(
            f"{name}: nothing of the picture, which is {width} pixels wide and {height} high, lies "
            f"in the area of crop {options.crop}",
            "crop",
        )
    return np.ascontiguousarray(cut)
