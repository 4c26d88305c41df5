"""Moving pictures, stage 1: videos -> frames, upright and in true proportions, by PyAV.

A film is read through a file of Python's, by a demuxer that its first bytes choose, and FFmpeg is
given no means to open another file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import av
import cv2
import numpy as np
from av.codec.context import ThreadType
from av.container import InputContainer
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from asciiart.errors import ImageError
from asciiart.io.pictures.image import report_faults
from asciiart.io.pictures.pillow_files import check_size
from asciiart.io.pictures.sources import open_source
from asciiart.motion.decoding.containers import MOST_FRAMES, announced_samples, is_cut
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
from asciiart.motion.frames import DEFAULT_RATE, Frame, reduced_size

Pixels = NDArray[np.uint8]

_RATES = (0.1, 240.0)
"""Frames per second that a file is believed."""
_LONGEST = 60.0
"""Seconds that a frame is believed to be shown; a longer gap is a break in the clock."""
_ASPECTS = (1 / 16, 16.0)
"""Widths of a pixel, in heights, that a file is believed."""
_READ_AT_ONCE = 1 << 16
"""Bytes."""
_BROADCASTS = frozenset({"mpegts", "mpeg", "mpegvideo", "h264", "hevc"})
"""Demuxers of what may begin anywhere in a film, with frames whose predecessors lack."""
_SPOILED = 0.1
"""Share of damaged packets above which a film is refused at its end, as one that is cut is."""
_CAUTION = {"codec_whitelist": "none", "max_streams": "200"}
"""Nothing is decoded before its size is known, and few streams may turn up while a film is read."""
_ROOM = 1 << 23
"""Pixels by which a decoder may go beyond the limit, since it pads what it decodes."""
_GAIN_BY_THREADS = (1280 * 720, 16_000_000)
"""Pixels of frames that are decoded several at once. Smaller ones gain little, and what is wrong
with the last of them would not be told for each; larger ones take too much memory."""
_HELD = 3
"""Frames of a film that are in memory at once, at least: so often its pixels count."""
_UNSAID = 2
"""The color space of a film that does not say it."""
_LARGEST_SD = 576
"""Rows of a film of standard definition; larger ones have the colors of BT.709 unless they say
otherwise."""


class VideoFrames:
    """A video, which is decoded while it is iterated."""

    plays = 1
    is_still = False
    is_live = False
    target: tuple[int, int] | None = None

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

        Damage that does not end the film is told at its end: by an `ImageError` if ``strict``, else
        by a warning.

        Raises
        ------
        ImageError
            If it cannot be read, has no moving picture, or one of more than ``max_pixels`` pixels.
        """
        self.name, self._source, self._max_pixels = name, source, max_pixels
        self._demuxer, self._strict = demuxer, strict
        with self._opened() as film:  # only an index counts; what other headers say is an estimate
            frames = film.stream.frames if demuxer == "mov" else 0
        self.count: int | None = frames or None

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames, each when the next one says how long it is shown."""
        with self._opened() as film:
            decoding = Decoding(film, self.name)
            count = 0
            before: VideoFrame | None = None
            for frame in decoding:
                if before is not None:
                    seconds = _seconds_between(before, frame, film)
                    yield Frame(self._pixels(before, film, decoding.alphas), seconds)
                    count += 1
                before = frame
            if before is not None and not (before.is_corrupt and count):
                seconds = _believed(before.duration * film.tick, film.usual)
                yield Frame(self._pixels(before, film, decoding.alphas), seconds)
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
            if self._demuxer == "mov" and announced_samples(file) > MOST_FRAMES:
                raise ImageError(f"{self.name}: announces more than {MOST_FRAMES:,} frames")
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
        if height and width:  # or else the decoder finds out
            self._check_size(height, width)
        decoder, alpha_decoder = stream.codec_context, alpha_decoder_of(stream)
        gains = _GAIN_BY_THREADS[0] < height * width <= _GAIN_BY_THREADS[1]
        decoder.thread_type = ThreadType.AUTO if gains else ThreadType.SLICE
        decoder.options = {"max_pixels": str(self._max_pixels // _HELD + _ROOM)}
        if alpha_decoder is not None:
            alpha_decoder.options = dict(decoder.options)
        if decoder.name == "h264":
            decoder.options["strict"] = "1"  # or else it guesses the order of the first frames
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

    def _pixels(self, frame: VideoFrame, film: Film, alphas: Alphas) -> Pixels:
        """Return a frame (H, W, 3), or (H, W, 4) with alpha, no larger than the target asks for."""
        alpha = alphas.pop(frame.pts, None)
        turn = _turn_of(frame)
        stretch = _stretch(film)
        height = round(frame.height / min(1.0, stretch))
        width = round(frame.width * max(1.0, stretch))
        self._check_size(height, width)
        target = self.target
        if target is not None and turn.is_sideways:
            target = target[1], target[0]
        height, width = reduced_size(height, width, target)
        has_alpha = any(component.is_alpha for component in frame.format.components)
        try:
            scaled = film.scaler.reformat(
                frame,
                width,
                height,
                "rgba" if has_alpha else "rgb24",
                src_colorspace=_color_space(frame),
                interpolation=_interpolation(frame, height, width),
                threads=1,  # more cost more than they save at the size of a page
            )
        except (av.FFmpegError, ValueError) as error:
            raise as_image_error(error, self.name) from error
        pixels = np.asarray(scaled.to_ndarray(), np.uint8)
        if film.alpha_decoder is not None:
            pixels = np.dstack([pixels, _alpha_plane(alpha, height, width)])
        return turn.of(pixels)


def _frames_are(count: int, total: int | None = None) -> str:
    if total is not None:
        return f"{count} of {total} frames are"
    return "1 frame is" if count == 1 else f"{count} frames are"


# --- time, size and direction ---------------------------------------------------------------------


def _seconds_between(frame: VideoFrame, after: VideoFrame, film: Film) -> float:
    """Return how long a frame is shown until the next one is."""
    if frame.pts is None or after.pts is None:
        return film.usual
    return _believed((after.pts - frame.pts) * film.tick, film.usual)


def _believed(seconds: float, usual: float) -> float:
    return seconds if 0 < seconds <= _LONGEST else usual


def _stretch(film: Film) -> float:
    """Return the width of a film's pixels in heights."""
    aspect = float(film.stream.sample_aspect_ratio or film.decoder.sample_aspect_ratio or 1)
    return aspect if _ASPECTS[0] <= aspect <= _ASPECTS[1] else 1.0


