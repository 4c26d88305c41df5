"""Moving pictures, stage 1: which container a file is, and what its structure promises.

Containers are known by their first bytes alone, and only those that hold the whole film are known:
playlists and other lists, which name files to open, are not among them.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

HEAD = 1024
"""Bytes at a file's start that tell what it is."""
MOST_FRAMES = 4_000_000
"""A film that announces more is refused: its index alone would take hundreds of megabytes."""

_TRANSPORT = "mpegts"
_QUICKTIME = "mov"
_SIGNATURES = {
    b"\x1a\x45\xdf\xa3": "matroska",
    b"OggS": "ogg",
    b"FLV\x01": "flv",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": "asf",
    b"YUV4MPEG2 ": "yuv4mpegpipe",
    b"DKIF": "ivf",
    b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02": "mxf",
    b"\x00\x00\x01\xba": "mpeg",
    b"\x00\x00\x01\xb3": "mpegvideo",
    b"\x00\x00\x00\x01\x67": "h264",
    b"\x00\x00\x01\x67": "h264",
    b"\x00\x00\x00\x01\x40\x01": "hevc",
    b"\x00\x00\x01\x40\x01": "hevc",
    b"\x1f\x07\x00": "dv",
}
"""First bytes -> FFmpeg's demuxer. None of these opens another file."""
_FIRST_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"moof")
"""Types of the first box of an MP4, QuickTime or 3GP file."""
_STILL_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"jxl ")
"""Brands of the same container that are pictures, which Pillow reads or nothing here does."""
_PLAYLISTS = (
    b"#EXTM3U",
    b"ffconcat",
    b"[playlist]",
    b"[Reference]",
    b"<asx",
    b"<ASX",
    b"<smil",
    b"v=0\r",
    b"v=0\n",
    b"RTSPtext",
    b"SMILtext",
)
_PACKET_SIZES = (188, 192, 204)
"""Bytes of a packet of an MPEG transport stream: plain, with a time before it, with a checksum."""
_SYNC = 0x47
_FEWEST_PACKETS = 3
"""Two tables and a piece of a film; fewer would be found in many a file by chance."""
_MOST_PARTS = 200_000
"""Parts of a container that are looked at; what lies behind is taken on trust."""


def container_of(head: bytes) -> str | None:
    """Return FFmpeg's demuxer for a file that begins with ``head``, of `HEAD` bytes if it has them.

    None is returned for whatever is no video.
    """
    for signature, demuxer in _SIGNATURES.items():
        if head.startswith(signature):
            return demuxer
    if head[4:8] in _FIRST_BOXES:
        still = head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS
        return None if still else _QUICKTIME
    if head[:4] == b"RIFF" and head[8:11] == b"AVI":
        return "avi"
    return _TRANSPORT if _packet_size(head) else None


def is_playlist(head: bytes) -> bool:
    """Tell whether a file that begins with ``head`` only names films that lie elsewhere."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(_PLAYLISTS) or (text.startswith(b"<") and b"<MPD" in text)


def _packet_size(head: bytes) -> int | None:
    """Return the bytes of a transport stream's packets; None if it is no such stream."""
    if head.startswith(b"GIF8"):  # which begins with the same byte
        return None
    for size in _PACKET_SIZES:
        syncs = head[4 if size == 192 else 0 :: size]
        if len(syncs) >= _FEWEST_PACKETS and syncs.count(_SYNC) == len(syncs):
            return size
    return None


def length_of(file: BinaryIO) -> int:
    """Return a file's length in bytes."""
    return file.seek(0, os.SEEK_END)


def is_cut(file: BinaryIO, demuxer: str) -> bool:
    """Tell whether the structure of a container promises bytes that the file does not have.

    The times and counts that a header announces are no promise. Where the demuxer itself notices
    what lacks, nothing is looked for here.
    """
    promise = _PROMISES.get(demuxer)
    try:
        return promise is not None and promise(file) > length_of(file)
    except EOFError:  # in the midst of a promise
        return True
    except (struct.error, IndexError):  # too damaged to promise anything
        return False


# --- MP4, QuickTime -------------------------------------------------------------------------------


@dataclass
class _Track:
    """What is said of one track."""

    kind: bytes = b""
    samples: int = 0
    """That no table lists one by one."""
    chunked: bool = False
    """Whether each sample takes one unit of time, as uncompressed sound has it."""


