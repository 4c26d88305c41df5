"""Moving pictures: frames -> arts, drawn one by one and steady where nothing moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, Protocol, cast

from asciiart.art.art import Art
from asciiart.motion.decoding.opening import open_frames
from asciiart.motion.edited_frames import edit_frames
from asciiart.motion.film_levels import measure_film
from asciiart.motion.film_subject import find_film_subject
from asciiart.motion.frame_drawer import Drawing, FrameDrawer
from asciiart.motion.frames import DEFAULT_RATE, Frames, MovingSource
from asciiart.motion.prefetch import lookahead
from asciiart.motion.recording.timed_art import TimedArt
from asciiart.options import (
    ArtistOptions,
    DrawOptions,
    Option,
    Options,
    option_class,
    refuse_exclusions,
    spelled_out,
)
from asciiart.pipeline import Artist

if TYPE_CHECKING:
    from asciiart.io.terminal.color_mode import ColorMode


_P = ParamSpec("_P")
_LOOKED_THROUGH = 2000
"""Maximum number of frames whose levels are measured before the first is drawn. Later frames may
still widen the range."""


class Animation:
    """The arts of a moving picture, drawn while they are iterated; none is kept.

    After the last whole frame of a damaged file the iterator raises an `ImageError`. Each iteration
    begins at the first frame.
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
        """Take the frames, and the artist and options that draw them; see `animate`."""
        self.frames, self._artist, self._options = frames, artist, options
        self._steady, self._max_frames = steady, max_frames

    def __iter__(self) -> Iterator[Art]:
        """Yield the arts."""
        return (timed.art for timed in self.timed())

    def timed(self, *, ahead: bool = False) -> Iterator[TimedArt]:
        """Yield the arts and the time for which each is shown.

        With ``ahead``, the next frame is read and drawn in the meantime, which is faster.
        """
        begun = self._begin()
        for drawing, seconds in lookahead(begun) if ahead else begun:
            yield TimedArt(drawing.art(), seconds)

    def _begin(self) -> Iterator[tuple[Drawing, float]]:
        levels = None
        if self._options.levels != "none":
            most = None if self._options.levels == "film" else _LOOKED_THROUGH
            limits = [limit for limit in (most, self._max_frames) if limit is not None]
            levels = measure_film(
                self.frames, self._options.background, max_frames=min(limits, default=None)
            )
        subject = None
        if self._options.seeks_subject:
            subject = find_film_subject(self.frames, max_frames=self._max_frames)
        drawer = FrameDrawer(
            self._artist,
            self._options,
            steady=self._steady,
            name=self.frames.name,
            levels=levels,
            subject=subject,
        )
        frames = self.frames.read(partial(drawer.wanted_size, fine=True))
        for frame in islice(frames, self._max_frames):
            yield drawer.begin(frame.pixels), frame.seconds

    def save(
        self, path: str | Path, format: str | None = None, *, color: ColorMode | str = "none"
    ) -> None:
        """Write the animation in the format that the suffix names; see `recording.recorder.save`.

        Raises
        ------
        ImageError
            If the source is damaged; the frames before the fault are written.
        OptionError
            If the suffix, the format or the color is unknown.
        OutputError
            If it cannot be written.
        """
        from asciiart.motion.recording.recorder import save  # noqa: PLC0415 - formats load on use

        save(self, path, format, color=color)


@option_class
@dataclass(frozen=True, kw_only=True)
class _AnimationOptions(DrawOptions):
    """Options of `draw`, and those that only moving pictures have."""

    # fmt: off
    artist: Annotated[Artist | None, Option(
        "What draws, instead of an artist made of the options from ``font`` to "
        "``braille_blank``.")] = None
    fps: Annotated[float, Option("Frames per second of arrays.")] = DEFAULT_RATE
    steady: Annotated[bool, Option(
        "Whether a cell keeps its character while that stays nearly the best.")] = True
    max_frames: Annotated[int | None, Option(
        "Stop after so many frames. A webcam never ends by itself.")] = None
    # fmt: on


class _Animate(Protocol[_P]):
    """A function whose other parameters are keywords."""

    def __call__(
        self,
        source: MovingSource,
        options: Options | None = None,
        *args: _P.args,
        **keywords: _P.kwargs,
    ) -> Animation: ...


def _with_keywords(make: Callable[_P, Any]) -> Callable[[Callable[..., Animation]], _Animate[_P]]:
    """Return what spells the options out, and lets ``options`` go unsaid."""
    return cast("Callable[[Callable[..., Animation]], _Animate[_P]]", spelled_out(make))


@_with_keywords(_AnimationOptions)
def animate(
    source: MovingSource, options: Options | None = None, *, keywords: _AnimationOptions
) -> Animation:
    """Return the arts of a moving picture: iterate it, or `Animation.save` it.

    Parameters
    ----------
    source : MovingSource
        A GIF, APNG, WebP or video (what `load_image` takes as a file), a webcam's number, or an
        iterable of arrays or PIL images, which a program may make one by one.
    options : Options, optional
        What frames are drawn with, instead of the keywords that it holds.

    Raises
    ------
    ImageError
        If the source cannot be opened; if a frame is damaged, when it is reached.
    FontError, ModelError
        As `Artist`.
    OptionError
        If an option is out of its range, or is given beside the ``options`` or the ``artist`` that
        it is a part of.
    TypeError
        If ``source`` is none of these.
    """
    refuse_exclusions({"options": options, **vars(keywords)})
    artist = keywords.artist or Artist(**keywords.part(ArtistOptions))
    options = artist.sized(options or Options(**keywords.part(Options)))
    frames = open_frames(
        source, max_pixels=options.max_pixels, rate=keywords.fps, strict=options.strict
    )
    return Animation(
        edit_frames(frames, options),
        artist,
        options.unedited(),
        steady=keywords.steady,
        max_frames=keywords.max_frames,
    )
