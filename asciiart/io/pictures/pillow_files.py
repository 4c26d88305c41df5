"""Stage 1, with Pillow: a file -> a picture, within limits, of which only the header is read."""

from __future__ import annotations

import logging
import os
import struct
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, BinaryIO

from PIL import Image, ImageFile

from asciiart.errors import AsciiArtError, ImageError
from asciiart.io.forks import ForkSafeLock
from asciiart.options import DEFAULT_MAX_PIXELS, DEFAULT_MAX_UNREDUCED_PIXELS

_PREFIX = 16
"""Number of bytes at a file's start by which Pillow recognizes its format."""
_UNDECODED = frozenset({"BUFR", "EPS", "FITS", "GRIB", "HDF5", "IPTC", "MPEG", "WMF"})
"""Formats that are refused. Pillow recognizes but does not decode most of them, their headers do
not tell how much memory the decoding takes (FITS, IPTC), or it would start Ghostscript (EPS)."""
DRAFTED = frozenset({"JPEG", "MPO"})
"""Formats that can be decoded at a half, a quarter or an eighth of their size."""
_PILLOW = ForkSafeLock()
"""Lock that is held while Pillow works; see `pillow_errors_as_image_errors`."""
_TIFF_TILE_TAGS = (322, 323)
"""Tags with the width and height of a TIFF's tiles."""

_Factory = Callable[[IO[bytes], str | bytes], ImageFile.ImageFile]
_Accept = Callable[[bytes], bool | str]


