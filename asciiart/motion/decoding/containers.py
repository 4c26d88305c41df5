"""Moving pictures, stage 1: which container a file is.

Containers are recognized by their first bytes, and only those that contain the whole film:
playlists and other lists, which name files to open, are not among them.
"""

from __future__ import annotations

import os
from typing import BinaryIO

HEAD = 1024
"""Bytes at the start of a file that identify its container."""
MAX_PARTS = 200_000
"""Maximum number of parts of a container that are inspected; the rest is trusted."""
TRANSPORT = "mpegts"
"""FFmpeg's demuxer of MPEG transport streams."""
QUICKTIME = "mov"
"""FFmpeg's demuxer of MP4, QuickTime and 3GP."""
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
"""Brands of that container for still pictures, which are left to Pillow."""
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
"""First bytes of lists that name films elsewhere."""
_PACKET_SIZES = (188, 192, 204)
"""Sizes of a transport stream's packets in bytes: plain, with a timestamp, with a checksum."""
_SYNC = 0x47
"""First byte of a packet."""
_FEWEST_PACKETS = 3
"""Minimum number of packets: two tables and a piece of film; fewer may occur by chance."""


def container_of(head: bytes) -> str | None:
    """Return FFmpeg's demuxer for a file; None if it is no video.

    ``head`` is the start of the file, `HEAD` bytes or all that it has.
    """
    for signature, demuxer in _SIGNATURES.items():
        if head.startswith(signature):
            return demuxer
    if head[4:8] in _FIRST_BOXES:
        still = head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS
        return None if still else QUICKTIME
    if head[:4] == b"RIFF" and head[8:11] == b"AVI":
        return "avi"
    return TRANSPORT if packet_size(head) else None


def is_playlist(head: bytes) -> bool:
    """Tell whether a file that begins with ``head`` only names films elsewhere."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(_PLAYLISTS) or (text.startswith(b"<") and b"<MPD" in text)


def packet_size(head: bytes) -> int | None:
    """Return the size in bytes of a transport stream's packets; None if it is no such stream."""
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


def read_at(file: BinaryIO, position: int, count: int) -> bytes:
    """Return up to ``count`` bytes of a file from a position on."""
    file.seek(position)
    return file.read(max(0, count))
