"""Moving pictures, stage 1: GIF, APNG, WebP, AVIF and single pictures -> frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from PIL import Image, ImageFile

from asciiart.errors import ImageError
from asciiart.io.pictures import gif, png_chunks
from asciiart.io.pictures.compositing import ComposedFrame
from asciiart.io.pictures.image import load_file, report_faults, to_picture
from asciiart.io.pictures.picture_files import DecodeOptions, decode_frame
from asciiart.io.pictures.pillow_files import open_lazily, pillow_errors_as_image_errors
from asciiart.io.pictures.sources import open_source
from asciiart.motion.frames import Frame, WantedSize, full_size, pixels_of

_MIN_DELAY = 0.0101
"""Frame delays up to this, in seconds, are replaced by `_REPLACEMENT_DELAY`, as in browsers."""
_REPLACEMENT_DELAY = 0.1
"""Seconds for which a frame with too short a delay is shown, and a single picture."""
_MAX_DELAY = 60.0
"""Longest time in seconds for which a frame is shown."""
_MOVING = frozenset({"WEBP", "AVIF"})
"""Formats whose frames Pillow composes; the pictures of others, such as TIFF, are pages."""


class _Movie(Protocol):
    """A file of many frames."""

    @property
    def count(self) -> int | None:
        """Number of frames, if it is known."""
        ...

    @property
    def plays(self) -> int:
        """Number of times that it asks to be played, or `FOREVER`."""
        ...

    @property
    def faults(self) -> tuple[str, ...]:
        """Descriptions of faults in the file that leave all frames whole."""
        ...

    def frames(self) -> Iterator[ComposedFrame]:
        """Yield the frames; any exception means that the next one is damaged."""
        ...


class PictureFrames:
    """GIF, animated PNG, WebP and AVIF, and single pictures."""

    is_live = False
    is_read_once = False

    def __init__(
        self,
        source: Path | bytes,
        name: str,
        max_pixels: int | None,
        *,
        cut: bool = False,
        strict: bool = False,
    ) -> None:
        """Take a file or its bytes; ``cut`` says that they are only the beginning of a file.

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
        """Number of frames, if the file tells."""
        if movie is not None:
            report_faults(name, movie.faults, strict=strict)

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames in full size."""
        return self.read()

    def read(self, wanted_size: WantedSize = full_size) -> Iterator[Frame]:
        """Yield the frames, which may be smaller than in the file, but no smaller than wanted."""
        with open_source(self._source, self.name) as file:
            with pillow_errors_as_image_errors(self.name):
                movie = _open_movie(file, self.name, self._max_pixels)
            if movie is None:
                file.seek(0)
                wanted = DecodeOptions(self._max_pixels, wanted_size())
                loaded = load_file(file, self.name, wanted, strict=self._strict)
                yield Frame(pixels_of(loaded), _REPLACEMENT_DELAY)
                return
            number, frames = 0, movie.frames()
            while (frame := self._next(frames, wanted_size)) is not None:
                yield frame
                number += 1
        if self._cut:
            raise ImageError(f"{self.name}: damaged or cut short (frame {number} is not whole)")

    def _next(self, frames: Iterator[ComposedFrame], wanted_size: WantedSize) -> Frame | None:
        with pillow_errors_as_image_errors(self.name):
            composed = next(frames, None)
            if composed is None:
                return None
            picture = to_picture(composed.image, self.name, wanted_size())
        return Frame(pixels_of(picture), _shown_seconds(composed.milliseconds))


def _open_movie(file: BinaryIO, name: str, max_pixels: int | None) -> _Movie | None:
    """Return a file's frames; None if it is a single picture."""
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
    """Frames composed by Pillow."""

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


def _is_animated(image: ImageFile.ImageFile) -> bool:
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # the second frame is damaged; reading it will say so
        return True


def _shown_seconds(milliseconds: float) -> float:
    """Return the seconds for which a frame is shown."""
    seconds = milliseconds / 1000
    return min(seconds, _MAX_DELAY) if seconds > _MIN_DELAY else _REPLACEMENT_DELAY
