"""Moving pictures, stage 8: frames are drawn and shown in a terminal, each when it is due."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import NamedTuple

from asciiart.art.art import Art
from asciiart.errors import ImageError
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.io.terminal.fullscreen import FullScreen
from asciiart.motion.frame_drawer import Drawing, FrameDrawer
from asciiart.motion.frames import FOREVER, Frame, Frames
from asciiart.motion.prefetch import Prefetcher, lookahead
from asciiart.motion.screen_updates import ScreenDiff
from asciiart.options import Options

_PATIENCE = 0.25
"""Seconds without a new frame after which one is shown even if it is late."""
_LATEST = 0.25
"""Weight of the latest frame in the moving average of drawing times."""
_HOPELESS = 1.0
"""Seconds of delay after which the player no longer tries to catch up."""


class Played(NamedTuple):
    """Statistics of a playback."""

    shown: int
    """Number of frames that were shown."""
    dropped: int
    """Number of frames that were skipped for lack of time."""
    lateness: float
    """Mean delay of the frames that were shown, in seconds."""
    sent: int
    """Number of bytes sent to the terminal."""


class _Begun(NamedTuple):
    """A frame that is being drawn."""

    frame: Frame
    """The frame."""
    at: float
    """Time in the film at which it is due, in seconds."""
    drawing: Drawing
    """Its drawing, perhaps still in progress."""
    options: Options
    """Options with which it is drawn."""


class Player:
    """Plays frames in a terminal: space pauses, q quits."""

    def __init__(
        self, frames: Frames, drawer: FrameDrawer, terminal: FullScreen, color: ColorMode
    ) -> None:
        """Take the frames, their drawer, and a terminal that was taken over.

        If the drawer's options give no size, the art fills the terminal and follows its size.
        """
        self._frames, self._drawer, self._terminal, self._color = frames, drawer, terminal, color
        self._asked = drawer.options
        self._screen = ScreenDiff(1, 1, color)
        self._start: float | None = None
        self._film = 0.0
        self._shown = self._dropped = self._sent = 0
        self._late = self._last_shown = self._effort = 0.0

    def play(self, plays: int = 1, max_frames: int | None = None) -> Played:
        """Play ``plays`` times, or without end for `FOREVER`, until q is pressed.

        Each time ends after ``max_frames`` frames. A single picture stays until q is pressed.

        Raises
        ------
        ImageError
            If a frame is damaged, after those before it were shown, or if there are no frames.
        OutputError
            If the terminal is gone.
        """
        done = 0
        playing = True
        while playing and (done < plays or plays == FOREVER):
            before = self._shown + self._dropped
            playing = self._play_once(max_frames)
            done += 1
            if self._shown + self._dropped == before:
                raise ImageError(f"{self._frames.name}: has no frames")
        mean = self._late / max(1, self._shown)
        return Played(self._shown, self._dropped, mean, self._sent)

    def _play_once(self, max_frames: int | None) -> bool:
        """Play once, and return whether to continue."""
        last = None
        # There is no time to follow strokes finely.
        frames = self._frames.read(partial(self._drawer.wanted_size, fine=False))
        with Prefetcher(frames, newest_only=self._frames.is_live) as decoded:
            begun = self._begin_in_time(islice(decoded, max_frames))
            for last in begun if self._frames.is_live else lookahead(begun):
                if not self._show(last):
                    return False
        return last is None or self._until(self._film, last.frame, paused=self._frames.is_still)

    def _begin_in_time(self, frames: Iterator[Frame]) -> Iterator[_Begun]:
        """Yield the frames that can be shown in time, and begin to draw each."""
        for frame in frames:
            at, self._film = self._film, self._film + frame.seconds
            if self._is_hopeless(self._film):
                self._dropped += 1
                continue
            self._follow_size()
            yield _Begun(frame, at, self._drawer.begin(frame.pixels), self._drawer.options)

    def _is_hopeless(self, over: float) -> bool:
        """Tell whether a frame could be shown only after its time."""
        now = time.monotonic()
        if self._start is None or self._frames.is_live or now - self._last_shown > _PATIENCE:
            return False
        return now + self._effort > self._start + over

    def _show(self, begun: _Begun) -> bool:
        """Show a frame when it is due, and return whether to continue."""
        art = begun.drawing.art()
        self._effort += _LATEST * (begun.drawing.seconds() - self._effort)
        self._keep_time(begun.at)
        if not self._until(begun.at, begun.frame):
            return False
        self._follow_size()
        if begun.options is not self._drawer.options:
            art = self._drawer.draw(begun.frame.pixels)
        self._send(art)
        self._shown += 1
        self._last_shown = time.monotonic()
        self._late += self._last_shown - self._due(begun.at)
        return True

    def _due(self, at: float) -> float:
        """Return the time at which a moment of the film is due."""
        assert self._start is not None
        return self._start + at

    def _keep_time(self, at: float) -> None:
        """Restart the clock at ``at`` if the film begins, is live or is hopelessly late."""
        now = time.monotonic()
        if self._start is None or self._frames.is_live or now - self._due(at) > _HOPELESS:
            self._start = now - at

    def _follow_size(self) -> bool:
        """Adopt the terminal's size if it has changed, and return whether it had."""
        changed = self._terminal.take_resize()
        if changed:
            columns, rows = self._terminal.size
            self._screen = ScreenDiff(columns, rows, self._color)
            self._drawer.begin_anew(self._asked.sized(columns, rows))
        return changed

    def _send(self, art: Art) -> None:
        self._sent += self._terminal.show(self._screen.update(art))

    def _until(self, at: float, frame: Frame, *, paused: bool = False) -> bool:
        """Wait for a moment of the film and obey keys; return False if the user quits."""
        left = self._due(at) - time.monotonic()
        while paused or left > 0:
            keys = self._terminal.wait(1.0 if paused else left)
            if "q" in keys:
                return False
            if keys.count(" ") % 2:
                paused = not paused
            if paused and self._follow_size():
                self._send(self._drawer.draw(frame.pixels))
            if paused:
                self._start = time.monotonic() + left - at
            left = self._due(at) - time.monotonic()
        return True
