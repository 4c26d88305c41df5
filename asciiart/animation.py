"""Moving pictures: frames -> Arts, drawn one by one and steady where nothing moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from asciiart.art import Art
from asciiart.frames import DEFAULT_RATE, Frames, MovingSource, Pixels, open_frames
from asciiart.options import Options
from asciiart.pipeline import DEFAULT_COLUMNS, Artist
from asciiart.preprocess import DRAWING_SCALE
from asciiart.steady import Stillness, keep_characters

if TYPE_CHECKING:
    from asciiart.color import ColorMode


class TimedArt(NamedTuple):
    """One frame of an animation."""

    art: Art
    """What is shown."""
    seconds: float
    """How long it is shown."""


class Drawer:
    """Draws one frame after the other."""

    def __init__(self, artist: Artist, options: Options, *, steady: bool = True) -> None:
        """Take what draws; ``steady`` keeps characters that are nearly as good as the best."""
        self._artist, self._options, self._steady = artist, options, steady
        self._stillness = Stillness()
        self._last: Art | None = None

    @property
    def options(self) -> Options:
        """What the next frame is drawn with."""
        return self._options

    @options.setter
    def options(self, options: Options) -> None:
        self._options = options
        self._last = None
        self._stillness.forget()

    def target(self, *, fine: bool) -> tuple[int, int] | None:
        """Return the height and width in pixels that suffice for a frame.

        ``fine`` is for line drawings, whose strokes are followed at twice the page's size. None
        before the first frame is drawn.
        """
        if self._last is None or self._options.magnify is not None:
            return None
        scale = DRAWING_SCALE if fine and "structure" in self._options.shares else 1
        height, width = self._last.grid.page_shape
        return scale * height, scale * width

    def draw(self, pixels: Pixels) -> Art:
        """Return the art of the next frame; the last one itself where nothing has moved."""
        last = self._last
        shown: Pixels | None = pixels
        if self._steady and last is not None:
            shown = self._stillness.settle(pixels, last.grid.rows, last.grid.columns)
        if shown is None and last is not None:
            return last
        art = self._artist.draw_with(pixels if shown is None else shown, self._options)
        if self._steady and last is None:
            self._stillness.settle(pixels, art.grid.rows, art.grid.columns)
        elif self._steady and last is not None:
            art = keep_characters(art, last)
        self._last = art
        return art


class Animation:
    """The arts of a moving picture, drawn while they are iterated; none is kept.

    After the last whole frame of a damaged file the iterator raises an `ImageError`. A second
    iteration begins at the first frame again.
    """

    def __init__(
        self,
        frames: Frames,
        artist: Artist,
        options: Options,
        *,
        steady: bool = True,
        max_frames: int | None = None,
    ) -> None:
        """Take frames and what draws them."""
        self.frames, self._artist, self._options = frames, artist, options
        self._steady, self._max_frames = steady, max_frames

    def __iter__(self) -> Iterator[Art]:
        """Yield the arts."""
        return (timed.art for timed in self.timed())

    def timed(self) -> Iterator[TimedArt]:
        """Yield the arts and how long each is shown."""
        drawer = Drawer(self._artist, self._options, steady=self._steady)
        for frame in islice(self.frames, self._max_frames):
            yield TimedArt(drawer.draw(frame.pixels), frame.seconds)
            self.frames.target = drawer.target(fine=True)

    def save(
        self, path: str | Path, format: str | None = None, *, color: ColorMode | str = "none"
    ) -> None:
        """Write the animation, in the format that the suffix names; see `recording.save`.

        Raises
        ------
        ImageError
            If the source is damaged; what comes before the fault is written.
        OptionError
            If the suffix or format is unknown.
        OutputError
            If it cannot be written.
        """
        from asciiart.recording import save  # noqa: PLC0415 - formats load on use

        save(self, path, format, color=color)


def animate(
    source: MovingSource,
    options: Options | None = None,
    *,
    artist: Artist | None = None,
    fps: float = DEFAULT_RATE,
    steady: bool = True,
    max_frames: int | None = None,
) -> Animation:
    """Return the arts of a moving picture: iterate it, or `Animation.save` it.

    Parameters
    ----------
    source : MovingSource
        A GIF, APNG, WebP or video (path, ``"-"``, bytes or binary file), a webcam's number, or
        arrays (H, W, 3|4), which a program may make one by one.
    options : Options, optional
        As for `Artist.draw_with`; without any size the art is 80 columns wide.
    artist : Artist, optional
        What draws; a default one where it is not given.
    fps : float
        Frames per second of arrays.
    steady : bool
        Whether a cell keeps its character while that stays nearly the best.
    max_frames : int, optional
        Stop after so many frames. A webcam never ends by itself.

    Raises
    ------
    ImageError
        If the source cannot be opened; if a frame is damaged, when it is reached.
    OptionError
        If ``fps`` is out of its range.
    """
    options = Options() if options is None else options
    if (options.columns, options.width, options.rows, options.magnify) == (None,) * 4:
        options = replace(options, columns=DEFAULT_COLUMNS)
    return Animation(
        open_frames(source, max_pixels=options.max_pixels, rate=fps),
        Artist() if artist is None else artist,
        options,
        steady=steady,
        max_frames=max_frames,
    )
