"""Moving pictures, stages 2 to 6: frames -> Arts, steady where nothing moves, two at once."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from asciiart.art.art import Art
from asciiart.motion.deflicker import TemporalDenoiser, apply_hysteresis
from asciiart.motion.film_levels import FilmLevels
from asciiart.motion.frames import Pixels
from asciiart.options import Options
from asciiart.page.ink_page import DRAWING_SCALE
from asciiart.page.levels import Levels
from asciiart.pipeline import Artist

_AT_ONCE = 2
"""Frames that are drawn at once: networks alone would leave half of two cores idle."""


class _Drawn(NamedTuple):
    """A frame as it is by itself."""

    art: Art
    """What is drawn."""
    seconds: float
    """That it took."""


class Drawing:
    """A frame that is being drawn."""

    def __init__(self, drawn: Future[_Drawn], before: Drawing | None) -> None:
        self._drawn, self._before = drawn, before
        self._art: Art | None = None

    def art(self) -> Art:
        """Return the art, with the characters of the one before where they are nearly the best.

        Raises
        ------
        AsciiArtError
            If it cannot be drawn.
        """
        if self._art is None:
            art = self._drawn.result().art
            self._art = art if self._before is None else apply_hysteresis(art, self._before.art())
            self._before = None  # or every frame would keep all those before it
        return self._art

    def seconds(self) -> float:
        """Return how long the drawing took."""
        return self._drawn.result().seconds


class FrameDrawer:
    """Draws one frame after the other, or, where the caller looks ahead, two at once."""

    def __init__(
        self,
        artist: Artist,
        options: Options,
        *,
        steady: bool = True,
        name: str | None = None,
        levels: FilmLevels | None = None,
    ) -> None:
        """Take what draws, what messages call the moving picture, and the film's levels.

        ``steady`` keeps characters that are nearly as good as the best. Without ``levels`` each
        frame has its own.
        """
        self._artist, self._options, self._steady, self._name = artist, options, steady, name
        self._levels = levels
        self._pool = ThreadPoolExecutor(_AT_ONCE)
        self._stillness = TemporalDenoiser()
        self._last: Drawing | None = None
        self._cells: tuple[int, int] | None = None
        self._page: tuple[int, int] | None = None

    @property
    def options(self) -> Options:
        """What the next frame is drawn with."""
        return self._options

    @options.setter
    def options(self, options: Options) -> None:
        self._options = options
        self._last = self._cells = self._page = None
        self._stillness.forget()

    def target(self, *, fine: bool) -> tuple[int, int] | None:
        """Return the height and width in pixels that suffice for a frame.

        ``fine`` is for line drawings, whose strokes are followed at twice the page's size. None
        before the first frame is drawn.
        """
        if self._page is None or self._options.magnify is not None:
            return None
        scale = DRAWING_SCALE if fine and "structure" in self._options.shares else 1
        return scale * self._page[0], scale * self._page[1]

    def draw(self, pixels: Pixels) -> Art:
        """Return the art of the next frame; the last one itself where nothing has moved."""
        return self.begin(pixels).art()

    def begin(self, pixels: Pixels) -> Drawing:
        """Begin to draw the next frame; the last drawing itself is returned if nothing has moved.

        The first frame, whose size tells how the others are looked at, is drawn before it returns.
        """
        shown: Pixels | None = pixels
        if self._steady and self._cells is not None:
            shown = self._stillness.settle(pixels, *self._cells)
        if shown is None and self._last is not None:
            return self._last
        still = (pixels if shown is None else shown).copy()  # settled ones live for one call
        before = self._last if self._steady else None
        levels = None if self._levels is None else self._levels.see(still)
        self._last = Drawing(self._pool.submit(self._draw, still, self._options, levels), before)
        if self._cells is None:
            grid = self._last.art().grid
            self._cells, self._page = (grid.rows, grid.columns), grid.page_shape
            if self._steady:
                self._stillness.settle(pixels, *self._cells)
        return self._last

    def _draw(self, pixels: Pixels, options: Options, levels: Levels | None) -> _Drawn:
        start = time.monotonic()
        art = self._artist.draw_with(pixels, options, name=self._name, levels=levels)
        return _Drawn(art, time.monotonic() - start)
