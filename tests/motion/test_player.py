"""Tests of the player and its prefetching, in a pseudo-terminal of this process."""

from __future__ import annotations

import os
import pty
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from emulator import Emulator
from numpy.typing import NDArray

from asciiart.errors import ImageError, OutputError
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.io.terminal.fullscreen import FullScreen
from asciiart.motion.decoding.opening import open_frames
from asciiart.motion.frame_drawer import FrameDrawer
from asciiart.motion.frames import MovingSource
from asciiart.motion.player import Played, Player
from asciiart.motion.prefetch import Prefetcher, lookahead
from asciiart.options import Options
from asciiart.pipeline import Artist

Pixels = NDArray[np.uint8]


def grays(count: int) -> Iterator[Pixels]:
    for i in range(count):
        yield np.full((20, 30, 3), 255 * i // max(1, count - 1), np.uint8)


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


def test_frames_come_in_order_and_then_the_fault() -> None:
    def broken() -> Iterator[Pixels]:
        yield from grays(5)
        raise ImageError("cut short")

    with Prefetcher(open_frames(broken())) as decoded:
        levels = [int(next(decoded).pixels[0, 0, 0]) for _ in range(5)]
        assert levels == [0, 63, 127, 191, 255]
        with pytest.raises(ImageError, match="cut short"):
            next(decoded)


def test_one_ahead_is_the_next() -> None:
    taken: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(3):
            taken.append(number)
            yield number

    assert [(number, taken[-1]) for number in lookahead(numbers())] == [(0, 1), (1, 2), (2, 2)]
    assert list(lookahead([])) == []


def test_one_ahead_gives_what_comes_before_a_fault() -> None:
    def broken() -> Iterator[int]:
        yield from range(2)
        raise ImageError("cut short")

    ahead = lookahead(broken())
    assert [next(ahead), next(ahead)] == [0, 1]
    with pytest.raises(ImageError, match="cut short"):
        next(ahead)


def test_reading_stops_with_the_context() -> None:
    def endless() -> Iterator[Pixels]:
        while True:
            yield from grays(2)

    with Prefetcher(open_frames(endless())) as decoded:
        next(decoded)
    assert not [thread for thread in threading.enumerate() if "_read" in thread.name]
