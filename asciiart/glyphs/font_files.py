"""Font files: their faces, opened by FreeType within sane limits."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import re
import struct
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont

from asciiart.errors import AsciiArtError, FontError

MEASURING_SIZE = 1000
"""Pixels per em at which outline fonts are measured, so that rounding stays below 0.1 %."""

_HEIGHTS = (1 / 16, 16)
"""Least and greatest line height, in ems; fonts for mathematics have 6."""
_ADVANCES = (1 / 32, 8)
"""Least and greatest width of the letter M, in ems."""
_ASPECTS = (1 / 8, 64)
"""Least and greatest height of a cell divided by its width."""
MAX_GLYPH_EMS = 24
"""Greatest width and height of a glyph, in ems; U+FDFD, a whole sentence, takes up to 18."""
_MAX_GLYPH_PIXELS = 2**27
"""Largest number of pixels of a drawn glyph; at 8,000 pixels per em it has half as many."""
_BITMAP_SIZES = range(5, 73)
"""Sizes, in pixels, that are tried for a bitmap font."""
_PIXEL_SIZE = re.compile(rb"^PIXEL_SIZE\s+(\d{1,3})\s*$", re.MULTILINE)
"""The line of a BDF file that states its size."""
_MAX_BITMAP_SIZE = 255
"""Largest size that is believed if a bitmap font states it, in pixels."""
_BDF, _PCF = b"STARTFONT", b"\1fcp"
"""Signatures of bitmap fonts."""
_GZIP, _BZIP2, _COMPRESS = b"\x1f\x8b", b"BZ", b"\x1f\x9d"
"""Signatures of compressed files."""
_MAX_UNPACKED_SIZE = 2**25
"""Largest unpacked size of a compressed bitmap font, in bytes; Unifont has 12 MB."""
_MAX_SECONDS = 1.0
"""Longest computing time to find the size of a bitmap font."""
_PCF_PROPERTIES, _PCF_BIG_ENDIAN = 1, 4
_MAX_PCF_TABLES, _MAX_PCF_PROPERTIES = 16, 1000
_HEAD_LENGTH = 2**16
"""Number of bytes in which a bitmap font's size is looked for."""
_MAX_FILE_SIZE = 2**29
"""Largest size of a file, in bytes, three times that of the largest collections of CJK fonts."""
_MAX_FACES = 256
"""Largest number of faces in a collection; damaged files may state more."""
_REASON_LENGTH = 100
"""Largest part of a library's own words that an error quotes, in characters."""
_COLLECTION = b"ttcf"
"""Signature of a collection; the version and the number of faces follow."""


class FontFace(NamedTuple):
    """One face of a font file."""

    path: Path
    """The file."""
    number: int = 0
    """Its number in a collection, from 0; 0 in a file with a single face."""

    def __str__(self) -> str:
        """Return the face as users name it: the file, and the number if it is not 0."""
        return f"{self.path}#{self.number}" if self.number else str(self.path)


class FaceName(NamedTuple):
    """Family and style that a face states."""

    family: str
    """Family, such as "DejaVu Sans"; "" if there is none."""
    style: str
    """Style, such as "Bold Oblique"; "" if there is none."""


class OpenedFace(NamedTuple):
    """A face at the size at which it is measured."""

    face: ImageFont.FreeTypeFont
    """Pillow's font."""
    scalable: bool
    """False for bitmap fonts, which exist in a single size."""


@contextmanager
def font_errors(name: object) -> Iterator[None]:
    """Return a context that turns a library's errors into one line that names the font.

    Raises
    ------
    FontError
        For any exception that is not an `AsciiArtError` already.
    """
    try:
        yield
    except AsciiArtError:
        raise
    except MemoryError as error:
        raise FontError(f"{name}: a damaged font, or there is not enough memory for it") from error
    except Exception as error:
        raise FontError(f"{name}: a damaged font ({_reason(error)})") from error


def _reason(error: Exception) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= _REASON_LENGTH else f"{words[:_REASON_LENGTH]}..."


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a font file, hexadecimal.

    Raises
    ------
    FontError
        If it cannot be read, or is larger than any font.
    """
    try:
        if path.stat().st_size > _MAX_FILE_SIZE:
            raise FontError(f"{path}: larger than any font ({path.stat().st_size} bytes)")
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FontError(f"{path}: cannot be read ({error.strerror or error})") from error


def count_faces(path: Path) -> int:
    """Return the number of faces that a file states: 1, unless it is a collection.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        header = file.read(12)
    if not header.startswith(_COLLECTION) or len(header) < 12:
        return 1
    return min(int.from_bytes(header[8:], "big"), _MAX_FACES)


def open_face(
    face: FontFace,
    size: float,
    encoding: str = "",
    location: tuple[tuple[str, float], ...] = (),
) -> ImageFont.FreeTypeFont:
    """Return Pillow's font of a face at ``size`` pixels per em.

    ``encoding`` is FreeType's name of a character map, "" for Unicode's. ``location`` gives the
    values of a variable font's axes, all of them in the file's order; it is empty for the default
    instance.

    Raises
    ------
    OSError
        If it is no font, or a bitmap font without this size.
    """
    # Not `ImageFont.truetype`, which replaces a damaged file by an installed font of that name.
    path = str(face.path)  # as Pillow 10.1 needs it
    opened = ImageFont.FreeTypeFont(path, size, face.number, encoding, ImageFont.Layout.BASIC)
    if location:
        opened.set_variation_by_axes([value for _, value in location])
    return opened


