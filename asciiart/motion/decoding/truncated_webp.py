"""Truncated animated WebP files, which libwebp refuses altogether.

The container is RIFF: chunks of a name, a length and content, padded to an even size. Each frame is
a chunk ANMF (https://developers.google.com/speed/webp/docs/riff_container).
"""

from __future__ import annotations

import struct
from typing import BinaryIO

_RIFF = struct.Struct("<4sI4s")
_CHUNK = struct.Struct("<4sI")
_FRAME = b"ANMF"


def recover_complete_frames(file: BinaryIO) -> bytes | None:
    """Return a WebP file of the complete frames; None if there are none, or nothing is missing."""
    data = file.read(_RIFF.size)
    if data[:4] != b"RIFF" or data[8:] != b"WEBP":
        return None
    size = _RIFF.unpack(data)[1]
    data += file.read()
    end, frames = _RIFF.size, 0
    while end + _CHUNK.size <= len(data):
        name, length = _CHUNK.unpack_from(data, end)
        after = end + _CHUNK.size + length + length % 2
        if after > len(data):
            break
        end, frames = after, frames + (name == _FRAME)
    if not frames or end >= _CHUNK.size + size:
        return None
    return _RIFF.pack(b"RIFF", end - _CHUNK.size, b"WEBP") + data[_RIFF.size : end]
