"""Stage 1: path | - | bytes | file object | PIL image | array -> Picture, (H, W, 3) upright sRGB.

Colors are taken as sRGB: embedded profiles are ignored, since text art hardly shows the difference
and a profile is one more part of a file that can be damaged. CMYK is converted by its formula.
"""

from __future__ import annotations

import logging
import struct
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile

from asciiart.errors import AsciiArtError, ImageError
from asciiart.forks import Turns
from asciiart.kinds import DEFAULT_MAX_PIXELS as DEFAULT_MAX_PIXELS  # noqa: PLC0414

Source = str | Path | bytes | BinaryIO | Image.Image | NDArray[Any]
"""What can be read as a picture; the path ``"-"`` is standard input."""

_PREFIX = 16
"""Bytes at a file's start by which Pillow tells formats apart."""
_UNDECODED = frozenset({"BUFR", "EPS", "GRIB", "HDF5", "MPEG", "WMF"})
"""Formats that Pillow names but does not decode itself; for EPS it would start Ghostscript."""
_DRAFTED = frozenset({"JPEG", "MPO"})
"""Formats that can be decoded at a half, a quarter or an eighth of their size."""
_DEEP_MODES = frozenset({"I;16", "I;16L", "I;16B", "I;16N", "I", "F"})
"""Pillow's modes of one channel deeper than 8 bits, which its own conversion clips."""
_GRAY_KEY_SCALES = {"L;2": 85, "L;4": 17}
"""What a PNG's gray of 2 or 4 bits is multiplied by to become 8."""
_WHITE_IS_ZERO = 0
"""Value of a TIFF's photometric tag."""
_PHOTOMETRIC_TAG = 262
_FIRST_SIDEWAYS = 5
"""The first of the EXIF orientations (5 to 8) under which height and width change places."""
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation -> what brings the picture upright."""
_OPAQUE = 255
"""Alpha of what hides the page."""
_PILLOW = Turns()
"""Held while Pillow works; see `guard_pillow`."""

_Factory = Callable[[IO[bytes], str | bytes], ImageFile.ImageFile]
_Accept = Callable[[bytes], bool | str]


@dataclass(frozen=True, eq=False)
class Picture:
    """A decoded picture. Immutable: its arrays are read-only."""

    rgb: NDArray[np.uint8]
    """(H, W, 3), sRGB; where ``alpha`` is 0 it may be anything."""
    alpha: NDArray[np.uint8] | None
    """(H, W), 0 = clear and 255 = opaque; None where the whole picture is opaque."""
    name: str
    """What messages call it: its path, "standard input", "array" and the like."""

    def on(self, page: int) -> NDArray[np.uint8]:
        """Return the picture (H, W, 3) as it looks on a page of gray 0 (black) to 255 (white).

        An opaque picture is returned as it is, not copied.
        """
        if self.alpha is None:
            return self.rgb
        opacity = self.alpha[..., np.newaxis].astype(np.uint16)
        blend = self.rgb * opacity  # at most 255 * 255, so all of this fits 16 bits
        blend += np.uint16(page) * (255 - opacity)
        blend += 127
        blend //= 255
        return blend.astype(np.uint8)


def load_image(
    source: Source,
    *,
    max_pixels: int = DEFAULT_MAX_PIXELS,
    target: tuple[int, int] | None = None,
    check_shape: Callable[[int, int], object] | None = None,
) -> Picture:
    """Return the first frame of ``source``, upright and in 8 bits.

    Gray of 16 bits is scaled to 8. Gray of 32 bits, integer or floating-point, is taken as 16 bits
    or as 0 to 1 where its values lie within that, and is otherwise stretched from its least to its
    greatest value. Arrays are (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) of bool, uint8, uint16, or
    floating-point from 0 to 1; one of uint8 (H, W, 3) is not copied.

    Threads may call this at the same time; they take turns where Pillow is at work.

    Parameters
    ----------
    source : Source
        The picture. A file object is read from its start where it can seek, and is not closed.
    max_pixels : int
        The most pixels that a picture may have.
    target : tuple of int, optional
        Height and width in pixels that suffice, both positive. A picture at least twice as large
        both ways is reduced by a whole factor, a JPEG already while it is decoded, but never below
        ``target``. Arrays are left as they are.
    check_shape : callable
        Is called with the height and width of the upright picture before its pixels are decoded,
        and may raise an `AsciiArtError` to refuse it.

    Raises
    ------
    ImageError
        If the picture is missing, empty, damaged, too large or not a picture.
    """
    name = name_source(source)
    if isinstance(source, np.ndarray):
        picture = _from_array(source, name, max_pixels)
        if check_shape is not None:
            check_shape(*picture.rgb.shape[:2])
        return picture
    if isinstance(source, Image.Image):
        with guard_pillow(name):
            check_size(source.height, source.width, name, max_pixels)
            if check_shape is not None:
                check_shape(*_upright_shape(source))
            return _to_picture(source, name, target)
    with open_source(source, name) as file, guard_pillow(name):
        image = identify(file, name)
        check_size(image.height, image.width, name, max_pixels)
        if check_shape is not None:
            check_shape(*_upright_shape(image))
        _scale_transparent_color(image)
        _draft(image, target)
        return _to_picture(image, name, target)


def name_source(source: Source) -> str:
    """Return what messages call ``source``, without line breaks and control characters."""
    if isinstance(source, str | Path):
        name = "standard input" if source == "-" else str(source)
    elif isinstance(source, bytes):
        name = "bytes"
    elif isinstance(source, np.ndarray):
        name = "array"
    elif isinstance(source, Image.Image):
        name = str(getattr(source, "filename", "") or "picture")
    else:
        name = str(getattr(source, "name", "file object"))
    return name if name and name.isprintable() else ascii(name)


def open_source(source: str | Path | bytes | BinaryIO, name: str) -> BinaryIO:
    """Return a file of our own that can seek, at its start."""
    try:
        if isinstance(source, bytes):
            return BytesIO(source)
        if isinstance(source, str | Path):
            return BytesIO(sys.stdin.buffer.read()) if source == "-" else _open_path(Path(source))
        if source.seekable():
            source.seek(0)
        return BytesIO(source.read())
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ImageError(f"{name}: cannot be read ({_reason(error)})") from error


def _open_path(path: Path) -> BinaryIO:
    file = path.open("rb")
    if file.seekable():
        return file
    with file:  # a pipe
        return BytesIO(file.read())


@contextmanager
def guard_pillow(name: str) -> Iterator[None]:
    """Let Pillow work in silence, and turn whatever it raises into one ImageError.

    Warnings and log handlers belong to the whole process, so threads take turns. Only what Pillow
    itself warns of is silenced, and its global limit on size is never touched: `check_size` does
    that work. What libtiff, in C, says of a damaged TIFF still goes to stderr; muting that would
    take the whole process's stderr away.
    """
    logger, handler = logging.getLogger("PIL"), logging.NullHandler()
    with _PILLOW.taken(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        logger.addHandler(handler)  # without any handler, errors would go to stderr
        try:
            yield
        except AsciiArtError:
            raise
        except Image.DecompressionBombError as error:
            raise ImageError(f"{name}: too large ({_reason(error)})") from error
        except MemoryError as error:
            raise ImageError(f"{name}: too large for this computer's memory") from error
        except Exception as error:
            raise ImageError(f"{name}: damaged or cut short ({_reason(error)})") from error
        finally:
            logger.removeHandler(handler)


def _reason(error: Exception) -> str:
    """Return an exception's message as one line."""
    cause = error.args[0] if isinstance(error, SyntaxError) and error.args else error
    if isinstance(cause, struct.error | IndexError | EOFError):
        return "the data end too early"
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return " ".join(text.split()) or type(error).__name__