@dataclass
class _Samples:
    """The samples that an index announces without a table that would have to hold them."""

    tracks: list[_Track] = field(default_factory=lambda: [_Track()])

    @property
    def count(self) -> int:
        """How many FFmpeg would list; it does not list uncompressed sound sample by sample."""
        sounds = [each for each in self.tracks if each.kind == b"soun" and each.chunked]
        return sum(each.samples for each in self.tracks) - sum(each.samples for each in sounds)


_PARENTS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"})
_PER_SAMPLE = 0x100, 0x200, 0x400, 0x800
"""Flags of a track run: a sample's duration, size, flags and offset are listed."""


@dataclass(frozen=True)
class _Box:
    kind: bytes
    begins: int
    """Where its content begins."""
    ends: int


def announced_samples(file: BinaryIO) -> int:
    """Return how many samples an MP4's index announces without listing them.

    A listed sample takes bytes of the file, one that is only counted takes none, so that a file of
    a few hundred bytes could announce billions.
    """
    found = _Samples()
    _count_samples(file, 0, length_of(file), found, 0)
    return found.count


def _count_samples(file: BinaryIO, begins: int, ends: int, found: _Samples, depth: int) -> None:
    for box in _boxes(file, begins, ends):
        if box.kind in _PARENTS and depth < len(_PARENTS):
            if box.kind == b"trak":
                found.tracks.append(_Track())
            _count_samples(file, box.begins, min(box.ends, ends), found, depth + 1)
        elif box.kind == b"cmov":
            inner = _decompressed(file, box)
            _count_samples(inner, 0, length_of(inner), found, depth + 1)
        elif box.kind in (b"hdlr", b"stts", b"stsz", b"trun"):
            room = max(0, length_of(file) - box.begins)
            _note(_read(file, box.begins, 20), box.kind, room, found.tracks[-1])


def _note(data: bytes, kind: bytes, room: int, track: _Track) -> None:
    """Note what a box says of a track; behind its beginning there is room for so many bytes."""
    data = data.ljust(20, b"\0")
    flags, first, second, third = struct.unpack_from(">4I", data)
    if kind == b"hdlr":
        track.kind = track.kind or data[8:12]
    elif kind == b"stts":
        track.chunked = first == 1 and third == 1
    elif kind == b"stsz":
        track.samples += second if first or second > room else 0
    else:
        listed = 4 * sum(bool(flags & bit) for bit in _PER_SAMPLE)
        track.samples += first if listed * first > room or not listed else 0


def _decompressed(file: BinaryIO, box: _Box) -> BinaryIO:
    """Return the index that lies compressed in a box, as far as it matters."""
    for inner in _boxes(file, box.begins, box.ends):
        if inner.kind == b"cmvd":
            packed = _read(file, inner.begins + 4, inner.ends - inner.begins)
            try:
                return BytesIO(zlib.decompressobj().decompress(packed, 1 << 26))
            except zlib.error:
                break
    return BytesIO()


def _boxes(file: BinaryIO, begins: int, ends: int) -> Iterator[_Box]:
    """Yield the boxes between two positions, and the last one even if it ends behind them."""
    for _ in range(_MOST_PARTS):
        header = _read(file, begins, 16) if begins + 8 <= ends else b""
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


def _read(file: BinaryIO, position: int, count: int) -> bytes:
    file.seek(position)
    return file.read(max(0, count))


def _end_of_fragments(file: BinaryIO) -> int:
    """Return where the last fragment's index ends; the demuxer knows where its samples end."""
    return max((b.ends for b in _boxes(file, 0, length_of(file)) if b.kind == b"moof"), default=0)


# --- others ---------------------------------------------------------------------------------------


def _end_of_riff(file: BinaryIO) -> int:
    """Return where an AVI's first part ends, if that was known when it was written."""
    size: int = struct.unpack_from("<I", _read(file, 4, 4))[0]
    return 0 if size >= 0xFFFF_FF00 else 8 + size


_EBML_UNKNOWN = -1
_EBML_MASTERS = frozenset({0x18538067, 0x1F43B675})
"""The segment, which is all that comes after the header, and a cluster of frames."""


