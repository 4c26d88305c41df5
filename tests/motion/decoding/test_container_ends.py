"""Tests of container_ends: files that lack what their structure promises."""

from __future__ import annotations

import io
import struct

import pytest
from films import film

from asciiart.motion.decoding.container_ends import is_cut

DEMUXERS = {"mp4": "mov", "webm": "matroska"}
"""Where a demuxer's name is not the muxer's."""


@pytest.mark.parametrize("container", ["matroska", "webm", "avi", "mpegts", "asf", "mxf"])
@pytest.mark.parametrize("lacking", [1, 40, 1000])
def test_cut_files_break_a_promise(container: str, lacking: int) -> None:
    data = film(container)[:-lacking]
    assert is_cut(io.BytesIO(data), DEMUXERS.get(container, container))


def test_cut_page_of_an_ogg() -> None:
    assert is_cut(io.BytesIO(film("ogg")[:-1]), "ogg")


@pytest.mark.parametrize("container", ["matroska", "webm"])
def test_live_recording_without_a_length(container: str) -> None:
    data = film(container, muxer={"live": "1"})
    assert data[40:60].count(b"\xff") >= 7  # the length of the segment is not known
    assert not is_cut(io.BytesIO(data), "matroska")
    assert is_cut(io.BytesIO(data[:-7]), "matroska")


def test_avi_that_does_not_know_its_length() -> None:
    data = film("avi")
    for size in (0, 0xFFFFFFFF):
        streamed = data[:4] + struct.pack("<I", size) + data[8:]
        assert not is_cut(io.BytesIO(streamed), "avi")


@pytest.mark.parametrize("data", [b"", b"\0", b"\x1aE\xdf\xa3", b"RIFF", bytes(100)])
@pytest.mark.parametrize("demuxer", ["mov", "avi", "matroska", "ogg", "asf", "mxf", "mpegts"])
def test_rubbish_raises_nothing(data: bytes, demuxer: str) -> None:
    is_cut(io.BytesIO(data), demuxer)
