"""Stage 1, color: embedded ICC profiles -> sRGB, by Little CMS.

Rendering is relative colorimetric with black point compensation, as in browsers. A profile that is
damaged, or of another color space than its picture, is ignored, and so are the gamma and the
chromaticities of a PNG without a profile (gAMA, cHRM).
"""

from __future__ import annotations

import struct
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from PIL.ImageCms import ImageCmsTransform

_MODES = {b"RGB ": "RGB", b"GRAY": "L", b"CMYK": "CMYK"}
"""A profile's color space -> Pillow's mode."""
_COLOR_SPACE = slice(16, 20)
"""Position of the color space in a profile."""
_MAX_PROFILE_SIZE = 1 << 23
"""Largest size of a profile, in bytes; those of printers take up to 3 million."""
_TOLERANCE = 3
"""Largest difference from sRGB, in levels of 255, of a profile that counts as sRGB."""
_BLACK_POINT_COMPENSATION = 0x2000
_TAG_TABLE = 128
"""Offset of the table of tags in a profile."""
_MAX_TAGS = 100
_PRIMARIES = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
"""Primaries of sRGB as profiles state them, that is, adapted to the white point D50."""
_PRIMARIES_TOLERANCE = 200
"""Largest difference of a profile's primaries from those, in units of 1/65,536."""
_STEPS = range(0, 256, 51)
"""Levels at which a profile is compared with sRGB."""


def profile_mode(profile: object) -> str | None:
    """Return the mode (L, RGB or CMYK) of a profile's pictures; None if it cannot be used."""
    if not isinstance(profile, bytes) or len(profile) > _MAX_PROFILE_SIZE:
        return None
    return _MODES.get(profile[_COLOR_SPACE])


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return a picture in sRGB, of mode RGB, or RGBA if it has an alpha channel.

    ``image`` is in the profile's own mode (L, RGB or CMYK), or that with alpha (LA or RGBA). If
    there is nothing to convert, it may be returned itself.
    """
    mode = profile_mode(profile)
    transform = _transform(profile, mode) if mode else None
    if transform is None:
        return image if image.mode in ("RGB", "RGBA") else image.convert("RGB")
    if image.mode not in ("LA", "RGBA"):
        return _apply(transform, image)
    converted = _apply(transform, image.getchannel(0) if mode == "L" else image.convert("RGB"))
    converted.putalpha(image.getchannel("A"))
    return converted


def _apply(transform: ImageCmsTransform, image: Image.Image) -> Image.Image:
    from PIL import ImageCms  # noqa: PLC0415 - most pictures need none

    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None  # only a conversion in place returns None
    return converted


@lru_cache(maxsize=8)
def _transform(profile: bytes, mode: str) -> ImageCmsTransform | None:
    """Return the conversion to sRGB; None if the profile is sRGB already or cannot be used."""
    if mode == "RGB" and _is_srgb(profile):
        return None
    from PIL import ImageCms  # noqa: PLC0415 - most pictures need none

    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            _BLACK_POINT_COMPENSATION,  # type: ignore[arg-type] # Flags is newer than Pillow 10.1
        )
        return None if _changes_nothing(transform, mode) else transform
    except (ImageCms.PyCMSError, ImportError, OSError, TypeError, ValueError):
        return None


def _is_srgb(profile: bytes) -> bool:
    """Tell quickly whether a profile, like most, calls itself sRGB and has its primaries."""
    try:
        (count,) = struct.unpack_from(">I", profile, _TAG_TABLE)
        entries = (
            struct.unpack_from(">4sII", profile, _TAG_TABLE + 4 + 12 * i)
            for i in range(min(count, _MAX_TAGS))
        )
        tags = {name: profile[start : start + size] for name, start, size in entries}
        primaries = [struct.unpack_from(">3i", tags[name], 8) for name in _PRIMARIES]
    except (struct.error, KeyError):
        return False
    named = b"sRGB" in tags.get(b"desc", b"").replace(b"\0", b"")
    expected = np.array(list(_PRIMARIES.values())) * 65536
    return named and bool(np.abs(primaries - expected).max() <= _PRIMARIES_TOLERANCE)


def _changes_nothing(transform: ImageCmsTransform, mode: str) -> bool:
    if mode == "CMYK":
        return False
    levels = [(r, g, b) for r in _STEPS for g in _STEPS for b in _STEPS]
    if mode == "L":
        levels = [(level, level, level) for level in _STEPS]
    before = np.array([levels], np.uint8)
    sample = Image.fromarray(before)
    after = np.asarray(_apply(transform, sample.convert(mode)))
    return bool(np.abs(after.astype(int) - before).max() <= _TOLERANCE)
