"""Moving pictures, stage 1: GIF, APNG, WebP, video, webcam or arrays -> frames, one at a time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sized
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol, TypeGuard

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from asciiart.containers import HEAD, container_of, is_playlist
from asciiart.errors import ImageError, OptionError
from asciiart.image import (
    DEFAULT_MAX_PIXELS,
    Picture,
    Source,
    guard_pillow,
    identify,
    load_image,
    name_source,
    open_source,
)
from asciiart.pyav import require_pyav
from asciiart.webp import whole_part

Pixels = NDArray[np.uint8]
MovingSource = Source | int | Iterable[Pixels]
"""What can be read as a moving picture: a `Source`, a webcam's number, or arrays (H, W[, 3|4])."""

FOREVER = 0
"""How often a picture plays that never ends."""
DEFAULT_RATE = 25.0
"""Frames per second where nothing says how many."""
_HURRIED = 0.0101
"""Frames of no more seconds are shown, as browsers do it, """
_UNHURRIED = 0.1
"""so many seconds."""
_LONGEST = 60.0
"""Seconds that a frame is shown at most."""
_MOVING = frozenset({"GIF", "PNG", "WEBP", "AVIF"})
"""Pillow's formats whose pictures are frames; those of others, such as TIFF, are pages."""


class Frame(NamedTuple):
    """One picture of many."""

    pixels: Pixels
    """(H, W, 3), or (H, W, 4) with alpha."""
    seconds: float
    """How long it is shown."""


class Frames(Protocol):
    """A moving picture that is read while it is iterated; nothing that was read is kept.

    After the last whole frame of a damaged file the iterator raises an `ImageError`. A second
    iteration begins at the first frame again, but for a webcam, which goes on.
    """

    name: str
    """What messages call it."""
    plays: int
    """How often it asks to be played, or `FOREVER`."""
    is_still: bool
    """Whether it is a single picture."""
    is_live: bool
    """Whether it is filmed just now, so that it never ends and no frame can wait."""
    target: tuple[int, int] | None
    """Height and width in pixels that suffice: frames may come smaller, but not below it. May be
    changed at any time."""

    @property
    def count(self) -> int | None:
        """How many frames there are, if that is known."""
        ...

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames."""
        ...


def open_frames(
    source: MovingSource, *, max_pixels: int = DEFAULT_MAX_PIXELS, rate: float = DEFAULT_RATE
) -> Frames:
    """Return the frames of a moving picture; a single picture has one.

    ``source`` is what `load_image` takes, a video, a webcam's number (``0`` or ``"0"``), or an
    iterable of arrays, which come at ``rate`` frames per second. Videos need PyAV, the extra
    ``video``, and are known by their first bytes; playlists are refused.

    Raises
    ------
    ImageError
        If it cannot be read, or has frames of more than ``max_pixels`` pixels.
    OptionError
        If ``rate`` is out of its range.
    """
    if not 0 < rate <= 1000:
        raise OptionError(f"fps must be above 0 and at most 1000, not {rate}", "fps")
    if _is_camera(source):
        from asciiart.webcam import CameraFrames  # noqa: PLC0415 - needs OpenCV

        return CameraFrames(source, f"camera {source}", max_pixels)
    if isinstance(source, np.ndarray | Image.Image):
        return ArrayFrames([source], name_source(source), max_pixels, rate)
    if not _is_file(source):
        return ArrayFrames(source, "frames", max_pixels, rate)  # type: ignore[arg-type] # no camera
    name = name_source(source)
    return _frames_of_file(_keep(source, name), name, max_pixels)


def _frames_of_file(source: Path | bytes, name: str, max_pixels: int) -> Frames:
    with open_source(source, name) as file:
        head = file.read(HEAD)
    demuxer = container_of(head)
    if demuxer is not None:
        require_pyav(f"{name}: a video", ImageError)
        from asciiart.video import VideoFrames  # noqa: PLC0415 - needs PyAV

        return VideoFrames(source, name, max_pixels, demuxer)
    if is_playlist(head):
        raise ImageError(f"{name}: a playlist, not a picture; name one of its films instead")
    try:
        return PictureFrames(source, name, max_pixels)
    except ImageError:
        with open_source(source, name) as file:
            whole = whole_part(file)
        if whole is None:
            raise
        return PictureFrames(whole, name, max_pixels, cut=True)


def _is_camera(source: object) -> TypeGuard[str | int]:
    """Tell whether a source is the number of a webcam; a file called so is ``./0``."""
    if isinstance(source, str):
        return source.isdecimal() and source.isascii()
    return isinstance(source, int)


def _is_file(source: object) -> TypeGuard[str | Path | bytes | BinaryIO]:
    return isinstance(source, str | Path | bytes) or hasattr(source, "read")


def _keep(source: str | Path | bytes | BinaryIO, name: str) -> Path | bytes:
    """Return what can be opened more than once: an ordinary file, or all that a stream held."""
    if isinstance(source, str | Path) and source != "-" and Path(source).is_file():
        return Path(source)
    with open_source(source, name) as file:
        return file.read()


def reduced_size(height: int, width: int, target: tuple[int, int] | None) -> tuple[int, int]:
    """Return the least height and width in the same proportions that are not below the target.

    They may be a little larger if that keeps the proportions better, or else an art of such a frame
    could have a row more or less than one of a frame in full size.
    """
    scale = 1.0 if target is None else max(target[0] / height, target[1] / width)
    if scale >= 1:
        return height, width
    least = math.ceil(width * scale)
    sizes = [(math.ceil(w * height / width), w) for w in range(least, min(least + 32, width) + 1)]
    return min(sizes, key=lambda size: size[0] / size[1] - height / width)


class ArrayFrames:
    """Pictures that are there already, or that a program makes one by one."""

    plays = 1
    is_live = False
    target: tuple[int, int] | None = None

    def __init__(
        self, pictures: Iterable[Pixels | Image.Image], name: str, max_pixels: int, rate: float
    ) -> None:
        """Take pictures that come at ``rate`` frames per second."""
        self.name, self._pictures = name, pictures
        self._max_pixels, self._seconds = max_pixels, 1 / rate
        self.count = len(pictures) if isinstance(pictures, Sized) else None
        self.is_still = isinstance(pictures, list) and len(pictures) == 1

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames."""
        for picture in self._pictures:
            loaded = load_image(picture, max_pixels=self._max_pixels)
            yield Frame(_pixels(loaded), self._seconds)


