"""Stage 1, PNG: chunks, the repair of damaged files, and the frames of animated ones.

Pillow decodes the pixels. The chunks are specified in https://www.w3.org/TR/png-3/.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, NamedTuple

from PIL import Image

from asciiart.io.pictures.compositing import ComposedFrame, Disposal, FramePart, compose
from asciiart.io.pictures.pillow_files import check_size, describe_truncation

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">IIBBBBB")
_FRAME = struct.Struct(">IIIIIHHBB")
_DISPOSALS: dict[int, Disposal] = {1: "clear", 2: "restore"}
_OVER = 1
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Color type -> number of channels."""
_MOST_CHUNKS = 1_000_000
_PIECE = 1 << 20
"""Number of bytes that are read at once."""
_ANIMATION = (b"acTL", b"fcTL", b"fdAT")


class Chunk(NamedTuple):
    """One chunk of a file."""

    name: bytes
    """Four letters."""
    start: int
    """Offset of its data in the file."""
    length: int
    """Number of data bytes that the file holds."""
    is_whole: bool
    """Whether the file holds all of it, checksum included."""
    is_sound: bool
    """Whether its checksum is correct."""


def read_chunks(file: BinaryIO) -> list[Chunk]:
    """Return the chunks of a PNG up to its end, or as far as they can be read.

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


class RepairedPng(NamedTuple):
    """A file that Pillow can read, and the faults of the original."""

    file: BinaryIO
    """The file, at its start; the original if nothing is wrong with it."""
    faults: tuple[str, ...]
    """Faults other than truncation, in words."""
    rows: int | None = None
    """Number of the picture's rows that the file holds; None if it is complete."""


def repair(file: BinaryIO, name: str, max_pixels: int | None) -> RepairedPng:
    """Return a PNG without damaged chunks, completed with zeros if it is cut short.

    Raises
    ------
    ValueError
        If a chunk that the pixels depend on has a wrong checksum, if no row of the picture is
        there, or if an interlaced picture is cut short, whose missing pixels are unknown.
    ImageError
        If it has more than ``max_pixels`` pixels.
    """
    chunks = read_chunks(file)
    faults, is_cut = _find_faults(chunks), not _has_end(chunks)
    if not faults and not is_cut:
        file.seek(0)
        return RepairedPng(file, ())
    kept = [chunk for chunk in chunks if chunk.is_whole and chunk.is_sound]
    rows, pixels = None, [_copy_chunk(file, chunk) for chunk in kept if chunk.name == b"IDAT"]
    if is_cut:
        cut = [_read_data(file, chunk) for chunk in chunks if chunk.name == b"IDAT"]
        rows, completed = _complete_pixels(_read_data(file, chunks[0]), cut, name, max_pixels)
        pixels = [_make_chunk(b"IDAT", completed)]
    before = [_copy_chunk(file, c) for c in kept if c.name not in (b"IDAT", b"IEND", *_ANIMATION)]
    data = b"".join([SIGNATURE, *before, *pixels, _make_chunk(b"IEND", b"")])
    return RepairedPng(BytesIO(data), faults, rows)


def _has_end(chunks: Sequence[Chunk]) -> bool:
    return bool(chunks) and chunks[-1].is_whole and chunks[-1].name == b"IEND"


def _find_faults(chunks: Sequence[Chunk]) -> tuple[str, ...]:
    """Return the faults of chunks, in words, except for a missing end.

    Raises
    ------
    ValueError
        If a critical chunk is damaged.
    """
    wrong = [chunk for chunk in chunks if chunk.is_whole and not chunk.is_sound]
    faults = {c.name: f"the checksum of its {c.name.decode('ascii')} chunk is wrong" for c in wrong}
    for name, fault in faults.items():
        if name[:1].isupper() and name != b"IEND":
            raise ValueError(fault)
    return tuple(faults.values())


def _complete_pixels(
    header: bytes, data: list[bytes], name: str, max_pixels: int | None
) -> tuple[int, bytes]:
    """Return the number of rows in the pixels' data, and data completed with zeros."""
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


def _read_data(file: BinaryIO, chunk: Chunk) -> bytes:
    file.seek(chunk.start)
    return file.read(chunk.length)


def _copy_chunk(file: BinaryIO, chunk: Chunk) -> bytes:
    return _make_chunk(chunk.name, _read_data(file, chunk))


def _make_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + zlib.crc32(name + data).to_bytes(4)


# Animated PNG


