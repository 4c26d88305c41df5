"""Stage 1, files: a picture's file -> its decoded picture and its faults."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import BinaryIO, NamedTuple

import numpy as np
from PIL import ExifTags, Image, ImageFile

from asciiart.io.pictures import gif, png_chunks
from asciiart.io.pictures.color_profiles import profile_mode
from asciiart.io.pictures.more_formats import render_more
from asciiart.io.pictures.pillow_files import (
    DRAFTED,
    captured_stderr,
    describe_truncation,
    open_lazily,
)
from asciiart.io.pictures.pixel_arrays import scale_gray

DEEP_MODES = frozenset({"I;16", "I;16L", "I;16B", "I;16N", "I", "F"})
"""Pillow's modes of one channel deeper than 8 bits, which Pillow's own conversion clips."""
_GRAY_KEY_SCALES = {"L;2": 85, "L;4": 17}
"""Factors that scale a PNG's gray of 2 or 4 bits to 8 bits."""
_PHOTOMETRIC_TAG = 262
_WHITE_IS_ZERO = 0
"""Value of a TIFF's photometric tag under which 0 is white."""
_FIRST_SIDEWAYS = 5
"""The first of the EXIF orientations (5 to 8) that exchange height and width."""
_JPEG_END = b"\xff\xd9"
_JPEG2000_HEAD = 1 << 16
"""Number of bytes in which a JPEG 2000 file's coding style (COD) is looked for."""
_CODING_STYLE = b"\xff\x52\x00"
"""Marker of the coding style, and the first byte of its length."""
_MISSING_GRAY = 128
"""Level that libjpeg gives to missing pixels."""


CheckShape = Callable[[int, int], object]
"""A function of a picture's height and width, which may raise an `AsciiArtError` to refuse it."""


class DecodeOptions(NamedTuple):
    """Options of decoding a picture; see `load_image`."""

    max_pixels: int | None = None
    """Largest number of pixels; None for the default."""
    target: tuple[int, int] | None = None
    """Sufficient height and width in pixels."""
    check_shape: CheckShape | None = None
    """Function that may refuse the picture before it is decoded."""

    def check(self, image: Image.Image) -> None:
        """Call `check_shape` with the picture's upright height and width."""
        if self.check_shape is not None:
            self.check_shape(*_upright_shape(image))


class DecodedPicture(NamedTuple):
    """A picture as it is stored in its file."""

    image: Image.Image
    """The picture, with its pixels loaded."""
    faults: tuple[str, ...] = ()
    """The file's faults, in words."""


def decode(file: BinaryIO, name: str, options: DecodeOptions) -> DecodedPicture:
    """Return the first frame of a file; see `load_image`.

    Call it within `pillow_errors_as_image_errors`.
    """
    signature = file.read(len(png_chunks.SIGNATURE))
    file.seek(0)
    if signature.startswith(gif.SIGNATURES):
        return _decode_gif(file, name, options)
    if signature == png_chunks.SIGNATURE:
        return _decode_png(file, name, options)
    rendered = render_more(file, name, *options)
    if rendered is not None:
        return DecodedPicture(rendered, load(rendered))
    image = open_lazily(file, name, options.max_pixels)
    options.check(image)
    if image.format == "JPEG2000":
        return _decode_jpeg2000(image, file, options.target)
    if image.format in DRAFTED:
        return _decode_jpeg(image, file, name, options)
    return DecodedPicture(image, load(image))


def _decode_gif(file: BinaryIO, name: str, options: DecodeOptions) -> DecodedPicture:
    read = gif.read_gif(file.read(), name, options.max_pixels)
    if options.check_shape is not None:
        options.check_shape(read.size[1], read.size[0])
    image, missing = read.first_frame()
    if missing or not read.is_whole:
        return DecodedPicture(image, (describe_truncation(missing),))
    return DecodedPicture(image)


def _decode_png(file: BinaryIO, name: str, options: DecodeOptions) -> DecodedPicture:
    repaired = png_chunks.repair(file, name, options.max_pixels)
    image = _load_png(repaired.file, name, options)
    if repaired.rows is None:
        return DecodedPicture(image, repaired.faults)
    missing = 1 - repaired.rows / image.height
    if missing:
        image = to_plain_mode(image).convert("RGBA")
        image.paste((0, 0, 0, 0), (0, repaired.rows, image.width, image.height))
    return DecodedPicture(image, (*repaired.faults, describe_truncation(missing)))


def _load_png(file: BinaryIO, name: str, options: DecodeOptions) -> Image.Image:
    image = open_lazily(file, name, options.max_pixels)
    options.check(image)
    _scale_transparent_color(image)
    image.load()
    return image


def _decode_jpeg(
    image: ImageFile.ImageFile, file: BinaryIO, name: str, options: DecodeOptions
) -> DecodedPicture:
    _draft(image, options.target)
    try:
        image.load()
        return DecodedPicture(image)
    except OSError as error:
        file.seek(0)
        ended = open_lazily(BytesIO(file.read() + _JPEG_END), name, options.max_pixels)
        _draft(ended, options.target)
        try:
            ended.load()
        except OSError:
            raise error from None
        missing = _missing_share(ended)
        if missing == 1:
            raise
        return DecodedPicture(ended, (describe_truncation(missing),))


