"""Moving pictures, stage 1: videos -> frames, upright and in true proportions, by PyAV.

A film is read from a Python file, by the demuxer that its first bytes select. FFmpeg is given no
means to open another file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import av
from av.codec.context import ThreadType
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from asciiart.errors import ImageError
from asciiart.io.pictures.arrays import Pixels
from asciiart.io.pictures.image import report_faults
from asciiart.io.pictures.pillow_files import check_size
from asciiart.io.pictures.sources import open_source
from asciiart.motion.decoding.container_ends import is_cut
from asciiart.motion.decoding.mp4_boxes import MAX_FRAMES, announced_samples
from asciiart.motion.decoding.video_pixels import shown_size, upright_pixels
from asciiart.motion.decoding.video_streams import (
    Alphas,
    Decoding,
    Film,
    Reader,
    alpha_decoder_of,
    as_image_error,
    lacks_frames,
    open_nothing,
    principal_stream,
)
from asciiart.motion.frames import (
    DEFAULT_RATE,
    Frame,
    PixelSize,
    WantedSize,
    full_size,
)

_RATES = (0.1, 240.0)
"""Range of plausible frame rates."""
_LONGEST = 60.0
"""Longest plausible time of a frame in seconds; a longer gap is a break in the clock."""
_READ_AT_ONCE = 1 << 16
"""Bytes read at a time."""
_BROADCASTS = frozenset({"mpegts", "mpeg", "mpegvideo", "h264", "hevc"})
"""Demuxers of streams that may begin anywhere in a film, with frames that lack predecessors."""
_SPOILED = 0.1
"""Share of damaged packets above which a film counts as cut short."""
_CAUTION = {"codec_whitelist": "none", "max_streams": "200"}
"""FFmpeg options: no decoding before the size is known, and few streams may appear later."""
_ROOM = 1 << 23
"""Pixels by which a decoder may exceed the limit, since it pads frames."""
_GAIN_BY_THREADS = (1280 * 720, 16_000_000)
"""Range of pixels in which several frames are decoded at a time. Smaller frames gain little, and
faults in the last ones would not be reported individually; larger ones take too much memory."""
_HELD = 3
"""Minimum number of frames in memory at a time, by which a film's pixels are multiplied."""


