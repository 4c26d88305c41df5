"""Stage 1: a path, ``-``, web address, bytes, file, PIL image or array -> upright sRGB `Picture`.

Embedded color profiles are applied (`color_profiles`); CMYK without one is converted by formula.
Damaged files that every viewer shows nevertheless are read with a warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from PIL import Image

from asciiart.errors import ImageError, warn_about_picture
from asciiart.io.pictures.arrays import Pixels
from asciiart.io.pictures.color_profiles import profile_mode, to_srgb
from asciiart.io.pictures.compositing import is_opaque
from asciiart.io.pictures.picture_files import (
    DEEP_MODES,
    CheckShape,
    DecodeOptions,
    as_stored,
    decode,
    load,
    orientation_of,
    to_plain_mode,
)
from asciiart.io.pictures.pillow_files import check_size, pillow_errors_as_image_errors
from asciiart.io.pictures.pixel_arrays import to_eight_bits
from asciiart.io.pictures.sources import Source as Source  # noqa: PLC0414
from asciiart.io.pictures.sources import as_array, is_file_source, name_source, open_source
from asciiart.options import DEFAULT_MAX_PIXELS as DEFAULT_MAX_PIXELS  # noqa: PLC0414

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation -> operation that turns the picture upright."""
_OPAQUE = 255
"""Alpha of a pixel that hides the page."""
_PROFILE_MODES = dict.fromkeys(("1", "L", "LA", *DEEP_MODES), "L")
_PROFILE_MODES |= dict.fromkeys(("P", "PA", "RGB", "RGBA", "RGBX", "RGBa", "YCbCr"), "RGB")
_PROFILE_MODES |= {"CMYK": "CMYK"}
"""Mode of a picture -> mode of the color profiles that fit it."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A decoded picture. Immutable: its arrays are read-only."""

    rgb: Pixels
    """(H, W, 3), sRGB; undefined where ``alpha`` is 0."""
    alpha: Pixels | None
    """(H, W), 0 = transparent and 255 = opaque; None if the whole picture is opaque."""
    name: str
    """Its name in messages: its path, "standard input", "array" and the like."""

    def on(self, page: int) -> Pixels:
        """Return the picture (H, W, 3) as it looks on a page of gray 0 (black) to 255 (white).

        An opaque picture is returned as it is, not copied.
        """
        if self.alpha is None:
            return self.rgb
        opacity = self.alpha[..., np.newaxis].astype(np.uint16)
        blend = self.rgb * opacity  # at most 255 * 255, so that everything fits 16 bits
        blend += np.uint16(page) * (255 - opacity)
        blend += 127
        blend //= 255
        return blend.astype(np.uint8)


def load_image(
    source: Source,
    *,
    max_pixels: int | None = None,
    target: tuple[int, int] | None = None,
    strict: bool = False,
    check_shape: CheckShape | None = None,
) -> Picture:
    """Return the first frame of ``source``, upright and in 8 bits of sRGB.

    If the default picture of an animated PNG is not one of its frames, that picture is returned.
    Gray of 16 bits is scaled to 8. Gray of 32 bits is taken as 16 bits (integers) or as 0 to 1
    (floating-point) if all values lie in that range, and is otherwise stretched from its least to
    its greatest value. Arrays are (H, W) or (H, W, 1 to 4) of any real type and are scaled by
    `pixel_arrays.to_eight_bits`; a uint8 array (H, W, 3) is not copied.

    Threads may call this at the same time; they take turns while Pillow is at work.

    Parameters
    ----------
    source : Source
        The picture. A file object is read from its start if it can seek, and is not closed.
    max_pixels : int, optional
        Largest number of pixels. The default is 100 million, or 50 million in files that cannot be
        decoded at a reduced size, that is all but JPEG: they take up to 16 bytes a pixel, 800 MB.
    target : tuple of int, optional
        Sufficient height and width in pixels, both positive. A picture at least twice as large in
        both directions is reduced by a whole factor, a JPEG already while it is decoded, but never
        below ``target``. Arrays are not reduced.
    strict : bool
        Whether to refuse pictures that are damaged or cut short but can be shown.
    check_shape : callable, optional
        A function that is called with the height and width of the upright picture before its
        pixels are decoded, and may raise an `AsciiArtError` to refuse it.

    Raises
    ------
    ImageError
        If the picture is missing, empty, damaged, too large or not a picture.
    TypeError
        If ``source`` is not of a kind that can hold a picture.

    Warns
    -----
    ImageWarning
        If a part of the picture is missing, or its file is damaged in a way that does not show.
    """
    name = name_source(source)
    options = DecodeOptions(max_pixels, target, check_shape)
    if isinstance(source, Image.Image):
        with pillow_errors_as_image_errors(name):
            check_size(source.height, source.width, name, max_pixels)
            options.check(source)
            load(source)
            return to_picture(source, name, target)
    if is_file_source(source):
        with open_source(source, name) as file:
            return load_file(file, name, options, strict=strict)
    array = as_array(source, name)
    pixels = to_eight_bits(array, name)
    check_size(pixels.shape[0], pixels.shape[1], name, max_pixels)
    if check_shape is not None:
        check_shape(pixels.shape[0], pixels.shape[1])
    return _from_pixels(pixels, name)


def load_file(file: BinaryIO, name: str, options: DecodeOptions, *, strict: bool) -> Picture:
    """Return the picture in a file that is at its start; see `load_image`."""
    with pillow_errors_as_image_errors(name):
        image, faults = decode(file, name, options)
        picture = to_picture(image, name, options.target)
    report_faults(name, faults, strict=strict)
    return picture


def report_faults(name: str, faults: tuple[str, ...], *, strict: bool) -> None:
    """Warn about the faults of a picture that can be shown; if ``strict``, raise an ImageError."""
    if faults and strict:
        raise ImageError(f"{name}: {'; '.join(faults)}, which strict refuses", "strict")
    if faults:
        warn_about_picture(f"{name}: {'; '.join(faults)}")


def to_picture(image: Image.Image, name: str, target: tuple[int, int] | None) -> Picture:
    """Return a loaded image as a picture; see `load_image`.

    Call it within `pillow_errors_as_image_errors`.
    """
    orientation = orientation_of(image)  # not before: TIFFs turn themselves upright on loading
    profile = image.info.get("icc_profile")
    if _PROFILE_MODES.get(image.mode) != profile_mode(profile):
        profile = None
    image = to_plain_mode(image, profile)
    if target is not None:
        height, width = as_stored(target, orientation)
        factor = min(image.height // height, image.width // width)
        image = image.reduce(factor) if factor > 1 else image
    if profile is not None:
        image = to_srgb(image, profile)
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    rgb = np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
    if image.mode != "RGBA" or is_opaque(image):
        return _make_picture(rgb, None, name)
    return _make_picture(rgb, np.asarray(image.getchannel("A")), name)


def _from_pixels(pixels: Pixels, name: str) -> Picture:
    """Return RGB or RGBA pixels, (H, W, 3) or (H, W, 4), as a picture."""
    rgb, alpha = pixels[..., :3], pixels[..., 3:]
    if alpha.size == 0 or alpha.min() == _OPAQUE:
        return _make_picture(np.ascontiguousarray(rgb), None, name)
    return _make_picture(np.ascontiguousarray(rgb), np.ascontiguousarray(alpha[..., 0]), name)


def _make_picture(rgb: Pixels, alpha: Pixels | None, name: str) -> Picture:
    rgb = rgb.view()  # so that a caller's array stays writable
    rgb.flags.writeable = False
    if alpha is not None:
        alpha.flags.writeable = False
    return Picture(rgb, alpha, name)
