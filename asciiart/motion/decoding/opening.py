"""Moving pictures, stage 1: GIF, APNG, WebP, video, webcam or arrays -> frames, one at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence, Sized
from pathlib import Path
from typing import BinaryIO, Protocol, TypeGuard

import numpy as np
from PIL import Image, ImageFile

from asciiart.errors import ImageError, OptionError
from asciiart.io.addresses import is_address
from asciiart.io.pictures import gif, png_chunks
from asciiart.io.pictures.compositing import ComposedFrame
from asciiart.io.pictures.image import Picture, load_file, load_image, report_faults, to_picture
from asciiart.io.pictures.picture_files import DecodeOptions, decode_frame
from asciiart.io.pictures.pillow_files import open_lazily, pillow_errors_as_image_errors
from asciiart.io.pictures.sources import (
    FileSource,
    Source,
    is_file_source,
    name_source,
    open_source,
)
from asciiart.motion.decoding.containers import HEAD, container_of, is_playlist
from asciiart.motion.decoding.truncated_webp import recover_complete_frames
from asciiart.motion.frames import DEFAULT_RATE, Frame, Frames, MovingSource, Pixels
from asciiart.motion.pyav import require_pyav
from asciiart.options import DEFAULT_MAX_PIXELS

_MIN_DELAY = 0.0101
"""Frames of no more seconds are shown, as browsers do it, """
_REPLACEMENT_DELAY = 0.1
"""so many seconds."""
_LONGEST = 60.0
"""Seconds that a frame is shown at most."""
_MOVING = frozenset({"WEBP", "AVIF"})
"""Formats whose frames Pillow composes; the pictures of others, such as TIFF, are pages."""


def open_frames(
    source: MovingSource,
    *,
    max_pixels: int | None = None,
    rate: float = DEFAULT_RATE,
    strict: bool = False,
) -> Frames:
    """Return the frames of a moving picture; a single picture has one.

    ``source`` is what `load_image` takes, a video, a webcam's number (``0`` or ``"0"``), or an
    iterable of arrays or PIL images, which come at ``rate`` frames per second. Videos need PyAV,
    the extra ``video``, and are known by their first bytes; playlists are refused.

    Raises
    ------
    ImageError
        If it cannot be read, or has frames of more than ``max_pixels`` pixels (see `load_image`;
        those of a video count three times, since several are in memory at once), or is damaged and
        ``strict`` refuses that.
    OptionError
        If ``rate`` is out of its range.
    TypeError
        If ``source`` is none of these.

    Warns
    -----
    ImageWarning
        If the file lacks its end, or is damaged where that does not show.
    """
    if not 0 < rate <= 1000:
        raise OptionError(f"fps must be above 0 and at most 1000, not {rate}", "fps")
    if _is_camera(source):
        from asciiart.motion.decoding.webcam import CameraFrames  # noqa: PLC0415 - needs OpenCV

        return CameraFrames(source, f"camera {source}", _most_of_video(max_pixels))
    if not is_file_source(source):
        return _open_pictures(source, max_pixels, rate)
    name = name_source(source)
    return _frames_of_file(_keep(source, name), name, max_pixels, strict=strict)


def _frames_of_file(
    source: Path | bytes, name: str, max_pixels: int | None, *, strict: bool
) -> Frames:
    with open_source(source, name) as file:
        head = file.read(HEAD)
    demuxer = container_of(head)
    if demuxer is not None:
        require_pyav(f"{name}: a video", ImageError)
        from asciiart.motion.decoding.video import VideoFrames  # noqa: PLC0415 - needs PyAV

        return VideoFrames(source, name, _most_of_video(max_pixels), demuxer, strict=strict)
    if is_playlist(head):
        raise ImageError(f"{name}: a playlist, not a picture; name one of its films instead")
    try:
        return PictureFrames(source, name, max_pixels, strict=strict)
    except ImageError as error:
        with open_source(source, name) as file:
            whole = recover_complete_frames(file)
        if whole is None or strict or "strict" in error.parameters:
            raise
        return PictureFrames(whole, name, max_pixels, cut=True)


def _most_of_video(max_pixels: int | None) -> int:
    return DEFAULT_MAX_PIXELS if max_pixels is None else max_pixels


def _is_camera(source: object) -> TypeGuard[str | int]:
    """Tell whether a source is the number of a webcam; a file called so is ``./0``."""
    if isinstance(source, str):
        return source.isdecimal() and source.isascii()
    return isinstance(source, int)


def _open_pictures(source: object, max_pixels: int | None, rate: float) -> ArrayFrames:
    """Return the frames of one picture that is no file, or of several."""
    if isinstance(source, Image.Image) or hasattr(source, "__array__"):
        return ArrayFrames([source], name_source(source), max_pixels, rate)
    if isinstance(source, Iterable) and not isinstance(source, dict | set):
        for picture in source if isinstance(source, Sequence) else ():
            name_source(picture)  # which knows the types
        return ArrayFrames(source, "frames", max_pixels, rate)
    raise TypeError(
        "a moving picture must be what a picture can be, a webcam's number or an iterable of "
        f"arrays, not {type(source).__name__}"
    )


def _keep(source: FileSource, name: str) -> Path | bytes:
    """Return what can be opened more than once: an ordinary file, or all that a stream held."""
    if isinstance(source, str | os.PathLike) and source != "-" and not is_address(str(source)):
        path = Path(os.fsdecode(source))
        if path.is_file():
            return path
    with open_source(source, name) as file:
        return file.read()


class ArrayFrames:
    """Pictures that are there already, or that a program makes one by one."""

    plays = 1
    is_live = False
    target: tuple[int, int] | None = None

    def __init__(
        self, pictures: Iterable[Source], name: str, max_pixels: int | None, rate: float
    ) -> None:
        """Take pictures that come at ``rate`` frames per second."""
        self.name, self._pictures = name, pictures
        self._max_pixels, self._seconds = max_pixels, 1 / rate
        self.count = len(pictures) if isinstance(pictures, Sized) else None
        self.is_still = isinstance(pictures, list) and len(pictures) == 1
        self.is_read_once = isinstance(pictures, Iterator)

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames."""
        for picture in self._pictures:
            loaded = load_image(picture, max_pixels=self._max_pixels)
            yield Frame(_pixels(loaded), self._seconds)


