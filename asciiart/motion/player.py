"""Moving pictures, stage 8: frames are drawn and shown in a terminal, each when it is due."""

from __future__ import annotations

import time
from collections.abc import Iterator
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
"""Seconds after which a frame is shown however late it is."""
_LATEST = 0.25
"""Weight of the latest frame in how long drawing takes."""
_HOPELESS = 1.0
"""So many seconds late, the player stops catching up."""


class Played(NamedTuple):
    """What was shown."""

    shown: int
    """Frames."""
    dropped: int
    """Frames for which there was no time."""
    lateness: float
    """Mean seconds from when a frame was due to when it was sent."""
    sent: int
    """Bytes."""


class _Begun(NamedTuple):
    """A frame that is being drawn."""

    frame: Frame
    """The frame."""
    at: float
    """When it is due, in seconds of the film."""
    drawing: Drawing
    """What becomes of it."""
    options: Options
    """What it is drawn with."""


class Player:
    """Plays frames in a terminal: space pauses, q quits."""

    def __init__(
        self, frames: Frames, drawer: FrameDrawer, terminal: FullScreen, color: ColorMode
    ) -> None:
        """Take what is played, what draws it, and a terminal that is ours.

        Where the drawer's options have no size, the art is as large as fits the terminal, and
        follows it when it is resized.
        """
        self._frames, self._drawer, self._terminal, self._color = frames, drawer, terminal, color
        self._asked = drawer.options
        self._screen = ScreenDiff(1, 1, color)
        self._start: float | None = None
        self._film = 0.0
        self._shown = self._dropped = self._sent = 0
        self._late = self._last_shown = self._effort = 0.0

    def play(self, plays: int = 1, max_frames: int | None = None) -> Played:
        """Play so often (`FOREVER` without end), or until q is pressed.

        Each time ends after ``max_frames``.

        A single picture stays until q is pressed.

        Raises
        ------
        ImageError
            If a frame is damaged; those before it were shown.
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
        """Return whether to go on."""
        last = None
        with Prefetcher(self._frames) as decoded:
            begun = self._begin_in_time(islice(decoded, max_frames))
            for last in begun if self._frames.is_live else lookahead(begun):
                if not self._show(last):
                    return False
        return last is None or self._until(self._film, last.frame, paused=self._frames.is_still)

    def _begin_in_time(self, frames: Iterator[Frame]) -> Iterator[_Begun]:
        """Yield the frames that can be drawn before they are over."""
        for frame in frames:
            at, self._film = self._film, self._film + frame.seconds
            if self._is_hopeless(self._film):
                self._dropped += 1
                continue
            self._follow_size()
            yield _Begun(frame, at, self._drawer.begin(frame.pixels), self._drawer.options)
            self._frames.target = self._drawer.target(fine=False)  # there is no time

    def _is_hopeless(self, over: float) -> bool:
        """Tell whether a frame could be shown only after it is over."""
        now = time.monotonic()
        if self._start is None or self._frames.is_live or now - self._last_shown > _PATIENCE:
            return False
        return now + self._effort > self._start + over

    def _show(self, begun: _Begun) -> bool:
        """Show a frame when it is due; return whether to go on."""
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
        """Return when that moment of the film is due."""
        assert self._start is not None
        return self._start + at

    def _keep_time(self, at: float) -> None:
        """Let the film go on from ``at``, now, if it begins, is live or far too late."""
        now = time.monotonic()
        if self._start is None or self._frames.is_live or now - self._due(at) > _HOPELESS:
            self._start = now - at

    def _follow_size(self) -> bool:
        """Take the terminal's size if it has changed; return whether it had."""
        changed, self._terminal.resized = self._terminal.resized, False
        if changed:
            columns, rows = self._terminal.size
            self._screen = ScreenDiff(columns, rows, self._color)
            self._drawer.options = self._asked.sized(columns, rows)
        return changed

    def _send(self, art: Art) -> None:
        self._sent += self._terminal.show(self._screen.update(art))

    def _until(self, at: float, frame: Frame, *, paused: bool = False) -> bool:
        """Wait for a moment of the film, and obey keys; return False if one says to quit."""
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
