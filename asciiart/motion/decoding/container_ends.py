"""Moving pictures, stage 1: where a container ends according to its structure.

A file that is shorter was cut off. The times and counts in a header prove nothing.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from asciiart.motion.decoding.containers import (
    HEAD,
    MAX_PARTS,
    QUICKTIME,
    TRANSPORT,
    length_of,
    packet_size,
    read_at,
)
from asciiart.motion.decoding.mp4_boxes import end_of_fragments


def is_cut(file: BinaryIO, demuxer: str) -> bool:
    """Tell whether a file lacks bytes that the structure of its container requires.

    Nothing is looked for here where the demuxer itself notices what is missing.
    """
    find_end = _END_FINDERS.get(demuxer)
    try:
        return find_end is not None and find_end(file) > length_of(file)
    except EOFError:  # in the middle of a header
        return True
    except (struct.error, IndexError):  # too damaged to promise anything
        return False


def _end_of_riff(file: BinaryIO) -> int:
    """Return where an AVI's first part ends; 0 if that was unknown when it was written."""
    size: int = struct.unpack_from("<I", read_at(file, 4, 4))[0]
    return 0 if size >= 0xFFFF_FF00 else 8 + size


_EBML_UNKNOWN = -1
"""Stands for the length of an element that has none."""
_EBML_MASTERS = frozenset({0x18538067, 0x1F43B675})
"""IDs of the segment, which holds everything after the header, and of a cluster of frames."""


def _end_of_matroska(file: BinaryIO) -> int:
    """Return where the last element of a Matroska or WebM file ends.

    Segments and clusters of a live recording have no length, but the elements inside them do.
    """
    position, end = 0, length_of(file)
    for _ in range(MAX_PARTS):
        header = read_at(file, position, 12)
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
    """Return a number of variable length, and its length in bytes.

    The zeros before its first set bit tell the length. A number whose other bits are all set is
    returned as `_EBML_UNKNOWN`.
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
    size = packet_size(read_at(file, 0, HEAD)) or 1
    return -(-length_of(file) // size) * size


_OGG_PAGE = 27 + 255 + 255 * 255
"""Maximum size of a page in bytes: header, table of lengths, content."""


def _end_of_pages(file: BinaryIO) -> int:
    """Return where the last page of an Ogg file ends."""
    begins = max(0, length_of(file) - _OGG_PAGE)
    data = read_at(file, begins, _OGG_PAGE)
    page = data.rfind(b"OggS")
    count = data[page + 26] if page >= 0 else 0
    lengths = data[page + 27 : page + 27 + count]
    return begins + page + 27 + count + sum(lengths)


def _end_of_mxf(file: BinaryIO) -> int:
    """Return where the last item of an MXF file ends, each a key, a length and content."""
    position, end = 0, length_of(file)
    for _ in range(MAX_PARTS):
        header = read_at(file, position, 16 + 9)
        if position >= end:
            return position
        if len(header) < 17:
            raise EOFError
        length = header[16]  # the length itself, or its number of bytes
        size = length - 0x80 if length >= 0x80 else 0
        value = int.from_bytes(header[17 : 17 + size]) if size else length
        position += 17 + size + value
    return 0


_ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
"""ID of the object that contains an ASF file's size."""


def _end_of_asf(file: BinaryIO) -> int:
    """Return the size in the header of an ASF or WMV file; 0 for a broadcast."""
    data = read_at(file, 0, 1 << 16)
    at = data.find(_ASF_FILE)
    if at < 0 or struct.unpack_from("<I", data, at + 88)[0] & 1:
        return 0
    return int(struct.unpack_from("<Q", data, at + 40)[0])


def _end_of_y4m(file: BinaryIO) -> int:
    """Return where the last frame of an uncompressed YUV4MPEG2 film ends."""
    header, _, rest = read_at(file, 0, HEAD).partition(b"\n")
    parameters = {each[:1]: each[1:].decode("ascii", "replace") for each in header.split(b" ")[1:]}
    try:
        width, height = int(parameters[b"W"]), int(parameters[b"H"])
    except (KeyError, ValueError):
        return 0
    kind = parameters.get(b"C", "420")
    halves = (-(-width // 2), -(-height // 2))
    chroma = {"420": halves[0] * halves[1], "422": halves[0] * height, "444": width * height}
    depth = 2 if "p1" in kind else 1  # as in 420p10, unlike in 420paldv
    known = kind[:3] in chroma and "alpha" not in kind
    if not (known or kind == "mono") or not rest.startswith(b"FRAME\n"):
        return 0
    size = depth * (width * height + 2 * chroma.get(kind[:3], 0)) + len("FRAME\n")
    frames = length_of(file) - len(header) - 1
    return len(header) + 1 + -(-frames // size) * size


_END_FINDERS = {
    QUICKTIME: end_of_fragments,
    "avi": _end_of_riff,
    "matroska": _end_of_matroska,
    TRANSPORT: _end_of_packets,
    "ogg": _end_of_pages,
    "mxf": _end_of_mxf,
    "asf": _end_of_asf,
    "yuv4mpegpipe": _end_of_y4m,
}
