"""Moving pictures, stage 7: timed arts -> pictures -> an MP4 file of H.264, frame by frame.

Browsers and phones play it: 4:2:0, even sides, BT.709, and the index at the start of the file. Each
frame is stored once with its duration, so that the film keeps the time of the source.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from errno import EIO
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from asciiart.errors import OutputError
from asciiart.io.pictures.arrays import Pixels
from asciiart.motion.recording.pictures import cut_like, draw_frame
from asciiart.motion.recording.timed_art import Arts, Recording

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

    from asciiart.art.art import Art

_CLOCK = 90_000
"""Ticks per second to which times are rounded; all usual frame rates divide it."""
_SHORTEST = _CLOCK // 120
"""Minimum duration of a frame in ticks; shorter ones are merged into the next."""
_LARGEST = 16_384
"""Maximum side of a frame in pixels that x264 can encode."""
_SETTINGS = {"preset": "veryfast", "crf": "23", "bf": "0"}
"""Options of x264: over twice as fast as the default, for a quarter more bytes. Frames are stored
in order; otherwise the last one could have no duration."""
_BT709 = 1
"""Number of BT.709 in H.264, and also of the range from 16 to 235."""


class _Shown(NamedTuple):
    """A picture, and the time at which it is shown."""

    pixels: Pixels
    """(H, W, 3), RGB, with even sides."""
    begins: int
    """Start in ticks."""
    ends: int
    """End in ticks."""


class _Written(NamedTuple):
    """The expected content of a film."""

    frames: int
    """Number of frames."""
    ends: int
    """End of the last frame in ticks."""


def write_mp4(arts: Arts, path: Path, how: Recording) -> None:
    """Write an MP4 file, and read it again to verify that it is complete.

    Raises
    ------
    OSError
        If it cannot be written.
    OutputError
        If its frames are too large for H.264.
    """
    import av  # noqa: PLC0415 - an optional part

    try:
        written = _encode(_shown(arts, how), path)
        _check(path, written)
    except av.FFmpegError as error:
        raise OSError(error.errno or EIO, error.strerror or str(error)) from error


def _shown(arts: Arts, how: Recording) -> Iterator[_Shown]:
    """Yield each picture once its duration is known; equal ones are merged."""
    first = next(arts)
    whole = pixels = _even(draw_frame(first.art, how))
    last: Art = first.art
    now, began = first.seconds, 0
    for art, seconds in arts:
        begins = round(now * _CLOCK)
        if art is not last and begins - began >= _SHORTEST:
            yield _Shown(pixels, began, begins)
            pixels, began = cut_like(_even(draw_frame(art, how)), whole), begins
            last = art
        now += seconds
    yield _Shown(pixels, began, max(began + _SHORTEST, round(now * _CLOCK)))


def _even(picture: Pixels) -> Pixels:
    """Return a picture (H, W, 3) with even sides, which 4:2:0 requires."""
    rgb = np.repeat(picture[..., np.newaxis], 3, axis=2) if picture.ndim == 2 else picture
    down, right = (size % 2 for size in rgb.shape[:2])
    return np.pad(rgb, ((0, down), (0, right), (0, 0)), "edge") if down or right else rgb


def _encode(pictures: Iterator[_Shown], path: Path) -> _Written:
    import av  # noqa: PLC0415 - an optional part
    from av.video.reformatter import ColorRange, Colorspace, VideoReformatter  # noqa: PLC0415

    first = next(pictures)
    height, width = first.pixels.shape[:2]
    if max(height, width) > _LARGEST:
        raise OutputError(
            f"a frame of {width} x {height} pixels is too large for MP4, whose sides have at most "
            f"{_LARGEST}; fewer columns or a smaller font_size would do",
            "columns",
            "font_size",
        )
    converter = VideoReformatter()
    count = ends = 0
    with av.open(
        str(path), "w", format="mp4", container_options={"movflags": "+faststart"}
    ) as container:
        stream = _add_stream(container, first)
        for picture in chain([first], pictures):
            frame = converter.reformat(
                av.VideoFrame.from_ndarray(np.ascontiguousarray(picture.pixels), "rgb24"),
                format="yuv420p",
                dst_colorspace=Colorspace.ITU709,
                dst_color_range=ColorRange.MPEG,
            )
            frame.pts, frame.time_base = picture.begins, Fraction(1, _CLOCK)
            frame.duration = picture.ends - picture.begins
            container.mux(stream.encode(frame))
            count, ends = count + 1, picture.ends
        container.mux(stream.encode(None))
    return _Written(count, ends)


def _add_stream(container: OutputContainer, first: _Shown) -> VideoStream:
    from av.codec.context import Flags  # noqa: PLC0415 - an optional part

    rate = Fraction(_CLOCK, max(first.ends - first.begins, _SHORTEST))
    stream = container.add_stream("libx264", rate=rate.limit_denominator(1001), options=_SETTINGS)
    stream.height, stream.width = first.pixels.shape[:2]
    stream.pix_fmt = "yuv420p"
    codec = stream.codec_context
    codec.time_base = Fraction(1, _CLOCK)
    codec.flags |= Flags.frame_duration  # otherwise the last frame has no duration
    codec.colorspace = codec.color_primaries = codec.color_trc = codec.color_range = _BT709
    return stream


def _check(path: Path, written: _Written) -> None:
    """Raise an error unless the index of what was written says that it is complete."""
    import av  # noqa: PLC0415 - an optional part

    size = path.stat().st_size
    with suppress(av.FFmpegError), av.open(str(path), "r", format="mov") as container:
        for stream in container.streams.video:
            ends = float((stream.duration or 0) * (stream.time_base or 0))
            is_there = all(entry.pos + entry.size <= size for entry in stream.index_entries)
            if (
                stream.frames == written.frames
                and abs(ends - written.ends / _CLOCK) < 0.001
                and is_there
            ):
                return
    raise OSError(EIO, "what was written is not whole")