class _FrameEntry(NamedTuple):
    """A frame in the file."""

    width: int
    height: int
    left: int
    top: int
    milliseconds: float
    disposal: Disposal
    blends: bool
    data: tuple[Chunk, ...]
    """The chunks that hold its pixels."""

    @property
    def is_whole(self) -> bool:
        """Whether the file holds all of it, undamaged."""
        return bool(self.data) and all(chunk.is_whole and chunk.is_sound for chunk in self.data)


@dataclass(frozen=True)
class AnimatedPng:
    """An animated PNG whose chunks have been read, but no pixels."""

    file: BinaryIO
    """The file."""
    name: str
    """Its name in messages."""
    size: tuple[int, int]
    """Width and height of the canvas."""
    entries: tuple[_FrameEntry, ...]
    """All frames, without a default picture that is not one of them."""
    plays: int
    """Number of times that it asks to be played; 0 means forever."""
    faults: tuple[str, ...]
    """Faults of a file whose frames are nevertheless whole, in words."""
    header: bytes
    """Data of the header chunk."""
    common: bytes
    """The chunks that apply to all frames, such as the palette."""
    decode: Callable[[BinaryIO], Image.Image]
    """Function that turns a PNG file into a picture of mode RGBA."""

    @property
    def count(self) -> int:
        """Number of frames."""
        return len(self.entries)

    def frames(self) -> Iterator[ComposedFrame]:
        """Yield the frames.

        Raises
        ------
        ValueError
            If a frame is damaged or cut off.
        """
        return compose(map(self._part, self.entries), self.size)

    def _part(self, entry: _FrameEntry) -> FramePart:
        if not entry.is_whole:
            raise ValueError("the data end too early, or their checksum is wrong")
        header = struct.pack(">II", entry.width, entry.height) + self.header[8:]
        data = [
            _read_data(self.file, chunk)[4 if chunk.name == b"fdAT" else 0 :]
            for chunk in entry.data
        ]
        parts = [_make_chunk(b"IHDR", header), self.common, _make_chunk(b"IDAT", b"".join(data))]
        image = self.decode(BytesIO(b"".join([SIGNATURE, *parts, _make_chunk(b"IEND", b"")])))
        return FramePart(
            image, entry.left, entry.top, entry.blends, entry.disposal, entry.milliseconds
        )


def read_animated_png(
    file: BinaryIO,
    name: str,
    max_pixels: int | None,
    decode: Callable[[BinaryIO], Image.Image],
) -> AnimatedPng | None:
    """Return an animated PNG without decoding its pixels yet; None if it is a still picture.

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
    header = _read_data(file, chunks[0])
    width, height, *_ = _HEADER.unpack(header)
    names = [chunk.name for chunk in chunks]
    first = names.index(b"IDAT") if b"IDAT" in names else len(names)
    if b"acTL" not in names[:first]:
        return None
    stated, plays = struct.unpack_from(">II", _read_data(file, chunks[names.index(b"acTL")]))
    entries = tuple(_read_entries(file, chunks))
    if not stated or not entries:
        return None
    for entry in entries:
        check_size(entry.height, entry.width, name, max_pixels, "PNG")
    check_size(height, width, name, max_pixels, "PNG")
    common = b"".join(
        _copy_chunk(file, chunk)
        for chunk in chunks[1:first]
        if chunk.is_sound and chunk.name not in _ANIMATION
    )
    faults = _find_faults([chunk for chunk in chunks if chunk.name not in _ANIMATION])
    if not _has_end(chunks) and entries[-1].is_whole:
        faults += (describe_truncation(),)
    return AnimatedPng(file, name, (width, height), entries, plays, faults, header, common, decode)


def _read_entries(file: BinaryIO, chunks: Sequence[Chunk]) -> Iterator[_FrameEntry]:
    """Yield the frames: each is a frame control chunk with the pixel chunks that follow it."""
    begun: _FrameEntry | None = None
    data: list[Chunk] = []
    is_sound = True
    for chunk in chunks:
        if chunk.name == b"fcTL" and chunk.is_whole:
            if begun is not None:
                yield begun._replace(data=tuple(data))
            begun, data = _parse_frame_control(_read_data(file, chunk)), []
            is_sound = chunk.is_sound
        elif chunk.name in (b"IDAT", b"fdAT") and begun is not None:
            data += [chunk] if is_sound else []
    if begun is not None:
        yield begun._replace(data=tuple(data))


def _parse_frame_control(data: bytes) -> _FrameEntry:
    _, width, height, left, top, delay, denominator, disposal, blend = _FRAME.unpack_from(data)
    return _FrameEntry(
        width,
        height,
        left,
        top,
        1000 * delay / (denominator or 100),
        _DISPOSALS.get(disposal, "keep"),
        blend == _OVER,
        (),
    )
