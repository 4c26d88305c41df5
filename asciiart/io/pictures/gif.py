"""Stage 1, GIF: read block by block, which composes frames correctly and saves truncated files.

Pillow decodes the pixels. The blocks are specified in
https://www.w3.org/Graphics/GIF/spec-gif89a.txt.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from asciiart.io.pictures.arrays import Mask
from asciiart.io.pictures.compositing import ComposedFrame, Disposal, FramePart, compose
from asciiart.io.pictures.pillow_files import check_size, describe_truncation

SIGNATURES = (b"GIF87a", b"GIF89a")
_SCREEN = struct.Struct("<6sHHBBB")
_IMAGE = struct.Struct("<HHHHB")
_EXTENSION, _SEPARATOR, _TRAILER = b"!", b",", b";"
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPING = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_HAS_PALETTE, _INTERLACED, _HAS_CLEAR = 0x80, 0x40, 0x01
_DISPOSALS: dict[int, Disposal] = {2: "clear", 3: "restore", 4: "restore"}
"""Disposal method -> disposal. Method 4 is undefined; some programs wrote it instead of 3."""
_MOST_FRAMES = 200_000
"""Largest number of frames, many more than any film has."""
_TOO_FEW = "not enough image data"
"""Pillow's message for codes that end before the pixels do."""

_OPAQUE = 255


class _Control(NamedTuple):
    """How the image after a graphic control extension is drawn."""

    disposal: Disposal = "keep"
    milliseconds: float = 0.0
    clear_index: int | None = None


class _ImageEntry(NamedTuple):
    """An image in the file."""

    left: int
    top: int
    width: int
    height: int
    interlaced: bool
    palette: bytes | None
    """Its local color table, if it has one."""
    control: _Control
    bits: int
    """Minimum code size of its compressed data, in bits."""
    start: int
    """Offset of the start of its data."""
    end: int
    """Offset of the end of its data."""
    is_whole: bool
    """Whether the file holds all of its data."""


@dataclass(frozen=True)
class Gif:
    """A GIF whose blocks have been read, but no pixels."""

    data: bytes
    """Content of the file."""
    name: str
    """Its name in messages."""
    max_pixels: int | None
    """Largest number of pixels of a frame; see `check_size`."""
    size: tuple[int, int]
    """Width and height of the screen."""
    entries: tuple[_ImageEntry, ...]
    """All images, at least one; only the last may be cut off."""
    plays: int
    """Number of times that it asks to be played; 0 means forever."""
    is_whole: bool
    """Whether the file is complete."""
    palette: bytes | None
    """Global color table, for images without a local one."""

    @property
    def count(self) -> int:
        """Number of frames."""
        return len(self.entries)

    @property
    def faults(self) -> tuple[str, ...]:
        """Faults of a file whose frames are nevertheless whole, in words."""
        return (describe_truncation(),) if not self.is_whole and self.entries[-1].is_whole else ()

    def frames(self) -> Iterator[ComposedFrame]:
        """Yield the frames.

        Raises
        ------
        ValueError
            If a frame is damaged or cut off.
        """
        return compose(map(self._part, self.entries), self.size)

    def first_frame(self) -> tuple[Image.Image, float]:
        """Return the first frame as RGBA, and the share of its pixels that are missing, 0 to 1.

        Missing pixels are transparent. In an interlaced frame, where missing rows lie between
        others, each repeats the row above it.

        Raises
        ------
        ValueError
            If nothing of it can be decoded.
        """
        entry = self.entries[0]
        if entry.is_whole:
            try:
                return next(self.frames()).image, 0.0
            except ValueError as error:
                if _TOO_FEW not in str(error):
                    raise
        image, missing = self._partial(entry)
        return next(compose([_place_part(image, entry)], self.size)).image, float(missing.mean())

    def _part(self, entry: _ImageEntry) -> FramePart:
        if not entry.is_whole:
            raise ValueError("the data end too early")
        indexes = self._indexes(entry, entry.control.clear_index or 0, cut=False)
        return _place_part(self._colored(indexes, entry), entry)

    def _partial(self, entry: _ImageEntry) -> tuple[Image.Image, Mask]:
        """Return an image that is cut off as RGBA, and its missing pixels (h, w).

        Missing pixels keep the value that the image is filled with before decoding: they are those
        that differ after two different fillings.
        """
        one, other = (self._indexes(entry, fill, cut=True) for fill in (0, 1))
        missing = np.asarray(one) != np.asarray(other)
        if missing.all():
            raise ValueError("the data end too early")
        pixels = np.array(self._colored(one, entry))
        pixels[missing] = 0
        if entry.interlaced:
            pixels = pixels[_rows_shown_instead(missing)]
        return Image.fromarray(pixels), missing

    def _indexes(self, entry: _ImageEntry, fill: int, *, cut: bool) -> Image.Image:
        """Return the color indexes, mode L, of the part of an image that lies on the screen.

        They are ``fill`` for pixels that the file lacks.
        """
        check_size(entry.height, entry.width, self.name, self.max_pixels, "GIF")
        image = Image.new("L", (entry.width, entry.height), fill)
        codes = self.data[entry.start : entry.end]
        try:
            image.frombytes(codes, "gif", entry.bits, int(entry.interlaced), -1)
        except ValueError:
            if not cut:
                raise
        width = max(0, min(entry.width, self.size[0] - entry.left))
        height = max(0, min(entry.height, self.size[1] - entry.top))
        return image if image.size == (width, height) else image.crop((0, 0, width, height))

    def _colored(self, indexes: Image.Image, entry: _ImageEntry) -> Image.Image:
        """Return color indexes as RGBA; those beyond the palette's end are black."""
        colors = entry.palette if entry.palette is not None else self.palette
        table = np.full((256, 4), _OPAQUE, np.uint8)
        if colors is None:
            table[:, :3] = np.arange(256)[:, None]
        else:
            table[:, :3] = np.frombuffer(colors.ljust(768, b"\0"), np.uint8).reshape(256, 3)
        if entry.control.clear_index is not None:
            table[entry.control.clear_index, 3] = 0
        indexes.putpalette(table.tobytes(), "RGBA")
        return indexes.convert("RGBA")


