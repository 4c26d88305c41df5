"""Moving pictures, stage 1: the boxes of an MP4, QuickTime or 3GP file, and what they announce."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import BinaryIO, NamedTuple

from asciiart.motion.decoding.containers import MAX_PARTS, length_of, read_at

MAX_FRAMES = 4_000_000
"""Maximum number of announced frames; the index of more would take hundreds of megabytes."""
_PARENTS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"})
"""Boxes that hold boxes."""
_TELLING = frozenset({b"hdlr", b"stts", b"stsz", b"trun"})
"""Boxes that describe a track: its kind, times and sizes, and the samples of a fragment."""
_PER_SAMPLE = 0x100, 0x200, 0x400, 0x800
"""Flags of a track run: a sample's duration, size, flags and offset are listed."""
_NOTED = 20
"""Bytes at the start of a box that tell enough."""
_MAX_INDEX = 1 << 26
"""Bytes of a compressed index that are decompressed."""


class _Box(NamedTuple):
    """A piece of the file with a name."""

    kind: bytes
    """Its name, four bytes."""
    begins: int
    """Position of its content."""
    ends: int
    """Position after its content."""


@dataclass(frozen=True)
class _Track:
    """A track, as far as the boxes describe it."""

    kind: bytes = b""
    """The kind of media, four bytes; empty until it is known."""
    unlisted: int = 0
    """Samples that no table lists one by one."""
    is_uniform: bool = False
    """Whether each sample takes one unit of time, as in uncompressed sound."""

    def told(self, kind: bytes, data: bytes, room: int) -> _Track:
        """Return the track with what one more box says, which has ``room`` bytes to say it in."""
        data = data.ljust(_NOTED, b"\0")
        flags, first, second, third = struct.unpack_from(">4I", data)
        match kind:
            case b"hdlr":
                return replace(self, kind=self.kind or data[8:12])
            case b"stts":
                return replace(self, is_uniform=first == 1 and third == 1)
            case b"stsz":
                count = second if first or second > room else 0
            case _:
                listed = 4 * sum(bool(flags & bit) for bit in _PER_SAMPLE)
                count = first if listed * first > room or not listed else 0
        return replace(self, unlisted=self.unlisted + count)


def announced_samples(file: BinaryIO) -> int:
    """Return how many samples an MP4's index announces without listing them.

    A listed sample takes bytes of the file, one that is only counted takes none, so that a file of
    a few hundred bytes could announce billions. Uncompressed sound does not count, since FFmpeg
    does not list its samples.
    """
    tracks = [_Track()]
    for source, box in _index_boxes(file, 0, length_of(file)):
        if box.kind == b"trak":
            tracks.append(_Track())
        else:
            room = max(0, length_of(source) - box.begins)
            tracks[-1] = tracks[-1].told(box.kind, read_at(source, box.begins, _NOTED), room)
    return sum(t.unlisted for t in tracks if not (t.kind == b"soun" and t.is_uniform))


def _index_boxes(
    file: BinaryIO, begins: int, ends: int, depth: int = 0
) -> Iterator[tuple[BinaryIO, _Box]]:
    """Yield each box that begins or describes a track, and the file that holds it."""
    for box in _boxes(file, begins, ends):
        if box.kind == b"trak" or box.kind in _TELLING:
            yield file, box
        if box.kind in _PARENTS and depth < len(_PARENTS):
            yield from _index_boxes(file, box.begins, min(box.ends, ends), depth + 1)
        elif box.kind == b"cmov" and depth < len(_PARENTS):
            inner = _decompressed(file, box)
            yield from _index_boxes(inner, 0, length_of(inner), depth + 1)


def _decompressed(file: BinaryIO, box: _Box) -> BinaryIO:
    """Return the decompressed content of an index, up to `_MAX_INDEX` bytes."""
    for inner in _boxes(file, box.begins, box.ends):
        if inner.kind == b"cmvd":
            packed = read_at(file, inner.begins + 4, inner.ends - inner.begins)
            try:
                return BytesIO(zlib.decompressobj().decompress(packed, 1 << 26))
            except zlib.error:
                break
    return BytesIO()


def _boxes(file: BinaryIO, begins: int, ends: int) -> Iterator[_Box]:
    """Yield the boxes between two positions; the last one may extend beyond them."""
    for _ in range(MAX_PARTS):
        header = read_at(file, begins, 16) if begins + 8 <= ends else b""
        if len(header) < 8:
            return
        size, kind = struct.unpack_from(">I4s", header)
        content = begins + 8
        if size == 1 and len(header) == 16:
            size, content = struct.unpack_from(">Q", header, 8)[0], begins + 16
        size = ends - begins if size == 0 else size
        if size < content - begins:
            return
        yield _Box(kind, content, begins + size)
        begins += size


def end_of_fragments(file: BinaryIO) -> int:
    """Return where the index of the last fragment ends; the demuxer checks its samples."""
    return max((b.ends for b in _boxes(file, 0, length_of(file)) if b.kind == b"moof"), default=0)