class _Movie(Protocol):
    """What a file of many frames says of them."""

    @property
    def count(self) -> int | None:
        """How many there are."""
        ...

    @property
    def plays(self) -> int:
        """How often it asks to be played, or `FOREVER`."""
        ...

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with the file although all frames are whole, in words."""
        ...

    def frames(self) -> Iterator[ComposedFrame]:
        """Yield them; whatever is raised means that the next one is damaged."""
        ...


class PictureFrames:
    """GIF, animated PNG, WebP and AVIF, and single pictures."""

    is_live = False
    target: tuple[int, int] | None = None

    def __init__(
        self,
        source: Path | bytes,
        name: str,
        max_pixels: int | None,
        *,
        cut: bool = False,
        strict: bool = False,
    ) -> None:
        """Take a file or its bytes, and whether there were more.

        Raises
        ------
        ImageError
            If it cannot be read.
        """
        self.name, self._source, self._max_pixels, self._cut = name, source, max_pixels, cut
        self._strict = strict
        with open_source(source, name) as file, pillow_errors_as_image_errors(name):
            movie = _open_movie(file, name, max_pixels)
        self.is_still = movie is None or movie.count == 1
        self.plays = 1 if movie is None else movie.plays
        self.count = 1 if movie is None else movie.count
        """How many frames there are, if the file can tell."""
        if movie is not None:
            report_faults(name, movie.faults, strict=strict)

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames."""
        with open_source(self._source, self.name) as file:
            with pillow_errors_as_image_errors(self.name):
                movie = _open_movie(file, self.name, self._max_pixels)
            if movie is None:
                file.seek(0)
                wanted = DecodeOptions(self._max_pixels, self.target)
                loaded = load_file(file, self.name, wanted, strict=self._strict)
                yield Frame(_pixels(loaded), _REPLACEMENT_DELAY)
                return
            number, frames = 0, movie.frames()
            while (frame := self._next(frames)) is not None:
                yield frame
                number += 1
        if self._cut:
            raise ImageError(f"{self.name}: damaged or cut short (frame {number} is not whole)")

    def _next(self, frames: Iterator[ComposedFrame]) -> Frame | None:
        with pillow_errors_as_image_errors(self.name):
            composed = next(frames, None)
            if composed is None:
                return None
            picture = to_picture(composed.image, self.name, self.target)
        return Frame(_pixels(picture), _unhurried(composed.milliseconds))


def _open_movie(file: BinaryIO, name: str, max_pixels: int | None) -> _Movie | None:
    """Return what a file says of its frames; None if it is a single picture."""
    signature = file.read(len(png_chunks.SIGNATURE))
    file.seek(0)
    if signature.startswith(gif.SIGNATURES):
        read = gif.read_gif(file.read(), name, max_pixels)
        return read if read.count > 1 else None

    def decode(frame: BinaryIO) -> Image.Image:
        return decode_frame(frame, name, max_pixels)

    if signature == png_chunks.SIGNATURE:
        return png_chunks.read_animated_png(file, name, max_pixels, decode)
    image = open_lazily(file, name, max_pixels)
    return _PillowMovie(image) if image.format in _MOVING and _is_animated(image) else None


class _PillowMovie:
    """Frames that Pillow composes."""

    faults = ()

    def __init__(self, image: ImageFile.ImageFile) -> None:
        self._image = image
        self.count: int | None = getattr(image, "n_frames", None)
        loop = image.info.get("loop")
        self.plays = loop if isinstance(loop, int) else 1

    def frames(self) -> Iterator[ComposedFrame]:
        image = self._image
        for number in range(self.count or 1):
            image.seek(number)
            image.load()
            yield ComposedFrame(image, image.info.get("duration") or 0.0)


def _pixels(picture: Picture) -> Pixels:
    return picture.rgb if picture.alpha is None else np.dstack([picture.rgb, picture.alpha])


def _is_animated(image: ImageFile.ImageFile) -> bool:
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # the second frame is damaged; reading it will say so
        return True


def _unhurried(milliseconds: float) -> float:
    """Return the seconds that a frame is shown."""
    seconds = milliseconds / 1000
    return min(seconds, _LONGEST) if seconds > _MIN_DELAY else _REPLACEMENT_DELAY
