"""Tests of video_streams: the streams of a film, its index, and FFmpeg's errors as ours."""

from __future__ import annotations

import io
from typing import Any

import av
import pytest
from films import film

from asciiart.errors import ImageError
from asciiart.motion.decoding.video_streams import (
    Reader,
    alpha_decoder_of,
    as_image_error,
    open_nothing,
    principal_stream,
)


def test_a_reader_moves_and_has_no_name() -> None:
    reader: Any = Reader(io.BytesIO(b"abcdef"))
    assert reader.seek(2) == 2
    assert (reader.read(2), reader.tell()) == (b"cd", 4)
    assert reader.seek(-1, io.SEEK_END) == 5
    assert reader.seek(-9) == -1
    assert not hasattr(reader, "name")


def test_other_files_are_not_opened() -> None:
    with pytest.raises(PermissionError, match="refers to another file"):
        open_nothing("other.mp4", 0, {})


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (MemoryError(), "too large for this computer's memory"),
        (PermissionError("it refers to another file"), "it refers to another file"),
        (OSError(5, "Input/output error"), r"cannot be read \(Input/output error\)"),
        (av.InvalidDataError(1, "bad"), "damaged or cut short"),
        (ValueError(), "damaged or cut short"),
    ],
)
def test_errors(error: Exception, reason: str) -> None:
    with pytest.raises(ImageError, match=f"^film: {reason}"):
        raise as_image_error(error, "film")


def test_our_own_error_stays() -> None:
    error = ImageError("film: announces too much")
    assert as_image_error(error, "film") is error


def test_principal_stream() -> None:
    with av.open(io.BytesIO(film("mp4")), "r") as container:
        stream = principal_stream(container)
        assert stream is container.streams.video[0]
        assert alpha_decoder_of(stream) is None
