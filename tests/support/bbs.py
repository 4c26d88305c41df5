"""Files as artists of the BBS scene made them."""

from __future__ import annotations

import struct


def sauce(
    columns: int = 80,
    *,
    flags: int = 0,
    kind: int = 1,
    form: int = 1,
    comments: tuple[bytes, ...] = (),
    title: bytes = b"Not to be drawn",
) -> bytes:
    """Return SUB, comments and a record; a ``kind`` of 1 is text, a ``form`` of 1 is ANSI art."""
    record = struct.pack(
        "<5s2s35s20s20s8sIBBHHHHBB22s",
        *(b"SAUCE", b"00", title, b"nobody", b"", b"19950101", 0, kind, form),
        *(columns, 25, 0, 0, len(comments), flags, b"IBM VGA"),
    )
    block = b"COMNT" + b"".join(line.ljust(64) for line in comments) if comments else b""
    return b"\x1a" + block + record
