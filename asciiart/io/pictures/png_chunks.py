"""PNG, stage 1: its chunks, a sound copy of a damaged file, and the frames of an animated one.

Pillow decodes the pixels; the chunks are those of https://www.w3.org/TR/png-3/.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, NamedTuple

from PIL import Image

from asciiart.io.pictures.compositing import Composed, Disposal, Part, compose
from asciiart.io.pictures.pillow_files import check_size, cut_short

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">IIBBBBB")
_FRAME = struct.Struct(">IIIIIHHBB")
_DISPOSALS: dict[int, Disposal] = {1: "clear", 2: "restore"}
_OVER = 1
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Color type -> values of a pixel."""
_MOST_CHUNKS = 1_000_000
_PIECE = 1 << 20
"""Bytes that are read at once."""
_ANIMATION = (b"acTL", b"fcTL", b"fdAT")


class Chunk(NamedTuple):
    """One chunk of a file."""

    name: bytes
    """Four letters."""
    start: int
    """Where its data begin in the file."""
    length: int
    """How many bytes the data have that are there."""
    is_whole: bool
    """Whether the file holds all of it."""
    is_sound: bool
    """Whether its checksum is right."""


def read_chunks(file: BinaryIO) -> list[Chunk]:
    """Return the chunks of a PNG up to its end, or to where it is cut off or no PNG any more.

    Raises
    ------
    ValueError
        If there are more than a million.
    """
    file.seek(len(SIGNATURE))
    chunks: list[Chunk] = []
    while not chunks or (chunks[-1].is_whole and chunks[-1].name != b"IEND"):
        if len(chunks) == _MOST_CHUNKS:
            raise ValueError(f"more than {_MOST_CHUNKS:,} chunks")
        head = file.read(8)
        if len(head) < 8 or not head[4:].isalpha():
            break
        chunks.append(_read_chunk(file, head))
    return chunks


def _read_chunk(file: BinaryIO, head: bytes) -> Chunk:
    start, left = file.tell(), int.from_bytes(head[:4])
    checksum, length = zlib.crc32(head[4:]), 0
    while left and (piece := file.read(min(left, _PIECE))):
        checksum, length, left = zlib.crc32(piece, checksum), length + len(piece), left - len(piece)
    stated = file.read(4)
    is_sound = stated == checksum.to_bytes(4)
    return Chunk(head[4:], start, length, not left and len(stated) == 4, is_sound)


class Mended(NamedTuple):
    """A file that Pillow can read, and what was wrong with the one that was given."""

    file: BinaryIO
    """At its start; the given one where nothing was wrong."""
    faults: tuple[str, ...]
    """In words."""
    rows: int | None = None
    """How many of the picture's rows are there; None where it is not cut off."""


def mend(file: BinaryIO, name: str, max_pixels: int | None) -> Mended:
    """Return a PNG without what is damaged but carries no pixels, and with an end.

    What lacks of an interlaced picture cannot be told; it is refused.

    Raises
    ------
    ValueError
        If what carries pixels has a wrong checksum, or no row of the picture is there.
    ImageError
        If it has more than ``max_pixels`` pixels.
    """
    chunks = read_chunks(file)
    faults, is_cut = _faults(chunks), not _has_end(chunks)
    if not faults and not is_cut:
        file.seek(0)
        return Mended(file, ())
    kept = [chunk for chunk in chunks if chunk.is_whole and chunk.is_sound]
    rows, pixels = None, [_copied(file, chunk) for chunk in kept if chunk.name == b"IDAT"]
    if is_cut:
        cut = [_data(file, chunk) for chunk in chunks if chunk.name == b"IDAT"]
        rows, completed = _completed(_data(file, chunks[0]), cut, name, max_pixels)
        pixels = [_written(b"IDAT", completed)]
    before = [_copied(file, c) for c in kept if c.name not in (b"IDAT", b"IEND", *_ANIMATION)]
    data = b"".join([SIGNATURE, *before, *pixels, _written(b"IEND", b"")])
    return Mended(BytesIO(data), faults, rows)


def _has_end(chunks: Sequence[Chunk]) -> bool:
    return bool(chunks) and chunks[-1].is_whole and chunks[-1].name == b"IEND"


def _faults(chunks: Sequence[Chunk]) -> tuple[str, ...]:
    """Return what is wrong with chunks, in words, apart from the file's end.

    Raises
    ------
    ValueError
        If it is wrong with what no picture can do without.
    """
    wrong = [chunk for chunk in chunks if chunk.is_whole and not chunk.is_sound]
    faults = {c.name: f"the checksum of its {c.name.decode('ascii')} chunk is wrong" for c in wrong}
    for name, fault in faults.items():
        if name[:1].isupper() and name != b"IEND":
            raise ValueError(fault)
    return tuple(faults.values())