@contextmanager
def pillow_errors_as_image_errors(name: str) -> Iterator[None]:
    """Return a context that silences Pillow and turns whatever it raises into an ImageError.

    Warnings and log handlers belong to the whole process, so threads take turns. Only Pillow's own
    warnings are silenced, and its global limit on size is left alone in favor of `check_size`.
    """
    logger, handler = logging.getLogger("PIL"), logging.NullHandler()
    with _PILLOW.held(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        logger.addHandler(handler)  # without any handler, errors would go to stderr
        try:
            yield
        except AsciiArtError:
            raise
        except Image.DecompressionBombError as error:
            raise ImageError(f"{name}: too large ({reason_of(error)})") from error
        except MemoryError as error:
            raise ImageError(f"{name}: too large for this computer's memory") from error
        except Exception as error:
            raise ImageError(f"{name}: damaged or cut short ({reason_of(error)})") from error
        finally:
            logger.removeHandler(handler)


def reason_of(error: Exception) -> str:
    """Return an exception's message as one line."""
    cause = error.args[0] if isinstance(error, SyntaxError) and error.args else error
    if isinstance(cause, struct.error | IndexError | EOFError):
        return "the data end too early"
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return " ".join(text.split()) or type(error).__name__


def open_lazily(file: BinaryIO, name: str, max_pixels: int | None) -> ImageFile.ImageFile:
    """Return the picture in ``file``, of which only the header is read.

    It is `Image.open` without its limit on size, a global that no caller can raise safely.

    Raises
    ------
    ImageError
        If it is no picture or has more than ``max_pixels`` pixels; see `check_size`.
    """
    prefix = file.read(_PREFIX)
    if not prefix:
        raise ImageError(f"{name}: the file is empty")
    failure: Exception | None = None
    for factory, accept in _formats():
        try:
            if _accepts(accept, prefix):
                file.seek(0)
                _check_embedded(file, name, max_pixels)
                file.seek(0)
                image = factory(file, "")
                _check_header(image, name, max_pixels)
                return image
        except Image.DecompressionBombError:
            raise
        except ImageError:
            raise
        except Exception as error:
            failure = error if accept else failure  # a format without accept tries every file
    if failure is not None:
        raise failure
    raise ImageError(f"{name}: not a picture that can be read")


def _formats() -> Iterator[tuple[_Factory, _Accept | None]]:
    """Yield Pillow's formats: first the few common ones, then all, which are slow to import."""
    for register in (Image.preinit, Image.init):
        register()
        yield from [Image.OPEN[key] for key in Image.ID if key not in _UNDECODED]


def picture_suffixes() -> frozenset[str]:
    """Return the suffixes of files that can be read, in lower case and with their dot."""
    known = Image.registered_extensions()
    readable = {key for key in Image.OPEN if key not in _UNDECODED}
    return frozenset(suffix for suffix, key in known.items() if key in readable)


def _accepts(accept: _Accept | None, prefix: bytes) -> bool:
    answer = accept is None or accept(prefix)
    return bool(answer) and not isinstance(answer, str)  # a string names what this Pillow lacks


def describe_truncation(missing: float = 0.0) -> str:
    """Return the words for a file that is cut short, by the missing share of its picture."""
    if missing == 0:
        return "cut short; its end is missing"
    return f"cut short; {max(1, round(100 * missing))} % of the picture is missing"


# Limits


def check_size(
    height: int, width: int, name: str, max_pixels: int | None, format: str | None = None
) -> None:
    """Raise an ImageError for a picture without pixels, or with more than ``max_pixels``.

    The default is 100 million, or 50 million in a file of a ``format`` that can only be decoded at
    its full size, which takes up to 16 bytes a pixel.
    """
    if height < 1 or width < 1:
        raise ImageError(f"{name}: has no pixels ({width} x {height})")
    unreduced = format is not None and format not in DRAFTED
    usual = DEFAULT_MAX_UNREDUCED_PIXELS if unreduced else DEFAULT_MAX_PIXELS
    limit = usual if max_pixels is None else max_pixels
    if height * width > limit:
        why = ""
        if max_pixels is None and unreduced:
            why = f" by default for {format}, which cannot be decoded at a reduced size"
        raise ImageError(
            f"{name}: {width} x {height} pixels are more than max_pixels {limit} allows{why}",
            "max_pixels",
        )


def _check_header(image: ImageFile.ImageFile, name: str, max_pixels: int | None) -> None:
    check_size(image.height, image.width, name, max_pixels, image.format)
    tags = getattr(image, "tag_v2", {})
    width, height = (tags.get(tag) for tag in _TIFF_TILE_TAGS)
    if isinstance(width, int) and isinstance(height, int):
        check_size(height, width, f"{name} (a tile)", max_pixels, image.format)


def _check_embedded(file: BinaryIO, name: str, max_pixels: int | None) -> None:
    """Check the pictures within a container, which Pillow decodes whatever the container states."""
    prefix = file.read(4)
    for reader in (r for magic, r in _CONTAINERS.items() if prefix.startswith(magic)):
        for width, height, format in reader(prefix + file.read()):
            check_size(height, width, name, max_pixels, format)


_Embedded = Iterator[tuple[int, int, str]]
"""Width, height and format of each picture in a container."""


def _icon_sizes(data: bytes) -> _Embedded:
    """Yield the true sizes of the pictures in an ICO or CUR file."""
    for entry in range(struct.unpack_from("<H", data, 4)[0]):
        if len(data) < 22 + 16 * entry:
            return
        (start,) = struct.unpack_from("<I", data, 18 + 16 * entry)
        if data[start : start + 4] == b"\x89PNG":
            yield from _header_size(data[start:])
        elif len(data) >= start + 12:
            width, height = struct.unpack_from("<ii", data, start + 4)
            yield max(1, abs(width)), max(1, abs(height) // 2), "ICO"


def _icns_sizes(data: bytes) -> _Embedded:
    """Yield the true sizes of the PNG and JPEG 2000 files in an ICNS file."""
    start = 8
    while start + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, start + 4)
        yield from _header_size(data[start + 8 : start + max(8, length)])
        start += max(8, length)


def _blp_sizes(data: bytes) -> _Embedded:
    """Yield the true size of the JPEG in a BLP file, which stores its header and data apart."""
    if struct.unpack_from("<I", data, 4)[0] == 0:
        (offset,) = struct.unpack_from("<I", data, 28)
        (length,) = struct.unpack_from("<I", data, 156)
        yield from _header_size(data[160 : 160 + length] + data[offset:])


def _header_size(data: bytes) -> _Embedded:
    for factory, accept in (Image.OPEN[key] for key in ("PNG", "JPEG", "JPEG2000")):
        if _accepts(accept, data[:_PREFIX]):
            image = factory(BytesIO(data), "")
            yield image.width, image.height, str(image.format)


_CONTAINERS: dict[bytes, Callable[[bytes], _Embedded]] = {
    b"\0\0\1\0": _icon_sizes,
    b"\0\0\2\0": _icon_sizes,
    b"icns": _icns_sizes,
    b"BLP1": _blp_sizes,
}


# Messages of C libraries


@contextmanager
def captured_stderr() -> Iterator[list[str]]:
    """Yield a list that receives, at the end, the lines that C code (libtiff) writes to stderr.

    Meanwhile the stderr of the whole process, with all its threads, is a temporary file.
    """
    remarks: list[str] = []
    try:
        kept = os.dup(2)
    except OSError:  # closed
        yield remarks
        return
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            yield remarks
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            file.seek(0)
            remarks += file.read(1 << 16).decode(errors="replace").splitlines()