def identify(file: BinaryIO, name: str) -> ImageFile.ImageFile:
    """Return the picture in ``file``, of which only the header is read.

    This is `Image.open` but for its limit on size, a global that no one caller can raise safely.
    """
    prefix = file.read(_PREFIX)
    if not prefix:
        raise ImageError(f"{name}: the file is empty")
    failure: Exception | None = None
    for factory, accept in _formats():
        try:
            if _accepts(accept, prefix):
                file.seek(0)
                return factory(file, "")
        except Image.DecompressionBombError:
            raise
        except Exception as error:
            failure = error if accept else failure  # without accept, a format tries every file
    if failure is not None:
        raise failure
    raise ImageError(f"{name}: not a picture that can be read")


def _formats() -> Iterator[tuple[_Factory, _Accept | None]]:
    """Yield Pillow's formats: first the common few, then, slow to import, all."""
    for register in (Image.preinit, Image.init):
        register()
        yield from [Image.OPEN[key] for key in Image.ID if key not in _UNDECODED]


def picture_suffixes() -> frozenset[str]:
    """Return the suffixes, with their dot and in lower case, of files that can be read."""
    known = Image.registered_extensions()
    readable = {key for key in Image.OPEN if key not in _UNDECODED}
    return frozenset(suffix for suffix, key in known.items() if key in readable)