class PictureFrames:
    """What Pillow reads, which composes each frame of those before."""

    is_live = False
    target: tuple[int, int] | None = None

    def __init__(
        self, source: Path | bytes, name: str, max_pixels: int, *, cut: bool = False
    ) -> None:
        """Take a file or its bytes, and whether there were more.

        Raises
        ------
        ImageError
            If Pillow cannot read it.
        """
        self.name, self._source, self._max_pixels, self._cut = name, source, max_pixels, cut
        with open_source(source, name) as file, guard_pillow(name):
            image = identify(file, name)
            self.is_still = image.format not in _MOVING or _count_is_one(image)
            self.plays = _plays(image)

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames."""
        with open_source(self._source, self.name) as file:
            with guard_pillow(self.name):
                image = identify(file, self.name)
            image.filename = self.name  # which messages tell
            number = 0
            while number == 0 or (not self.is_still and self._turn_to(image, number)):
                loaded = load_image(image, max_pixels=self._max_pixels, target=self.target)
                yield Frame(_pixels(loaded), _unhurried(image.info.get("duration")))
                number += 1
        if self._cut:
            raise ImageError(f"{self.name}: damaged or cut short (frame {number} is not whole)")

    @cached_property
    def count(self) -> int | None:
        """How many frames there are, if the file can tell."""
        if self.is_still:
            return 1
        with open_source(self._source, self.name) as file, suppress(Exception):  # damaged
            return getattr(identify(file, self.name), "n_frames", None)
        return None

    def _turn_to(self, image: ImageFile.ImageFile, number: int) -> bool:
        with guard_pillow(self.name):
            try:
                image.seek(number)
            except EOFError:
                return False
        return True


def _pixels(picture: Picture) -> Pixels:
    return picture.rgb if picture.alpha is None else np.dstack([picture.rgb, picture.alpha])


def _count_is_one(image: ImageFile.ImageFile) -> bool:
    try:
        return not getattr(image, "is_animated", False)
    except Exception:  # the second frame is damaged; reading it will say so
        return False


def _plays(image: ImageFile.ImageFile) -> int:
    """Return how often a file asks to be played; a GIF says how often it is repeated."""
    loop = image.info.get("loop")
    if not isinstance(loop, int):
        return 1
    return loop + 1 if image.format == "GIF" and loop != FOREVER else loop


def _unhurried(milliseconds: object) -> float:
    """Return the seconds that a frame is shown."""
    seconds = milliseconds / 1000 if isinstance(milliseconds, int | float) else 0.0
    return min(seconds, _LONGEST) if seconds > _HURRIED else _UNHURRIED
