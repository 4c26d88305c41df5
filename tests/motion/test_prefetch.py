"""Tests of prefetch: another thread reads the frames that come next."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator

import pytest
from gray_films import grays
from PIL import Image

from asciiart.errors import ImageError
from asciiart.io.pictures.arrays import Pixels
from asciiart.motion.decoding.opening import open_frames
from asciiart.motion.frames import Frame, PixelSize
from asciiart.motion.prefetch import Prefetcher, lookahead


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


def test_the_newest_frame_replaces_those_that_wait() -> None:
    """As of a webcam: whoever is slow sees what is there now."""
    read_to_the_end = threading.Event()

    def frames() -> Iterator[Frame]:
        for pixels in grays(5):
            yield Frame(pixels, 0.1)
        read_to_the_end.wait(9)

    with Prefetcher(frames(), newest_only=True) as decoded:
        time.sleep(1)  # five frames that find the one place taken, at most 0.1 s each
        assert next(decoded).pixels.max() == 255
        read_to_the_end.set()
        assert list(decoded) == []


def test_the_wanted_size_is_asked_for_each_frame_where_it_is_read() -> None:
    """The reading thread asks by a callable; the drawing thread changes nothing of the reader."""
    asked: list[str] = []
    wanted: list[PixelSize | None] = [None]

    def wanted_size() -> PixelSize | None:
        asked.append(threading.current_thread().name)
        return wanted[0]

    file = io.BytesIO()
    pictures = [Image.new("RGB", (60, 40), (i, 0, 0)) for i in range(8)]
    pictures[0].save(file, "PNG", save_all=True, append_images=pictures[1:])
    frames = open_frames(file.getvalue())
    before = dict(vars(frames))
    with Prefetcher(frames.read(wanted_size)) as decoded:
        shapes = [next(decoded).pixels.shape]
        wanted[0] = (10, 15)
        shapes += [frame.pixels.shape for frame in decoded]
    assert shapes[0] == (40, 60, 3)
    assert shapes[-1] == (10, 15, 3)
    assert len(asked) == 8
    assert threading.current_thread().name not in asked
    assert vars(frames) == before


def test_two_readers_want_different_sizes_of_the_same_frames() -> None:
    file = io.BytesIO()
    pictures = [Image.new("RGB", (60, 40), (i, 0, 0)) for i in range(3)]
    pictures[0].save(file, "PNG", save_all=True, append_images=pictures[1:])
    frames = open_frames(file.getvalue())
    pairs = list(zip(frames.read(lambda: (10, 15)), frames.read(lambda: (20, 30)), strict=True))
    assert {(a.pixels.shape, b.pixels.shape) for a, b in pairs} == {((10, 15, 3), (20, 30, 3))}
