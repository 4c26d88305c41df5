"""Tests of mp4_boxes: samples that an index announces."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from films import film

from asciiart.motion.decoding.mp4_boxes import announced_samples


@pytest.mark.parametrize("data", [b"", b"\0", b"\x1aE\xdf\xa3", b"RIFF", bytes(100)])
def test_rubbish_announces_nothing(data: bytes) -> None:
    assert announced_samples(io.BytesIO(data)) == 0


def box(kind: bytes, *content: bytes) -> bytes:
    data = b"".join(content)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def track(kind: bytes, count: int, ticks: int) -> bytes:
    """Return a track that announces samples of one byte, each of some ticks, without a table."""
    return box(
        b"trak",
        box(
            b"mdia",
            box(b"hdlr", bytes(8) + kind + bytes(12)),
            box(
                b"minf",
                box(
                    b"stbl",
                    box(b"stts", struct.pack(">4I", 0, 1, count, ticks)),
                    box(b"stsz", struct.pack(">3I", 0, 1, count)),
                ),
            ),
        ),
    )


def test_announced_samples() -> None:
    index = box(b"moov", track(b"vide", 70_000, 1), track(b"soun", 90_000_000, 1))
    assert announced_samples(io.BytesIO(index)) == 70_000  # sound is not listed by sample
    assert announced_samples(io.BytesIO(box(b"moov", track(b"soun", 9, 2)))) == 9
    packed = zlib.compress(index)
    cmov = box(b"moov", box(b"cmov", box(b"cmvd", struct.pack(">I", len(index)), packed)))
    assert announced_samples(io.BytesIO(cmov)) == 70_000
    run = box(b"moof", box(b"traf", box(b"trun", struct.pack(">2I", 0, 5_000_000))))
    assert announced_samples(io.BytesIO(run * 3)) == 15_000_000
    listed = box(b"moof", box(b"traf", box(b"trun", struct.pack(">2I", 0x200, 5), bytes(20))))
    assert announced_samples(io.BytesIO(listed)) == 0
    lacking = box(b"moof", box(b"traf", box(b"trun", struct.pack(">2I", 0x200, 90_000_000))))
    assert announced_samples(io.BytesIO(lacking)) == 90_000_000


def test_samples_of_real_films_are_listed() -> None:
    assert announced_samples(io.BytesIO(film("mp4"))) == 0
    assert announced_samples(io.BytesIO(film("mov", codec="prores_ks", pix_fmt="yuv422p10le"))) < 20


def test_index_that_is_compressed_over_and_over_is_not_followed_for_ever() -> None:
    data = box(b"stsz", struct.pack(">3I", 0, 1, 70_000))
    for _ in range(3):
        data = box(b"cmov", box(b"cmvd", bytes(4), zlib.compress(data)))
    assert announced_samples(io.BytesIO(data)) == 70_000
    for _ in range(60):
        data = box(b"cmov", box(b"cmvd", bytes(4), zlib.compress(data)))
    assert announced_samples(io.BytesIO(data)) == 0