def _decode_jpeg2000(
    image: ImageFile.ImageFile, file: BinaryIO, target: tuple[int, int] | None
) -> DecodedPicture:
    """Decode a JPEG 2000 file at the smallest of its stored resolutions that suffices."""
    if target is not None:
        height, width = as_stored(target, orientation_of(image))
        factor = max(1, min(image.height // height, image.width // width))
        file.seek(0)
        halvings = min(factor.bit_length() - 1, _count_halvings(file.read(_JPEG2000_HEAD)))
        image.reduce = halvings  # type: ignore[method-assign, assignment] # a property here
    image.load()
    image.reduce = 0  # type: ignore[method-assign, assignment] # restores the method
    return DecodedPicture(image)


def _count_halvings(head: bytes) -> int:
    """Return the number of smaller resolutions, each of half the size, in a JPEG 2000 file."""
    start = head.find(_CODING_STYLE)
    return head[start + 9] if 0 <= start < len(head) - 9 else 0


def _missing_share(image: Image.Image) -> float:
    """Return the share of a JPEG's rows, at its bottom, that libjpeg had to fill in."""
    pixels = np.asarray(image)
    is_filled = (pixels == _MISSING_GRAY).reshape(len(pixels), -1).all(axis=1)
    present = np.flatnonzero(~is_filled)
    return 1.0 if present.size == 0 else 1 - (int(present[-1]) + 1) / len(pixels)


def load(image: Image.Image) -> tuple[str, ...]:
    """Load a picture's pixels, and return the fault that libtiff reports, if any, in words."""
    if not any(tile[0] == "libtiff" for tile in getattr(image, "tile", None) or ()):
        image.load()
        return ()
    with captured_stderr() as remarks:
        image.load()
    wrong = [line.strip() for line in remarks if "warning" not in line.lower()]
    return (f"damaged; libtiff says: {wrong[0]}",) if wrong else ()


def decode_frame(file: BinaryIO, name: str, max_pixels: int | None) -> Image.Image:
    """Return a PNG of one frame as RGBA, without applying its color profile."""
    return to_plain_mode(_load_png(file, name, DecodeOptions(max_pixels))).convert("RGBA")


def _scale_transparent_color(image: ImageFile.ImageFile) -> None:
    """Scale a PNG's transparent color to 8 bits, as Pillow scales the pixels only."""
    color = image.info.get("transparency")
    if image.format != "PNG" or color is None or not image.tile:
        return
    *_, raw_mode = image.tile[0]
    if raw_mode == "RGB;16B":
        image.info["transparency"] = tuple(value >> 8 for value in color)
    elif raw_mode == "1":
        image.info["transparency"] = 255 if color else 0  # older versions leave 1
    elif raw_mode in _GRAY_KEY_SCALES:
        image.info["transparency"] = color * _GRAY_KEY_SCALES[raw_mode]


def _draft(image: ImageFile.ImageFile, target: tuple[int, int] | None) -> None:
    """Have a JPEG decoded at the smallest size that is not below ``target``."""
    if target is not None and image.format in DRAFTED:
        height, width = as_stored(target, orientation_of(image))
        image.draft(None, (width, height))


def orientation_of(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 (upright) if none can be read."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # damaged EXIF data is no reason to refuse a picture
        return 1


def _upright_shape(image: Image.Image) -> tuple[int, int]:
    """Return the height and width of the upright picture, from its header alone."""
    shape = image.height, image.width
    if image.format == "PNG" and "exif" not in image.info:
        return shape  # Pillow would decode the pixels to read the chunks after them
    return as_stored(shape, orientation_of(image))


def as_stored(target: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Return the upright ``target`` height and width as those of the picture as it is stored."""
    height, width = target
    return (width, height) if orientation >= _FIRST_SIDEWAYS else (height, width)


def to_plain_mode(image: Image.Image, profile: object = None) -> Image.Image:
    """Return the picture in mode L, RGB or RGBA, or in CMYK if its profile is of that mode."""
    if image.mode in DEEP_MODES:
        image = _to_eight_bits(image)
    if image.mode == "CMYK" and profile_mode(profile) == "CMYK":
        return image
    opaque_mode = "L" if image.mode in ("1", "L") else "RGB"
    mode = "RGBA" if image.has_transparency_data else opaque_mode
    return image if image.mode == mode else image.convert(mode)


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture of a deep mode as L, or as LA if one gray level is transparent."""
    values = np.asarray(image)
    gray = scale_gray(values)
    if getattr(image, "tag_v2", {}).get(_PHOTOMETRIC_TAG) == _WHITE_IS_ZERO:
        gray = 255 - gray
    transparent = image.info.get("transparency")
    if not isinstance(transparent, int):
        return Image.fromarray(gray)
    alpha = np.where(values == transparent, np.uint8(0), np.uint8(255))
    return Image.merge("LA", (Image.fromarray(gray), Image.fromarray(alpha)))