def _end_of_matroska(file: BinaryIO) -> int:
    """Return where the last element of a Matroska or WebM file ends.

    Segments and clusters of a live recording do not say how long they are; what lies in them does.
    """
    position, end = 0, length_of(file)
    for _ in range(_MOST_PARTS):
        header = _read(file, position, 12)
        if not header:
            return position
        kind, kind_length = _ebml_number(header, keep_marker=True)
        size, size_length = _ebml_number(header[kind_length:])
        position += kind_length + size_length
        if size == _EBML_UNKNOWN:
            if kind not in _EBML_MASTERS:
                return 0
            continue
        position += size
        if position > end:
            return position
    return 0


def _ebml_number(data: bytes, *, keep_marker: bool = False) -> tuple[int, int]:
    """Return a number of variable length (`_EBML_UNKNOWN` if all its bits are set), and its bytes.

    The zeros before its first bit tell how long it is.
    """
    if not data:
        raise EOFError
    length = 9 - data[0].bit_length()
    if length > 8:
        raise IndexError("no number")
    if length > len(data):
        raise EOFError
    value = int.from_bytes(data[:length])
    payload = value & ((1 << 7 * length) - 1)
    if keep_marker:
        return value, length
    return (_EBML_UNKNOWN if payload == (1 << 7 * length) - 1 else payload), length


def _end_of_packets(file: BinaryIO) -> int:
    """Return where the last packet of a transport stream ends."""
    size = _packet_size(_read(file, 0, HEAD)) or 1
    return -(-length_of(file) // size) * size


_OGG_PAGE = 27 + 255 + 255 * 255
"""Bytes of a page at most: header, table of lengths, content."""


def _end_of_pages(file: BinaryIO) -> int:
    """Return where the last page of an Ogg file ends."""
    begins = max(0, length_of(file) - _OGG_PAGE)
    data = _read(file, begins, _OGG_PAGE)
    page = data.rfind(b"OggS")
    count = data[page + 26] if page >= 0 else 0
    lengths = data[page + 27 : page + 27 + count]
    return begins + page + 27 + count + sum(lengths)


def _end_of_mxf(file: BinaryIO) -> int:
    """Return where the last item of an MXF file ends: a key, a length and so many bytes."""
    position, end = 0, length_of(file)
    for _ in range(_MOST_PARTS):
        header = _read(file, position, 16 + 9)
        if position >= end:
            return position
        if len(header) < 17:
            raise EOFError
        length = header[16]  # itself, or of how many bytes it is made
        size = length - 0x80 if length >= 0x80 else 0
        value = int.from_bytes(header[17 : 17 + size]) if size else length
        position += 17 + size + value
    return 0


_ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
"""The object that tells an ASF file's size."""


def _end_of_asf(file: BinaryIO) -> int:
    """Return the size that an ASF or WMV file says it has; a broadcast does not say any."""
    data = _read(file, 0, 1 << 16)
    at = data.find(_ASF_FILE)
    if at < 0 or struct.unpack_from("<I", data, at + 88)[0] & 1:
        return 0
    return int(struct.unpack_from("<Q", data, at + 40)[0])


def _end_of_y4m(file: BinaryIO) -> int:
    """Return where the last frame of an uncompressed YUV4MPEG2 film ends."""
    header, _, rest = _read(file, 0, HEAD).partition(b"\n")
    parameters = {each[:1]: each[1:].decode("ascii", "replace") for each in header.split(b" ")[1:]}
    try:
        width, height = int(parameters[b"W"]), int(parameters[b"H"])
    except (KeyError, ValueError):
        return 0
    kind = parameters.get(b"C", "420")
    halves = (-(-width // 2), -(-height // 2))
    chroma = {"420": halves[0] * halves[1], "422": halves[0] * height, "444": width * height}
    depth = 2 if "p1" in kind else 1  # as in 420p10; 420paldv is no depth
    known = kind[:3] in chroma and "alpha" not in kind
    if not (known or kind == "mono") or not rest.startswith(b"FRAME\n"):
        return 0
    size = depth * (width * height + 2 * chroma.get(kind[:3], 0)) + len("FRAME\n")
    frames = length_of(file) - len(header) - 1
    return len(header) + 1 + -(-frames // size) * size


_PROMISES = {
    _QUICKTIME: _end_of_fragments,
    "avi": _end_of_riff,
    "matroska": _end_of_matroska,
    _TRANSPORT: _end_of_packets,
    "ogg": _end_of_pages,
    "mxf": _end_of_mxf,
    "asf": _end_of_asf,
    "yuv4mpegpipe": _end_of_y4m,
}
