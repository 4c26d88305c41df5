"""Moving pictures, stages 2 to 6: frames -> arts, steady where nothing moves, two at a time."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from asciiart.art.art import Art
from asciiart.glyphs.grid import Grid
from asciiart.io.pictures.arrays import Pixels
from asciiart.motion.deflicker import TemporalDenoiser, apply_hysteresis
from asciiart.motion.film_levels import FilmLevels
from asciiart.motion.film_subject import FilmSubject
from asciiart.motion.frames import PixelSize
from asciiart.options import Mode, Options
from asciiart.page.cell_colors import PAGE_GRAY
from asciiart.page.ink_page import DRAWING_SCALE
from asciiart.page.levels import Levels
from asciiart.page.subject import WHOLE, CropBox, KnownSubject
from asciiart.pipeline import Artist

_AT_ONCE = 2
"""Frames drawn at a time; networks alone would leave half of two cores idle."""


class _Drawn(NamedTuple):
    """The drawing of a frame by itself."""

    art: Art
    """The art."""
    seconds: float
    """Time that the drawing took."""


class Drawing:
    """A frame that is being drawn."""

    def __init__(self, drawn: Future[_Drawn], before: Drawing | None) -> None:
        self._drawn, self._before = drawn, before
        self._art: Art | None = None

    def art(self) -> Art:
        """Return the art, with the characters of the one before wherever they are nearly the best.

        Raises
        ------
        AsciiArtError
            If the frame cannot be drawn.
        """
        if self._art is None:
            art = self._drawn.result().art
            self._art = art if self._before is None else apply_hysteresis(art, self._before.art())
            self._before = None  # otherwise every frame would keep all those before it
        return self._art

    def seconds(self) -> float:
        """Return the time that the drawing took."""
        return self._drawn.result().seconds


class _Layout(NamedTuple):
    """The layout of the first frame's art, which applies to those that follow."""

    rows: int
    """Rows of cells."""
    columns: int
    """Columns of cells."""
    size: PixelSize | None
    """The size that suffices for a frame; None for full size."""
    fine_size: PixelSize | None
    """The size that suffices if strokes are to be followed finely."""


def _layout(grid: Grid, options: Options, box: CropBox) -> _Layout:
    """Return the layout of an art with that grid, which shows the ``box`` of its frame."""
    if options.magnify is not None:  # the art's size follows from the frame's
        return _Layout(grid.rows, grid.columns, None, None)
    height, width = box.whole_size(*grid.page_shape)
    scale = DRAWING_SCALE if "structure" in options.shares else 1
    return _Layout(grid.rows, grid.columns, (height, width), (scale * height, scale * width))


def _shown_box(options: Options, subject: KnownSubject | None) -> CropBox:
    """Return the part of a frame that is drawn."""
    box = None if subject is None or options.crop == "none" else subject.box
    return box or WHOLE


class FrameDrawer:
    """Draws one frame after the other or, if the caller looks ahead, two at a time."""

    def __init__(
        self,
        artist: Artist,
        options: Options,
        *,
        steady: bool = True,
        name: str | None = None,
        levels: FilmLevels | None = None,
        subject: FilmSubject | None = None,
    ) -> None:
        """Take the artist and the options that draw the frames.

        ``steady`` keeps characters that are nearly as good as the best. ``name`` denotes the moving
        picture in messages. Without ``levels`` each frame has its own. Without a ``subject`` it is
        that of the first frame, if the options ask for one.
        """
        self._artist, self._options, self._steady, self._name = artist, options, steady, name
        self._levels, self._subject = levels, subject or FilmSubject()
        self._pool = ThreadPoolExecutor(_AT_ONCE)
        self._denoiser = TemporalDenoiser()
        self._last: Drawing | None = None
        self._layout: _Layout | None = None
        self._mode: Mode | None = None

    @property
    def options(self) -> Options:
        """Options for the next frame."""
        return self._options

    def begin_anew(self, options: Options) -> None:
        """Draw the next frame with other options, and as if it were the first.

        Mode auto is what it was for the first frame of all.
        """
        self._options = options if self._mode is None else options.settled(self._mode)
        self._last = self._layout = None
        self._denoiser.forget()

    def wanted_size(self, *, fine: bool) -> PixelSize | None:
        """Return the height and width in pixels that suffice for a frame; None for full size.

        Any thread may ask. Before the first frame is drawn, the size is unknown, hence full.
        ``fine`` is for line drawings, whose strokes are followed at twice the page's size.
        """
        layout = self._layout  # read once, since the drawing thread may replace it at any moment
        if layout is None:
            return None
        return layout.fine_size if fine else layout.size

    def draw(self, pixels: Pixels) -> Art:
        """Return the art of the next frame, which is the last one itself if nothing has moved."""
        return self.begin(pixels).art()

    def begin(self, pixels: Pixels) -> Drawing:
        """Begin to draw the next frame; return the last drawing itself if nothing has moved.

        The first frame is drawn before this returns, since its layout applies to the others.
        """
        shown: Pixels | None = pixels
        if self._steady and self._layout is not None:
            shown = self._denoiser.apply(pixels, self._layout.rows, self._layout.columns)
        if shown is None and self._last is not None:
            return self._last
        # A copy, since the denoiser changes its own array with the next call.
        still = (pixels if shown is None else shown).copy()
        before = self._last if self._steady else None
        levels = None if self._levels is None else self._levels.see(still)
        subject = self._subject.known(still) if self._options.seeks_subject else None
        if levels is not None and self._options.background_removal:
            levels = levels.including(PAGE_GRAY[self._options.background])
        drawn = self._pool.submit(self._draw, still, self._options, levels, subject)
        self._last = Drawing(drawn, before)
        if self._layout is None:
            art = self._last.art()
            self._mode = art.mode
            self._options = self._options.settled(art.mode)
            grid = art.grid
            self._layout = _layout(grid, self._options, _shown_box(self._options, subject))
            if self._steady:
                self._denoiser.apply(pixels, grid.rows, grid.columns)
        return self._last

    def _draw(
        self,
        pixels: Pixels,
        options: Options,
        levels: Levels | None,
        subject: KnownSubject | None,
    ) -> _Drawn:
        start = time.monotonic()
        art = self._artist.draw_with(
            pixels, options, name=self._name, levels=levels, subject=subject, still=True
        )
        return _Drawn(art, time.monotonic() - start)
