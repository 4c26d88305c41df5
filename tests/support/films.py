"""Small films, made by PyAV: the tests need neither the host's FFmpeg nor files of their own."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from asciiart.io.pictures.arrays import Pixels

CODECS = {
    "mp4": "libx264",
    "mov": "mpeg4",
    "matroska": "libx264",
    "webm": "libvpx-vp9",
    "avi": "mjpeg",
    "mpegts": "libx264",
    "mpeg": "mpeg2video",
    "flv": "flv",
    "asf": "mpeg4",
    "ogg": "libvpx",
    "ivf": "libvpx-vp9",
    "yuv4mpegpipe": "rawvideo",
    "mxf": "mpeg2video",
    "h264": "libx264",
}
"""A codec for each container that is read."""


def bright(count: int = 12, height: int = 48, width: int = 64) -> list[Pixels]:
    """Return pictures (height, width, 3) of noise, each brighter than the last, red at the left."""
    numbers = np.random.default_rng(0)
    pictures = []
    for i in range(count):
        picture = numbers.integers(0, 80, (height, width, 3)).astype(np.uint8) + np.uint8(
            min(14 * i, 170)
        )
        picture[:, : width // 2, 0] = 235
        pictures.append(picture)
    return pictures


class _Pipe(io.BytesIO):
    """A file to which nothing can be added where something has been written already."""

    def seekable(self) -> bool:
        return False


def film(
    container: str,
    pictures: Iterable[Pixels] | None = None,
    *,
    codec: str | None = None,
    rate: Fraction | int = 25,
    seconds: Sequence[float] | None = None,
    pix_fmt: str | None = None,
    options: dict[str, str] | None = None,
    muxer: dict[str, str] | None = None,
    seekable: bool = True,
    **attributes: Any,
) -> bytes:
    """Return a film; ``seconds`` are the times at which its pictures are shown."""
    codec = CODECS[container] if codec is None else codec
    pictures = bright() if pictures is None else list(pictures)
    file = io.BytesIO() if seekable else _Pipe()
    with av.open(file, "w", format=container, container_options=muxer or {}) as out:
        stream = out.add_stream(codec, rate=rate, options=options or {})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pix_fmt or ("yuvj420p" if codec == "mjpeg" else "yuv420p")
        if seconds is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        turn = attributes.pop("turn", None)
        for name, value in attributes.items():
            setattr(stream, name, value)
        if turn is not None:
            stream.set_display_rotation(**turn)
        for i, picture in enumerate(pictures):
            kind = "rgba" if picture.shape[2] == 4 else "rgb24"
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), kind)
            if seconds is not None:
                frame.pts, frame.time_base = round(1000 * seconds[i]), Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file.getvalue()


def read_video(path: Path) -> list[Pixels]:
    """Return the pictures (H, W, 3) of a film as PyAV itself reads them."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
