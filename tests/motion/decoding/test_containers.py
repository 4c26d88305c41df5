"""Tests of containers: which container a file is."""

from __future__ import annotations

import io

import pytest
from films import CODECS, film

from asciiart.motion.decoding.container_ends import is_cut
from asciiart.motion.decoding.containers import HEAD, container_of, is_playlist

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
