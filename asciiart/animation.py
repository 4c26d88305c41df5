"""Moving pictures: frames -> Arts, drawn one by one and steady where nothing moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from asciiart.ahead import one_ahead
from asciiart.art import Art
from asciiart.drawer import Drawer, Drawing
from asciiart.frames import DEFAULT_RATE, Frames, MovingSource, open_frames
from asciiart.options import Options
from asciiart.pipeline import DEFAULT_COLUMNS, Artist

if TYPE_CHECKING:
    from asciiart.color_mode import ColorMode


class TimedArt(NamedTuple):
    """One frame of an animation."""

    art: Art
    """What is shown."""
    seconds: float
    """How long it is shown."""


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

    def timed(self, *, ahead: bool = False) -> Iterator[TimedArt]:
        """Yield the arts and how long each is shown.

        With ``ahead`` the next frame is read and drawn meanwhile, which is faster.
        """
        begun = self._begin()
        for drawing, seconds in one_ahead(begun) if ahead else begun:
            yield TimedArt(drawing.art(), seconds)

    def _begin(self) -> Iterator[tuple[Drawing, float]]:
        drawer = Drawer(self._artist, self._options, steady=self._steady, name=self.frames.name)
        for frame in islice(self.frames, self._max_frames):
            yield drawer.begin(frame.pixels), frame.seconds
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