def _color_space(frame: VideoFrame) -> Colorspace | None:
    """Return the color space where the film does not tell, as players guess it."""
    says = frame.colorspace != _UNSAID or frame.format.is_rgb
    return None if says or frame.height <= _LARGEST_SD else Colorspace.ITU709


def _alpha_plane(frame: VideoFrame | None, height: int, width: int) -> Pixels:
    """Return the luma (height, width) of a frame of alpha as it is; opaque if there is none."""
    if frame is None:
        return np.full((height, width), 255, np.uint8)
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    luma = rows[: frame.height, : frame.width]
    return np.asarray(cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _interpolation(frame: VideoFrame, height: int, width: int) -> Interpolation:
    is_halved = 2 * height < frame.height or 2 * width < frame.width
    return Interpolation.AREA if is_halved else Interpolation.FAST_BILINEAR


class _Turn(NamedTuple):
    """How a frame is brought upright: first mirrored at its diagonal, then at its middles."""

    is_sideways: bool = False
    left_right: bool = False
    up_down: bool = False

    def of(self, pixels: Pixels) -> Pixels:
        """Return a frame upright, as an array of its own."""
        if self.is_sideways:
            pixels = pixels.swapaxes(0, 1)
        rows, columns = (slice(None, None, -1 if flip else 1) for flip in self[:0:-1])
        return np.ascontiguousarray(pixels[rows, columns])


_TURNS = {
    0: _Turn(),
    90: _Turn(is_sideways=True, up_down=True),
    180: _Turn(left_right=True, up_down=True),
    -90: _Turn(is_sideways=True, left_right=True),
}
"""By the degrees counterclockwise that a frame has to be turned."""


def _turn_of(frame: VideoFrame) -> _Turn:
    """Return how a frame is brought upright, to the nearest right angle.

    A display matrix gives a pixel's place on the screen as x' = a x + c y, y' = b x + d y.
    """
    try:
        matrix = cast("SideData | None", frame.side_data.get("DISPLAYMATRIX"))
    except ValueError:  # PyAV does not know the name of another piece of side data
        return _TURNS.get(90 * round(frame.rotation / 90), _TURNS[180])
    if matrix is None:
        return _TURNS[0]
    a, b, _, c, d = np.frombuffer(memoryview(matrix), np.int32)[:5].tolist()
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return _Turn(False, a < 0, d < 0)
    return _Turn(True, c < 0, b < 0)
