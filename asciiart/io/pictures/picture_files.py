"""Stage 1, files: a picture's file -> its pixels, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import BinaryIO, NamedTuple

import numpy as np
from PIL import ExifTags, Image, ImageFile

from asciiart.io.pictures import gif, png_chunks
from asciiart.io.pictures.color_profiles import profile_mode
from asciiart.io.pictures.pillow_files import DRAFTED, captured_remarks, cut_short, open_lazily
from asciiart.io.pictures.pixel_arrays import scale_gray

DEEP_MODES = frozenset({"I;16", "I;16L", "I;16B", "I;16N", "I", "F"})
"""Pillow's modes of one channel deeper than 8 bits, which its own conversion clips."""
_GRAY_KEY_SCALES = {"L;2": 85, "L;4": 17}
"""What a PNG's gray of 2 or 4 bits is multiplied by to become 8."""
_WHITE_IS_ZERO = 0
"""Value of a TIFF's photometric tag."""
_PHOTOMETRIC_TAG = 262
_FIRST_SIDEWAYS = 5
"""The first of the EXIF orientations (5 to 8) under which height and width change places."""
_JPEG_END = b"\xff\xd9"
_JPEG2000_HEAD = 1 << 16
"""Bytes in which the coding style of a JPEG 2000 file is looked for."""
_CODING_STYLE = b"\xff\x52\x00"
"""Its marker, and the first byte of its length."""
_MISSING_GRAY = 128
"""What libjpeg makes of pixels that it is not given."""


CheckShape = Callable[[int, int], object]
"""Takes the height and width of a picture, and may raise an `AsciiArtError`."""


class Wanted(NamedTuple):
    """What a caller wants of a picture; see `load_image`."""

    max_pixels: int | None = None
    """The most pixels that it may have."""
    target: tuple[int, int] | None = None
    """Height and width in pixels that suffice."""
    check_shape: CheckShape | None = None
    """May refuse the picture before it is decoded."""

    def check(self, image: Image.Image) -> None:
        """Let `check_shape` see the picture as it is when it is upright."""
        if self.check_shape is not None:
            self.check_shape(*_upright_shape(image))


class Decoded(NamedTuple):
    """A picture as its file has it."""

    image: Image.Image
    """Loaded."""
    faults: tuple[str, ...] = ()
    """What is wrong with it, in words."""


def decode(file: BinaryIO, name: str, wanted: Wanted) -> Decoded:
    """Return the first frame of a file, decoded under `guard_pillow`; see `load_image`."""
    signature = file.read(len(png_chunks.SIGNATURE))
    file.seek(0)
    if signature.startswith(gif.SIGNATURES):
        return _decode_gif(file, name, wanted)
    if signature == png_chunks.SIGNATURE:
        return _decode_png(file, name, wanted)
    image = open_lazily(file, name, wanted.max_pixels)
    wanted.check(image)
    if image.format == "JPEG2000":
        return _decode_jpeg2000(image, file, wanted.target)
    if image.format in DRAFTED:
        return _decode_jpeg(image, file, name, wanted)
    return Decoded(image, load(image))


def _decode_gif(file: BinaryIO, name: str, wanted: Wanted) -> Decoded:
    read = gif.read_gif(file.read(), name, wanted.max_pixels)
    if wanted.check_shape is not None:
        wanted.check_shape(read.size[1], read.size[0])
    image, missing = read.first_frame()
    if missing or not read.is_whole:
        return Decoded(image, (cut_short(missing),))
    return Decoded(image)


def _decode_png(file: BinaryIO, name: str, wanted: Wanted) -> Decoded:
    mended = png_chunks.mend(file, name, wanted.max_pixels)
    image = _load_png(mended.file, name, wanted)
    if mended.rows is None:
        return Decoded(image, mended.faults)
    missing = 1 - mended.rows / image.height
    if missing:
        image = to_plain_mode(image).convert("RGBA")
        image.paste((0, 0, 0, 0), (0, mended.rows, image.width, image.height))
    return Decoded(image, (*mended.faults, cut_short(missing)))


def _load_png(file: BinaryIO, name: str, wanted: Wanted) -> Image.Image:
    image = open_lazily(file, name, wanted.max_pixels)
    wanted.check(image)
    _scale_transparent_color(image)
    image.load()
    return image


