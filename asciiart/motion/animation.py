"""Moving pictures: frames -> arts, drawn one by one and steady where nothing moves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from asciiart.art.art import Art
from asciiart.errors import OptionError
from asciiart.motion.decoding.opening import open_frames
from asciiart.motion.film_levels import measure_film
from asciiart.motion.frame_drawer import Drawing, FrameDrawer
from asciiart.motion.frames import DEFAULT_RATE, Frames, MovingSource
from asciiart.motion.prefetch import lookahead
from asciiart.motion.recording.timed_art import TimedArt
from asciiart.options import (
    DEFAULT_DETAIL,
    Background,
    BrailleBlank,
    Dither,
    LevelChoice,
    Mode,
    Options,
    Palette,
    Quality,
    Resample,
)
from asciiart.pipeline import DEFAULT_MODEL, Artist

if TYPE_CHECKING:
    from asciiart.io.terminal.color_mode import ColorMode


_USUAL_ARTIST = (None, None, "", 0.0, "pattern", DEFAULT_MODEL, None, False)
"""Default arguments of the artist that `animate` creates."""
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
        drawer = FrameDrawer(
            self._artist,
            self._options,
            steady=self._steady,
            name=self.frames.name,
            levels=levels,
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


def animate(
    source: MovingSource,
    options: Options | None = None,
    *,
    artist: Artist | None = None,
    fps: float = DEFAULT_RATE,
    steady: bool = True,
    max_frames: int | None = None,
    font: str | Path | None = None,
    charset: str | None = None,
    exclude: str = "",
    simple: float = 0.0,
    braille_blank: BrailleBlank = "pattern",
    model: str | Path = DEFAULT_MODEL,
    target: str | None = None,
    references: bool = False,
    mode: Mode = "tone",
    structure: float | None = None,
    columns: int | None = None,
    width: int | None = None,
    rows: int | None = None,
    magnify: float | None = None,
    font_size: int | None = None,
    line_height: int | None = None,
    background: Background = "dark",
    contrast: float = 1.0,
    brightness: float = 0.0,
    gamma: float = 1.0,
    levels: LevelChoice = "auto",
    detail: float = DEFAULT_DETAIL,
    quality: Quality = "fast",
    fill: bool = False,
    palette: Palette = "truecolor",
    dither: Dither = "none",
    neighbors: int = 5,
    resample: Resample = "auto",
    max_pixels: int | None = None,
    strict: bool = False,
) -> Animation:
    """Return the arts of a moving picture: iterate it, or `Animation.save` it.

    The other keywords are those of `draw`; see `Artist` and `Artist.draw`.

    Parameters
    ----------
    source : MovingSource
        A GIF, APNG, WebP or video (what `load_image` takes as a file), a webcam's number, or an
        iterable of arrays or PIL images, which a program may make one by one.
    options : Options, optional
        What frames are drawn with, instead of the keywords from ``mode`` on.
    artist : Artist, optional
        What draws, instead of one made of the keywords from ``font`` to ``references``.
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
    FontError, ModelError
        As `Artist`.
    OptionError
        If an option is out of its range, or is given beside the ``options`` or the ``artist`` that
        it is a part of.
    TypeError
        If ``source`` is none of these.
    """
    if artist is None:
        artist = Artist(
            font=font,
            charset=charset,
            exclude=exclude,
            simple=simple,
            braille_blank=braille_blank,
            model=model,
            target=target,
            references=references,
        )
    elif (
        font,
        charset,
        exclude,
        simple,
        braille_blank,
        model,
        target,
        references,
    ) != _USUAL_ARTIST:
        raise OptionError(
            "artist already has a font, characters, a model and a target; "
            "make another one instead of naming them here",
            "artist",
        )
    asked_for = Options(
        mode=mode,
        structure=structure,
        columns=columns,
        width=width,
        rows=rows,
        magnify=magnify,
        font_size=font_size,
        line_height=line_height,
        background=background,
        contrast=contrast,
        brightness=brightness,
        gamma=gamma,
        levels=levels,
        detail=detail,
        quality=quality,
        fill=fill,
        palette=palette,
        dither=dither,
        neighbors=neighbors,
        resample=resample,
        max_pixels=max_pixels,
        strict=strict,
    )
    if options is not None and asked_for != Options():
        raise OptionError("options cannot be combined with what they hold; use one way", "options")
    options = artist.sized(asked_for if options is None else options)
    return Animation(
        open_frames(source, max_pixels=options.max_pixels, rate=fps, strict=options.strict),
        artist,
        options,
        steady=steady,
        max_frames=max_frames,
    )
