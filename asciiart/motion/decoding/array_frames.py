"""Moving pictures, stage 1: arrays and PIL images -> frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized

from PIL import Image

from asciiart.io.pictures.image import load_image
from asciiart.io.pictures.sources import Source, name_source
from asciiart.motion.frames import Frame, WantedSize, full_size, pixels_of


def open_pictures(source: object, max_pixels: int | None, rate: float) -> ArrayFrames:
    """Return the frames of one picture that is no file, or of an iterable of pictures.

    Raises
    ------
    TypeError
        If ``source`` is neither.
    """
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


class ArrayFrames:
    """Pictures that a program holds, or makes one by one."""

    plays = 1
    is_live = False

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
        """Yield the frames in full size."""
        return self.read()

    def read(self, wanted_size: WantedSize = full_size) -> Iterator[Frame]:  # noqa: ARG002
        """Yield the frames in full size, since they are in memory anyway."""
        for picture in self._pictures:
            loaded = load_image(picture, max_pixels=self._max_pixels)
            yield Frame(pixels_of(loaded), self._seconds)