def _rows_shown_instead(missing: Mask) -> NDArray[np.intp]:
    """Return for each row of a truncated interlaced image its own index or the last whole row's."""
    rows = np.arange(len(missing))
    return np.maximum.accumulate(np.where(missing.any(axis=1), 0, rows))


def _place_part(image: Image.Image, entry: _ImageEntry) -> FramePart:
    control = entry.control
    return FramePart(image, entry.left, entry.top, True, control.disposal, control.milliseconds)


def read_gif(data: bytes, name: str, max_pixels: int | None) -> Gif:
    """Return a GIF without decoding its pixels yet.

    Raises
    ------
    ValueError, IndexError, struct.error
        If it holds no image.
    ImageError
        If its screen has more than ``max_pixels`` pixels.
    """
    _, width, height, flags, *_ = _SCREEN.unpack_from(data)
    reader = _BlockReader(data, _SCREEN.size)
    palette = reader.palette(flags)
    try:
        reader.read_blocks()
    except (IndexError, struct.error):  # the file ends within a block
        if not reader.entries:
            raise
    if not reader.entries:
        raise ValueError("there is no image in it")
    first = reader.entries[0]
    size = (width or first.left + first.width, height or first.top + first.height)
    check_size(size[1], size[0], name, max_pixels, "GIF")
    return Gif(
        data,
        name,
        max_pixels,
        size,
        tuple(reader.entries),
        reader.plays,
        reader.is_whole,
        palette,
    )


class _BlockReader:
    """Reads a GIF's blocks; its methods raise IndexError or struct.error at the end of the data."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data, self._position = data, position
        self.entries: list[_ImageEntry] = []
        self.plays = 1
        self.is_whole = False
        self._control = _Control()

    def read_blocks(self) -> None:
        while not self.is_whole:
            kind = self._take(1)
            if kind == _SEPARATOR:
                if len(self.entries) == _MOST_FRAMES:
                    raise ValueError(f"more than {_MOST_FRAMES:,} frames")
                self.entries.append(self._entry())
                self._control = _Control()
            elif kind == _EXTENSION:
                self._read_extension()
            elif kind == _TRAILER:
                self.is_whole = True
            # other bytes between blocks are skipped, as in browsers

    def palette(self, flags: int) -> bytes | None:
        return self._take(3 << ((flags & 7) + 1)) if flags & _HAS_PALETTE else None

    def _take(self, count: int) -> bytes:
        taken = self._data[self._position : self._position + count]
        if len(taken) < count:
            raise IndexError("the data end too early")
        self._position += count
        return taken

    def _entry(self) -> _ImageEntry:
        left, top, width, height, flags = _IMAGE.unpack(self._take(_IMAGE.size))
        palette = self.palette(flags)
        bits = self._take(1)[0]
        start = self._position
        is_whole = True
        try:
            self._skip_parts()
        except IndexError:
            self._position, is_whole = len(self._data), False
        return _ImageEntry(
            left,
            top,
            width,
            height,
            bool(flags & _INTERLACED),
            palette,
            self._control,
            bits,
            start,
            self._position,
            is_whole,
        )

    def _skip_parts(self) -> None:
        """Skip sub-blocks, each of which begins with its length, to the end of the data."""
        data, position = self._data, self._position
        while length := data[position]:
            position += 1 + length
        self._position = position + 1

    def _read_extension(self) -> None:
        kind, length = self._take(2)
        block = self._take(length)
        if kind == _CONTROL and length >= 4:
            flags, delay, index = struct.unpack_from("<BHB", block)
            self._control = _Control(
                _DISPOSALS.get(flags >> 2 & 7, "keep"),
                delay * 10.0,
                index if flags & _HAS_CLEAR else None,
            )
        if kind == _APPLICATION and block[:11] in _LOOPING:
            self._read_looping()
        if length:
            self._skip_parts()

    def _read_looping(self) -> None:
        part = self._data[self._position : self._position + 4]
        if len(part) == 4 and part[:2] == b"\3\1":
            (repeated,) = struct.unpack_from("<H", part, 2)
            self.plays = repeated + 1 if repeated else 0