def _accepts(accept: _Accept | None, prefix: bytes) -> bool:
    answer = accept is None or accept(prefix)
    return bool(answer) and not isinstance(answer, str)  # a string says what this Pillow lacks


def check_size(height: int, width: int, name: str, max_pixels: int) -> None:
    """Raise an `ImageError` if a picture has no pixels, or more than ``max_pixels``."""
    if height < 1 or width < 1:
        raise ImageError(f"{name}: has no pixels ({width} x {height})")
    if height * width > max_pixels:
        raise ImageError(
            f"{name}: {width} x {height} pixels are more than max_pixels {max_pixels} allows",
            "max_pixels",
        )


def _scale_transparent_color(image: ImageFile.ImageFile) -> None:
    """Bring a PNG's transparent color to 8 bits, as Pillow does its pixels but not this."""
    color = image.info.get("transparency")
    if image.format != "PNG" or color is None or not image.tile:
        return
    *_, raw_mode = image.tile[0]
    if raw_mode == "RGB;16B":
        image.info["transparency"] = tuple(value >> 8 for value in color)
    elif raw_mode in _GRAY_KEY_SCALES:
        image.info["transparency"] = color * _GRAY_KEY_SCALES[raw_mode]


def _draft(image: ImageFile.ImageFile, target: tuple[int, int] | None) -> None:
    """Have a JPEG decoded at the least size that is not below ``target``."""
    if target is not None and image.format in _DRAFTED:
        height, width = _as_stored(target, _orientation(image))
        image.draft(None, (width, height))


def _orientation(image: Image.Image) -> int:
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
    return _as_stored(shape, _orientation(image))


