"""Tests of the player and its prefetching, in a pseudo-terminal of this process."""

from __future__ import annotations

import os
import pty
import threading
import time
from collections.abc import Iterator

import pytest
from emulator import Emulator
from gray_films import grays

from asciiart.errors import ImageError, OutputError
from asciiart.io.pictures.arrays import Pixels
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.io.terminal.fullscreen import FullScreen
from asciiart.motion.decoding.opening import open_frames
from asciiart.motion.frame_drawer import FrameDrawer
from asciiart.motion.frames import MovingSource
from asciiart.motion.player import Played, Player
from asciiart.options import Options
from asciiart.pipeline import Artist


def delayed(frames: Iterator[Pixels], seconds: float) -> Iterator[Pixels]:
    """Yield frames as a decoder does that takes so long for each."""
    for frame in frames:
        time.sleep(seconds)
        yield frame


def play(source: MovingSource, rate: float, plays: int = 1) -> tuple[Played, str]:
    """Return what was played and all that was sent."""
    master, slave = pty.openpty()
    sent: list[bytes] = []

    def drain() -> None:
        try:
            while data := os.read(master, 1 << 16):
                sent.append(data)
        except OSError:
            pass

    reader = threading.Thread(target=drain)
    reader.start()
    drawer = FrameDrawer(Artist(), Options(columns=10))
    with os.fdopen(slave, "w", encoding="utf-8") as stream, FullScreen(stream) as terminal:
        frames = open_frames(source, rate=rate)
        played = Player(frames, drawer, terminal, ColorMode.TRUECOLOR).play(plays)
    reader.join()
    os.close(master)
    return played, b"".join(sent).decode()


def test_every_frame_is_shown_or_dropped() -> None:
    """No frame waits for those for which there was no time."""
    played, codes = play(delayed(grays(60), 0.005), rate=1000)
    assert played.shown + played.dropped == 60
    assert played.dropped > 0
    assert played.shown >= 1
    assert codes.endswith("\x1b[?1049l")


def test_plays_again() -> None:
    played, _ = play(list(grays(3)), rate=20, plays=2)
    assert played.shown + played.dropped == 6


def test_still_frames_send_nothing() -> None:
    once, _ = play([next(grays(2))] * 2, rate=20)
    often, _ = play([next(grays(2))] * 6, rate=20)
    assert (often.shown + often.dropped, often.sent) == (6, once.sent)


def test_no_frames() -> None:
    with pytest.raises(ImageError, match="frames: has no frames"):
        play([], rate=20)


def test_terminal_that_is_gone() -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave, "w", encoding="utf-8") as stream, FullScreen(stream) as terminal:
        os.close(master)
        with pytest.raises(OutputError, match="the terminal is gone"):
            terminal.show("\x1b[2J")


def test_character_that_the_terminal_cannot_show() -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave, "w", encoding="ascii") as stream:
        with FullScreen(stream) as terminal, pytest.raises(OutputError, match=r"no U\+2588"):
            terminal.show("█")
        codes = ""
        while not codes.endswith("\x1b[?1049l"):
            codes += os.read(master, 1 << 16).decode()
    os.close(master)
    emulator = Emulator(80, 24)
    emulator.feed(codes)
    assert emulator.modes[1049] is False