def _decode_jpeg(image: ImageFile.ImageFile, file: BinaryIO, name: str, wanted: Wanted) -> Decoded:
    _draft(image, wanted.target)
    try:
        image.load()
        return Decoded(image)
    except OSError as error:
        file.seek(0)
        ended = open_lazily(BytesIO(file.read() + _JPEG_END), name, wanted.max_pixels)
        _draft(ended, wanted.target)
        try:
            ended.load()
        except OSError:
            raise error from None
        missing = _missing_share(ended)
        if missing == 1:
            raise
        return Decoded(ended, (cut_short(missing),))


def _decode_jpeg2000(
    image: ImageFile.ImageFile, file: BinaryIO, target: tuple[int, int] | None
) -> Decoded:
    """Decode no more of the resolutions, each of half the size, than suffice."""
    if target is not None:
        height, width = as_stored(target, orientation_of(image))
        factor = max(1, min(image.height // height, image.width // width))
        file.seek(0)
        halvings = min(factor.bit_length() - 1, _count_halvings(file.read(_JPEG2000_HEAD)))
        image.reduce = halvings  # type: ignore[method-assign, assignment] # a property here
    image.load()
    image.reduce = 0  # type: ignore[method-assign, assignment] # which brings the method back
    return Decoded(image)


def _count_halvings(head: bytes) -> int:
    """Return how many smaller resolutions a JPEG 2000 file holds, from its coding style (COD)."""
    start = head.find(_CODING_STYLE)
    return head[start + 9] if 0 <= start < len(head) - 9 else 0


def _missing_share(image: Image.Image) -> float:
    """Return the share of a JPEG's rows, from below, that libjpeg had to make up."""
    pixels = np.asarray(image)
    made_up = (pixels == _MISSING_GRAY).reshape(len(pixels), -1).all(axis=1)
    there = np.flatnonzero(~made_up)
    return 1.0 if there.size == 0 else 1 - (int(there[-1]) + 1) / len(pixels)


def load(image: Image.Image) -> tuple[str, ...]:
    """Decode a picture, and return what libtiff, if it does that, says is wrong with it."""
    if not any(tile[0] == "libtiff" for tile in getattr(image, "tile", None) or ()):
        image.load()
        return ()
    with captured_remarks() as remarks:
        image.load()
    wrong = [line.strip() for line in remarks if "warning" not in line.lower()]
    return (f"damaged; libtiff says: {wrong[0]}",) if wrong else ()


def decode_frame(file: BinaryIO, name: str, max_pixels: int | None) -> Image.Image:
    """Return a PNG of one frame as RGBA, in its own colors."""
    return to_plain_mode(_load_png(file, name, Wanted(max_pixels))).convert("RGBA")


def _scale_transparent_color(image: ImageFile.ImageFile) -> None:
    """Bring a PNG's transparent color to 8 bits, as Pillow does its pixels but not this."""
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
    """Have a JPEG decoded at the least size that is not below ``target``."""
    if target is not None and image.format in DRAFTED:
        height, width = as_stored(target, orientation_of(image))
        image.draft(None, (width, height))


def orientation_of(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 (upright) where there is none that can be read."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # damaged EXIF data is no reason to refuse a picture
        return 1


def _upright_shape(image: Image.Image) -> tuple[int, int]:
    """Return the height and width of a picture once it is upright, from its header alone."""
    shape = image.height, image.width
    if image.format == "PNG" and "exif" not in image.info:
        return shape  # Pillow would decode the pixels to see what comes after them
    return as_stored(shape, orientation_of(image))


def as_stored(target: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Return height and width of an upright picture as they are before it is turned."""
    height, width = target
    return (width, height) if orientation >= _FIRST_SIDEWAYS else (height, width)


def to_plain_mode(image: Image.Image, profile: object = None) -> Image.Image:
    """Return the picture in mode L, RGB or RGBA, or in CMYK if its profile is for that."""
    if image.mode in DEEP_MODES:
        image = _to_eight_bits(image)
    if image.mode == "CMYK" and profile_mode(profile) == "CMYK":
        return image
    opaque_mode = "L" if image.mode in ("1", "L") else "RGB"
    mode = "RGBA" if image.has_transparency_data else opaque_mode
    return image if image.mode == mode else image.convert(mode)


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture of a deep mode as L, or as LA where one gray is transparent."""
    values = np.asarray(image)
    gray = scale_gray(values)
    if getattr(image, "tag_v2", {}).get(_PHOTOMETRIC_TAG) == _WHITE_IS_ZERO:
        gray = 255 - gray
    transparent = image.info.get("transparency")
    if not isinstance(transparent, int):
        return Image.fromarray(gray)
    alpha = np.where(values == transparent, np.uint8(0), np.uint8(255))
    return Image.merge("LA", (Image.fromarray(gray), Image.fromarray(alpha)))