def _as_stored(target: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Return height and width of an upright picture as they are before it is turned."""
    height, width = target
    return (width, height) if orientation >= _FIRST_SIDEWAYS else (height, width)


def _to_picture(image: Image.Image, name: str, target: tuple[int, int] | None) -> Picture:
    image.load()
    orientation = _orientation(image)  # asked only now, since TIFFs turn themselves on loading
    image = _to_plain_mode(image)
    if target is not None:
        height, width = _as_stored(target, orientation)
        factor = min(image.height // height, image.width // width)
        image = image.reduce(factor) if factor > 1 else image
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    if image.mode == "L":
        image = image.convert("RGB")
    return _from_pixels(np.asarray(image), name)


def _to_plain_mode(image: Image.Image) -> Image.Image:
    """Return the picture in mode L, RGB or RGBA."""
    if image.mode in _DEEP_MODES:
        image = _to_eight_bits(image)
    opaque_mode = "L" if image.mode in ("1", "L") else "RGB"
    mode = "RGBA" if image.has_transparency_data else opaque_mode
    return image if image.mode == mode else image.convert(mode)


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture of a deep mode as L, or as LA where one gray is transparent."""
    values = np.asarray(image)
    gray = _scale_gray(values)
    if getattr(image, "tag_v2", {}).get(_PHOTOMETRIC_TAG) == _WHITE_IS_ZERO:
        gray = 255 - gray
    transparent = image.info.get("transparency")
    if not isinstance(transparent, int):
        return Image.fromarray(gray)
    alpha = np.where(values == transparent, np.uint8(0), np.uint8(255))
    return Image.merge("LA", (Image.fromarray(gray), Image.fromarray(alpha)))


def _scale_gray(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Scale 16-bit or 32-bit gray (H, W) to 0..255, as `load_image` describes."""
    greatest = 1 if values.dtype.kind == "f" else 65535
    if not (values.min() >= 0 and values.max() <= greatest):  # so written for NaN
        return _scale_unit(_stretch(values))
    return _scale_unit(values) if greatest == 1 else _scale_16_bits(values)


def _stretch(values: NDArray[Any]) -> NDArray[np.float64]:
    """Map least to greatest onto 0..1; what is not a number becomes 0, an infinity 0 or 1."""
    finite = values[np.isfinite(values)].astype(np.float64)
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 0.0)
    clipped = np.nan_to_num(values.astype(np.float64), nan=low, posinf=high, neginf=low)
    stretched: NDArray[np.float64] = (clipped - low) / ((high - low) or 1.0)
    return stretched


def _scale_unit(values: NDArray[Any]) -> NDArray[np.uint8]:
    return (values * np.float32(255) + np.float32(0.5)).astype(np.uint8)


def _scale_16_bits(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Divide 0..65535 by 257 and round; capped at what rounds to 255, it all fits 16 bits."""
    capped: NDArray[np.uint16] = np.minimum(values, 65535 - 128).astype(np.uint16)
    return ((capped + 128) // 257).astype(np.uint8)


def _from_array(array: NDArray[Any], name: str, max_pixels: int) -> Picture:
    match array.shape:
        case (height, width) | (height, width, 1 | 3 | 4):
            check_size(height, width, name, max_pixels)
        case shape:
            raise ImageError(
                f"{name}: shape {shape} is none of (H, W), (H, W, 1), (H, W, 3) and (H, W, 4)"
            )
    pixels = _array_to_eight_bits(array, name).reshape(height, width, -1)
    return _from_pixels(np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels, name)


def _array_to_eight_bits(array: NDArray[Any], name: str) -> NDArray[np.uint8]:
    if array.dtype == np.uint8:
        return array
    if array.dtype == np.bool_:
        return array * np.uint8(255)
    if np.issubdtype(array.dtype, np.uint16):
        return _scale_16_bits(array)
    if not np.issubdtype(array.dtype, np.floating):
        raise ImageError(f"{name}: {array.dtype} is none of bool, uint8, uint16 and floating-point")
    if not (array.min() >= 0 and array.max() <= 1):  # so written for NaN
        raise ImageError(f"{name}: floating-point values must be numbers from 0 to 1")
    return _scale_unit(array)


def _from_pixels(pixels: NDArray[np.uint8], name: str) -> Picture:
    """Return the Picture of RGB or RGBA pixels, (H, W, 3) or (H, W, 4)."""
    rgb, alpha = pixels[..., :3], pixels[..., 3:]  # views: a caller's array stays writable
    if alpha.size > 0:
        rgb, alpha = np.ascontiguousarray(rgb), np.ascontiguousarray(alpha[..., 0])
    rgb.flags.writeable = alpha.flags.writeable = False
    opaque = alpha.size == 0 or alpha.min() == _OPAQUE
    return Picture(rgb, None if opaque else alpha, name)