def _completed(
    header: bytes, data: list[bytes], name: str, max_pixels: int | None
) -> tuple[int, bytes]:
    """Return how many rows the data of pixels hold, and data with zeros for the others."""
    width, height, depth, color_type, _, _, interlaced = _HEADER.unpack(header)
    check_size(height, width, name, max_pixels, "PNG")
    row = 1 + (width * depth * _CHANNELS.get(color_type, 1) + 7) // 8
    unpacker, packer = zlib.decompressobj(), zlib.compressobj(1)
    missing, packed = row * height, []
    for packed_piece in data:
        rest = packed_piece
        while rest and missing:
            piece = unpacker.decompress(rest, min(missing, _PIECE))
            packed.append(packer.compress(piece))
            missing, rest = missing - len(piece), unpacker.unconsumed_tail
    rows = height - -(-missing // row)
    if rows < height and (interlaced or rows == 0):
        raise ValueError("the data end too early")
    for start in range(0, missing, _PIECE):
        packed.append(packer.compress(bytes(min(_PIECE, missing - start))))
    return rows, b"".join([*packed, packer.flush()])


def _data(file: BinaryIO, chunk: Chunk) -> bytes:
    file.seek(chunk.start)
    return file.read(chunk.length)


def _copied(file: BinaryIO, chunk: Chunk) -> bytes:
    return _written(chunk.name, _data(file, chunk))


def _written(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + zlib.crc32(name + data).to_bytes(4)


# Animated


class _Entry(NamedTuple):
    """A frame in the file."""

    width: int
    height: int
    left: int
    top: int
    milliseconds: float
    disposal: Disposal
    blends: bool
    data: tuple[Chunk, ...]
    """What holds its pixels."""

    @property
    def is_whole(self) -> bool:
        """Whether all of it is in the file, undamaged."""
        return bool(self.data) and all(chunk.is_whole and chunk.is_sound for chunk in self.data)


@dataclass(frozen=True)
class AnimatedPng:
    """An animated PNG of which the chunks, but no pixels, were read."""

    file: BinaryIO
    """The file."""
    name: str
    """What messages call it."""
    size: tuple[int, int]
    """Width and height of the canvas."""
    entries: tuple[_Entry, ...]
    """All frames; a default picture that is none of them is left out."""
    plays: int
    """How often it asks to be played; 0 is for ever."""
    faults: tuple[str, ...]
    """What is wrong with the file although all frames are whole, in words."""
    header: bytes
    """The first chunk's data."""
    common: bytes
    """The chunks that say how all frames are to be understood."""
    decode: Callable[[BinaryIO], Image.Image]
    """Turns a PNG into a picture of mode RGBA."""

    @property
    def count(self) -> int:
        """How many frames there are."""
        return len(self.entries)

    def frames(self) -> Iterator[Composed]:
        """Yield the frames.

        Raises
        ------
        ValueError
            If a frame is damaged or cut off.
        """
        return compose(map(self._part, self.entries), self.size)

    def _part(self, entry: _Entry) -> Part:
        if not entry.is_whole:
            raise ValueError("the data end too early, or their checksum is wrong")
        header = struct.pack(">II", entry.width, entry.height) + self.header[8:]
        data = [
            _data(self.file, chunk)[4 if chunk.name == b"fdAT" else 0 :] for chunk in entry.data
        ]
        parts = [_written(b"IHDR", header), self.common, _written(b"IDAT", b"".join(data))]
        image = self.decode(BytesIO(b"".join([SIGNATURE, *parts, _written(b"IEND", b"")])))
        return Part(image, entry.left, entry.top, entry.blends, entry.disposal, entry.milliseconds)


def read_animated_png(
    file: BinaryIO,
    name: str,
    max_pixels: int | None,
    decode: Callable[[BinaryIO], Image.Image],
) -> AnimatedPng | None:
    """Return an animated PNG of which no pixels are decoded yet; None if it is a still picture.

    Raises
    ------
    ValueError, struct.error
        If it is damaged before its first frame.
    ImageError
        If it or a frame has more than ``max_pixels`` pixels.
    """
    chunks = read_chunks(file)
    if not chunks or chunks[0].name != b"IHDR":
        return None
    header = _data(file, chunks[0])
    width, height, *_ = _HEADER.unpack(header)
    names = [chunk.name for chunk in chunks]
    first = names.index(b"IDAT") if b"IDAT" in names else len(names)
    if b"acTL" not in names[:first]:
        return None
    stated, plays = struct.unpack_from(">II", _data(file, chunks[names.index(b"acTL")]))
    entries = tuple(_entries(file, chunks))
    if not stated or not entries:
        return None
    for entry in entries:
        check_size(entry.height, entry.width, name, max_pixels, "PNG")
    check_size(height, width, name, max_pixels, "PNG")
    common = b"".join(
        _copied(file, chunk)
        for chunk in chunks[1:first]
        if chunk.is_sound and chunk.name not in _ANIMATION
    )
    faults = _faults([chunk for chunk in chunks if chunk.name not in _ANIMATION])
    if not _has_end(chunks) and entries[-1].is_whole:
        faults += (cut_short(),)
    return AnimatedPng(file, name, (width, height), entries, plays, faults, header, common, decode)


def _entries(file: BinaryIO, chunks: Sequence[Chunk]) -> Iterator[_Entry]:
    """Yield the frames: after each frame control, what carries its pixels."""
    begun: _Entry | None = None
    data: list[Chunk] = []
    is_sound = True
    for chunk in chunks:
        if chunk.name == b"fcTL" and chunk.is_whole:
            if begun is not None:
                yield begun._replace(data=tuple(data))
            begun, data = _begun(_data(file, chunk)), []
            is_sound = chunk.is_sound
        elif chunk.name in (b"IDAT", b"fdAT") and begun is not None:
            data += [chunk] if is_sound else []
    if begun is not None:
        yield begun._replace(data=tuple(data))


def _begun(data: bytes) -> _Entry:
    _, width, height, left, top, delay, denominator, disposal, blend = _FRAME.unpack_from(data)
    return _Entry(
        width,
        height,
        left,
        top,
        1000 * delay / (denominator or 100),
        _DISPOSALS.get(disposal, "keep"),
        blend == _OVER,
        (),
    )