class VideoFrames:
    """A video, decoded while it is iterated."""

    plays = 1
    is_still = False
    is_live = False
    is_read_once = False

    def __init__(
        self,
        source: Path | bytes,
        name: str,
        max_pixels: int,
        demuxer: str,
        *,
        strict: bool = False,
    ) -> None:
        """Take a video or its bytes, and the demuxer that reads it.

        Damage that does not end the film is reported at its end, by an `ImageError` if ``strict``,
        otherwise by a warning.

        Raises
        ------
        ImageError
            If it cannot be read, contains no moving picture, or exceeds ``max_pixels`` pixels.
        """
        self.name, self._source, self._max_pixels = name, source, max_pixels
        self._demuxer, self._strict = demuxer, strict
        with self._opened() as film:  # only an index counts; other headers estimate
            frames = film.stream.frames if demuxer == "mov" else 0
        self.count: int | None = frames or None

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames in full size."""
        return self.read()

    def read(self, wanted_size: WantedSize = full_size) -> Iterator[Frame]:
        """Yield the frames, which may be smaller than in the file, but no smaller than wanted.

        Each is yielded when the next one has told its duration.
        """
        with self._opened() as film:
            decoding = Decoding(film, self.name)
            count = 0
            before: VideoFrame | None = None
            for frame in decoding:
                if before is not None:
                    seconds = _seconds_between(before, frame, film)
                    yield Frame(self._pixels(before, film, decoding.alphas, wanted_size()), seconds)
                    count += 1
                before = frame
            if before is not None and not (before.is_corrupt and count):
                seconds = _believed(before.duration * film.tick, film.usual)
                yield Frame(self._pixels(before, film, decoding.alphas, wanted_size()), seconds)
                count += 1
            is_whole = before is not None and not before.is_corrupt and not decoding.is_cut
            if not is_whole or lacks_frames(film) or is_cut(film.file, self._demuxer):
                self._refuse(count)
            if decoding.faults > _SPOILED * count:
                self._refuse(count - decoding.faults)
        if decoding.faults:
            damaged = f"{_frames_are(decoding.faults)} not whole"
            report_faults(self.name, (damaged,), strict=self._strict)

    def _refuse(self, count: int) -> None:
        whole = _frames_are(max(0, count), self.count)
        raise ImageError(f"{self.name}: damaged or cut short ({whole} whole)")

    @contextmanager
    def _opened(self) -> Iterator[Film]:
        with open_source(self._source, self.name) as file:
            if self._demuxer == "mov" and announced_samples(file) > MAX_FRAMES:
                raise ImageError(f"{self.name}: announces more than {MAX_FRAMES:,} frames")
            file.seek(0)
            try:
                container = av.open(
                    Reader(file),
                    "r",
                    format=self._demuxer,
                    container_options=_CAUTION,
                    metadata_errors="replace",
                    buffer_size=_READ_AT_ONCE,
                    io_open=open_nothing,
                )
            except Exception as error:
                raise as_image_error(error, self.name) from error
            with container:
                yield self._film(container, file)

    def _film(self, container: InputContainer, file: BinaryIO) -> Film:
        stream = principal_stream(container)
        if stream is None:
            raise ImageError(f"{self.name}: holds no moving picture")
        if stream.codec_context is None:
            raise ImageError(f"{self.name}: its pictures are coded in a way that cannot be read")
        height, width = stream.codec_context.height, stream.codec_context.width
        if height and width:  # otherwise the decoder finds out
            self._check_size(height, width)
        decoder, alpha_decoder = stream.codec_context, alpha_decoder_of(stream)
        gains = _GAIN_BY_THREADS[0] < height * width <= _GAIN_BY_THREADS[1]
        decoder.thread_type = ThreadType.AUTO if gains else ThreadType.SLICE
        decoder.options = {"max_pixels": str(self._max_pixels // _HELD + _ROOM)}
        if alpha_decoder is not None:
            alpha_decoder.options = dict(decoder.options)
        if decoder.name == "h264":
            decoder.options["strict"] = "1"  # otherwise it guesses the order of the first frames
        rate = float(stream.average_rate or stream.base_rate or 0)
        usual = 1 / (rate if _RATES[0] <= rate <= _RATES[1] else DEFAULT_RATE)
        return Film(
            container,
            stream,
            decoder,
            alpha_decoder,
            file,
            usual=usual,
            tick=float(stream.time_base or 0),
            may_begin_anywhere=self._demuxer in _BROADCASTS,
            scaler=VideoReformatter(),
        )

    def _check_size(self, height: int, width: int) -> None:
        check_size(height, width, self.name, self._max_pixels)
        needed = _HELD * height * width
        if needed > self._max_pixels:
            raise ImageError(
                f"{self.name}: {width} x {height} pixels are too many for a film, of which {_HELD} "
                f"frames are held at once; max_pixels {needed} would allow them",
                "max_pixels",
            )

    def _pixels(
        self, frame: VideoFrame, film: Film, alphas: Alphas, wanted: PixelSize | None
    ) -> Pixels:
        alpha = alphas.pop(frame.pts, None)
        self._check_size(*shown_size(frame, film))
        try:
            return upright_pixels(frame, alpha, film, wanted)
        except (av.FFmpegError, ValueError) as error:
            raise as_image_error(error, self.name) from error


def _frames_are(count: int, total: int | None = None) -> str:
    if total is not None:
        return f"{count} of {total} frames are"
    return "1 frame is" if count == 1 else f"{count} frames are"


def _seconds_between(frame: VideoFrame, after: VideoFrame, film: Film) -> float:
    """Return the time from one frame to the next."""
    if frame.pts is None or after.pts is None:
        return film.usual
    return _believed((after.pts - frame.pts) * film.tick, film.usual)


def _believed(seconds: float, usual: float) -> float:
    return seconds if 0 < seconds <= _LONGEST else usual
