"""Moving pictures, stage 8: frames are drawn and shown in a terminal, each when it is due."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from asciiart.ahead import DecodedAhead
from asciiart.animation import Drawer
from asciiart.color import ColorMode
from asciiart.errors import ImageError
from asciiart.frames import FOREVER, Frame, Frames
from asciiart.fullscreen import FullScreen
from asciiart.options import Options
from asciiart.screen import Screen

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


class Player:
    """Plays frames in a terminal: space pauses, q quits."""

    def __init__(
        self, frames: Frames, drawer: Drawer, terminal: FullScreen, color: ColorMode
    ) -> None:
        """Take what is played, what draws it, and a terminal that is ours.

        Where the drawer's options have no size, the art is as large as fits the terminal, and
        follows it when it is resized.
        """
        self._frames, self._drawer, self._terminal, self._color = frames, drawer, terminal, color
        self._asked = drawer.options
        self._screen = Screen(1, 1, color)
        self._due = 0.0
        self._shown = self._dropped = self._sent = 0
        self._late = 0.0
        self._last_shown = self._effort = 0.0

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
        frame = None
        with DecodedAhead(self._frames) as decoded:
            for frame in islice(decoded, max_frames):
                if not self._show_in_time(frame):
                    return False
                self._frames.target = self._drawer.target(fine=False)  # there is no time
        return frame is None or self._until_due(frame, paused=self._frames.is_still)

    def _show_in_time(self, frame: Frame) -> bool:
        """Draw and show a frame when it is due, unless that is over; return whether to go on."""
        now = time.monotonic()
        if not self._shown or self._frames.is_live or now - self._due > _HOPELESS:
            self._due = now
        over = self._due + frame.seconds
        if now + self._effort > over and now - self._last_shown < _PATIENCE and self._shown:
            self._due += frame.seconds
            self._dropped += 1
            return True
        codes = self._codes(frame)
        self._effort += _LATEST * (time.monotonic() - now - self._effort)
        if not self._until_due(frame):
            return False
        if self._terminal.resized:
            codes = self._codes(frame)
        self._send(codes)
        self._shown += 1
        self._last_shown = time.monotonic()
        self._late += self._last_shown - self._due
        self._due += frame.seconds
        return True

    def _codes(self, frame: Frame) -> str:
        if self._terminal.resized:
            self._terminal.resized = False
            columns, rows = self._terminal.size
            self._screen = Screen(columns, rows, self._color)
            self._drawer.options = fitted(self._asked, columns, rows)
        return self._screen.update(self._drawer.draw(frame.pixels))

    def _send(self, codes: str) -> None:
        self._sent += self._terminal.show(codes)

    def _until_due(self, frame: Frame, *, paused: bool = False) -> bool:
        """Wait for the next frame's time, and obey keys; return False if one says to quit."""
        left = self._due - time.monotonic()
        while paused or left > 0:
            keys = self._terminal.wait(1.0 if paused else left)
            if "q" in keys:
                return False
            if keys.count(" ") % 2:
                paused = not paused
            if paused and self._terminal.resized:
                self._send(self._codes(frame))
            if paused:
                self._due = time.monotonic() + left
            left = self._due - time.monotonic()
        return True


def fitted(options: Options, columns: int, rows: int) -> Options:
    """Return options as asked for, or with the size of a terminal where none was asked for."""
    if (options.columns, options.width, options.rows, options.magnify) != (None,) * 4:
        return options
    return replace(options, columns=columns, rows=rows)