def open_to_measure(face: FontFace) -> OpenedFace:
    """Return a face, of an outline or bitmap font, at the size at which it is measured.

    Raises
    ------
    FontError
        If it is not a font that can be read.
    """
    with font_errors(face):
        _check_unpacked_size(face.path)
        limit = time.thread_time() + _MAX_SECONDS
        try:
            return OpenedFace(open_face(face, MEASURING_SIZE), scalable=True)
        except OSError as error:
            refused = error
        for size in _bitmap_sizes(face.path):
            if time.thread_time() > limit:
                break
            with suppress(OSError):
                return OpenedFace(open_face(face, size), scalable=False)
    raise FontError(f"{face}: not a font that can be read ({refused})") from refused


def _check_unpacked_size(path: Path) -> None:
    """Raise a ValueError for a compressed font that FreeType would take seconds to unpack."""
    with path.open("rb") as file:
        start = file.read(2)
    if start == _COMPRESS:
        raise ValueError("compressed by an old program; gzip is known")
    if start not in {_GZIP, _BZIP2}:
        return
    size = 0
    unpack: type[gzip.GzipFile | bz2.BZ2File] = gzip.GzipFile if start == _GZIP else bz2.BZ2File
    with suppress(OSError, EOFError, zlib.error), unpack(path) as unpacked:
        while size <= _MAX_UNPACKED_SIZE and (part := unpacked.read(2**20)):
            size += len(part)
    if size > _MAX_UNPACKED_SIZE:
        raise ValueError(f"over {_MAX_UNPACKED_SIZE >> 20} MiB when unpacked")


def _bitmap_sizes(path: Path) -> Sequence[int]:
    """Return the sizes that a bitmap font may have, first the size that it states, if any."""
    with path.open("rb") as opened:
        data = opened.read(_HEAD_LENGTH)
    if data.startswith(_GZIP):
        with suppress(OSError, EOFError, zlib.error), gzip.open(path) as file:
            data = file.read(_HEAD_LENGTH)
    said = _PIXEL_SIZE.search(data) if data.startswith(_BDF) else None
    size = int(said[1]) if said else _pcf_size(data) if data.startswith(_PCF) else 0
    return (size, *_BITMAP_SIZES) if 0 < size <= _MAX_BITMAP_SIZE else _BITMAP_SIZES


def _pcf_size(data: bytes) -> int:
    """Return the pixel size in the properties of a PCF file, 0 if there is none.

    https://fontforge.org/docs/techref/pcf-format.html
    """
    with suppress(struct.error):
        for entry in range(min(struct.unpack_from("<I", data, 4)[0], _MAX_PCF_TABLES)):
            kind, _, _, offset = struct.unpack_from("<4I", data, 8 + 16 * entry)
            if kind == _PCF_PROPERTIES:
                return _pcf_property(data, offset, b"PIXEL_SIZE")
    return 0


def _pcf_property(data: bytes, offset: int, name: bytes) -> int:
    order = ">" if struct.unpack_from("<I", data, offset)[0] & _PCF_BIG_ENDIAN else "<"
    [count] = struct.unpack_from(f"{order}I", data, offset + 4)
    texts = offset + 8 + 9 * count + -count % 4 + 4  # after padding and their length
    for entry in range(min(count, _MAX_PCF_PROPERTIES)):
        where, _, value = struct.unpack_from(f"{order}IBI", data, offset + 8 + 9 * entry)
        if data[texts + where : texts + where + len(name) + 1] == name + b"\0":
            return int(value)
    return 0


def face_name(face: ImageFont.FreeTypeFont) -> FaceName:
    """Return the family and style of an opened face."""
    family, style = face.getname()
    return FaceName(family or "", style or "")


def check_metrics(ascent: float, descent: float, advance: float) -> None:
    """Raise a ValueError for absurd metrics, which would make pictures of endless size.

    All are in ems: the height above and below the baseline, and the width of an M.
    """
    height = ascent + descent
    if height <= 0 or advance <= 0:
        raise ValueError("it has no height or no width")
    limits = ((height, _HEIGHTS), (advance, _ADVANCES), (height / advance, _ASPECTS))
    reach = max(abs(ascent), abs(descent))
    if reach > _HEIGHTS[1] or not all(low <= value <= high for value, (low, high) in limits):
        raise ValueError(f"its characters are {advance:.3g} em wide and {height:.3g} em high")


def check_glyph_size(face: ImageFont.FreeTypeFont, text: str) -> None:
    """Raise a ValueError for a damaged glyph that would take gigabytes to draw."""
    left, top, right, bottom = face.getbbox(text, anchor="ls")
    width, height = right - left, bottom - top
    if max(width, height) > MAX_GLYPH_EMS * face.size or width * height > _MAX_GLYPH_PIXELS:
        raise ValueError(f"a glyph is {width:.0f} x {height:.0f} pixels large")
