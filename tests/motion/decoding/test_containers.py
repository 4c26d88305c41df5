"""Tests of containers: which container a file is, and what its structure promises."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from films import CODECS, film

from asciiart.motion.decoding.containers import (
    HEAD,
    announced_samples,
    container_of,
    is_cut,
    is_playlist,
)

DEMUXERS = {"mp4": "mov", "webm": "matroska"}
"""Where a demuxer's name is not the muxer's."""


@pytest.mark.parametrize("container", CODECS)
def test_containers_are_known_by_their_first_bytes(container: str) -> None:
    data = film(container)
    assert container_of(data[:HEAD]) == DEMUXERS.get(container, container)
    assert not is_cut(io.BytesIO(data), DEMUXERS.get(container, container))


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"GIF89a",
        b"GIF89a".ljust(188, b"\0") + b"G" * 800,
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x10\0\0\0WEBPVP8 ",
        b"RIFF\x10\0\0\0WAVEfmt ",
        b"\0\0\0\x1cftypavif\0\0\0\0",
        b"\0\0\0\x1cftypheic\0\0\0\0",
        b"ID3\x04",
        b"#EXTM3U\n",
        b"%PDF-1.7",
        b"text" * 300,
    ],
)
def test_what_is_no_video(head: bytes) -> None:
    assert container_of(head) is None


def test_transport_stream_with_longer_packets() -> None:
    plain = film("mpegts")
    packets = [plain[i : i + 188] for i in range(0, len(plain), 188)]
    assert container_of(b"".join(b"\0\0\0\0" + each for each in packets)[:HEAD]) == "mpegts"
    assert container_of(b"".join(each + bytes(16) for each in packets)[:HEAD]) == "mpegts"


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXTINF:10,\nfilm.mp4\n",
        "\ufeff#EXTM3U\nfilm.mp4\n",
        "ffconcat version 1.0\nfile 'film.mp4'\n",
        "[playlist]\nFile1=film.mp4\n",
        "[Reference]\nRef1=http://127.0.0.1/film.asf\n",
        '<asx version="3.0"><entry><ref href="film.wmv"/></entry></asx>',
        '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>',
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n",
    ],
)
def test_playlists(text: str) -> None:
    assert is_playlist(text.encode())
    assert container_of(text.encode()) is None


def test_text_is_no_playlist() -> None:
    assert not is_playlist(b"<svg></svg>")
    assert not is_playlist(b"")


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
    announced_samples(io.BytesIO(data))


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
