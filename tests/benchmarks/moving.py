"""Prints the figures of moving pictures: python tests/benchmarks/moving.py [--memory MODE]

A film of 1280 x 720 pixels, a photograph that pans and zooms, is played at 100 columns in true
color to a pseudo-terminal: how long reading a frame takes, frames per second if nothing waits, how
late frames are at 30 and 40 per second, bytes of a still scene, and changed cells of still, noisy
clips. With --memory, instead of all that, the memory over 2,000 frames in one mode.
"""

from __future__ import annotations

import argparse
import os
import pty
import resource
import tempfile
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import av
import cv2
import numpy as np
from pictures import PHOTOGRAPHS

from asciiart.io.pictures.arrays import Pixels
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.io.terminal.fullscreen import FullScreen
from asciiart.motion.animation import animate
from asciiart.motion.decoding.opening import open_frames
from asciiart.motion.deflicker import count_changes
from asciiart.motion.frame_drawer import FrameDrawer
from asciiart.motion.player import Played, Player
from asciiart.motion.prefetch import Prefetcher, lookahead
from asciiart.motion.screen_updates import ScreenDiff
from asciiart.options import Mode, Options
from asciiart.pipeline import Artist

SIZE = (1280, 720)
COLUMNS = 100
TARGET = (192, 344)
"""Height and width in pixels of what 100 columns need in tone."""
RATES: dict[Mode, int] = {"structure": 30, "tone": 40}


def make_film(path: Path, rate: int, count: int) -> None:
    """Write a film in which all moves."""
    picture = cv2.resize(cv2.imread(str(PHOTOGRAPHS[0])), (1920, 1080))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"preset": "veryfast"})
        stream.width, stream.height = SIZE
        for part in _pan(picture, count):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(part, "bgr24")))
        container.mux(stream.encode(None))


def _pan(picture: Pixels, count: int) -> Iterator[Pixels]:
    for i in range(count):
        zoom = 0.8 + 0.15 * np.sin(i / 40)
        width, height = int(1920 * zoom), int(1080 * zoom)
        left = int((1920 - width) * (0.5 + 0.5 * np.sin(i / 25)))
        top = int((1080 - height) * (0.5 + 0.5 * np.cos(i / 30)))
        part = picture[top : top + height, left : left + width]
        yield np.ascontiguousarray(cv2.resize(part, SIZE), np.uint8)


def play(path: Path, mode: Mode, artist: Artist) -> Played:
    """Play a film to a pseudo-terminal that takes all it is sent."""
    master, slave = pty.openpty()
    threading.Thread(target=_drain, args=(master,), daemon=True).start()
    drawer = FrameDrawer(artist, Options(mode=mode, columns=COLUMNS))
    with os.fdopen(slave, "w", encoding="utf-8") as stream, FullScreen(stream) as terminal:
        return Player(open_frames(str(path)), drawer, terminal, ColorMode.TRUECOLOR).play()


def _drain(master: int) -> None:
    try:
        while os.read(master, 1 << 16):
            pass
    except OSError:
        pass


class Speed(NamedTuple):
    """How fast frames are made."""

    each: float
    """Milliseconds, decoding included."""
    sent: int
    """Bytes of a frame, all of which moves."""


def speed(path: Path, mode: Mode, artist: Artist, count: int = 60) -> Speed:
    """Return the time of a frame if nothing waits: decoded ahead, drawn, and turned to codes."""
    drawer = FrameDrawer(artist, Options(mode=mode, columns=COLUMNS))
    screen, frames = ScreenDiff(COLUMNS, 100, ColorMode.TRUECOLOR), open_frames(str(path))
    sizes, times = [], []
    with Prefetcher(frames.read(partial(drawer.wanted_size, fine=False))) as decoded:
        for drawing in lookahead(drawer.begin(frame.pixels) for frame in decoded):
            sizes.append(len(screen.update(drawing.art())))
            times.append(time.perf_counter())
            if len(times) == count:
                break
    each = (times[-1] - times[5]) / (count - 6)
    return Speed(1000 * each, int(np.mean(sizes[1:])))


def reading(path: Path) -> float:
    """Return the milliseconds in which a frame is read at the size that a page asks for."""
    frames = open_frames(str(path))
    start, count = time.perf_counter(), sum(1 for _ in frames.read(lambda: TARGET))
    return 1000 * (time.perf_counter() - start) / count


def noisy(sigma: float, size: tuple[int, int], count: int = 20) -> Iterator[Pixels]:
    """Yield a photograph that stands still, with noise."""
    numbers = np.random.default_rng(0)
    picture = cv2.cvtColor(cv2.imread(str(PHOTOGRAPHS[0])), cv2.COLOR_BGR2RGB)
    still = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    for _ in range(count):
        yield np.clip(still + numbers.normal(0, sigma, still.shape), 0, 255).astype(np.uint8)


def steadiness(artist: Artist) -> None:
    """Print changed cells and bytes a frame of still, noisy clips."""
    for mode in RATES:
        for size in (SIZE, (320, 240)):
            for sigma in (3, 10):
                for steady in (False, True):
                    print(_steadiness(artist, mode, size, sigma, steady))


def _steadiness(
    artist: Artist, mode: Mode, size: tuple[int, int], sigma: float, steady: bool
) -> str:
    options = Options(mode=mode, columns=COLUMNS)
    screen = ScreenDiff(COLUMNS, 100, ColorMode.TRUECOLOR)
    changes, sent, before = [], [], None
    for art in animate(noisy(sigma, size), options, artist=artist, steady=steady):
        sent.append(len(screen.update(art)))
        if before is not None:
            changes.append(count_changes(art, before) / art.characters.size)
        before = art
    return (
        f"{mode:<9} {size[0]} x {size[1]}, noise {sigma:>2}, {'steady' if steady else 'as is':<6} "
        f"{np.mean(changes):6.2%} of the cells change, {np.mean(sent[1:]) / sent[0]:6.2%} of the "
        "bytes of a full redraw"
    )


def memory(path: Path, mode: Mode, artist: Artist) -> None:
    """Print the memory while 2,000 frames are drawn."""
    options = Options(mode=mode, columns=COLUMNS)
    for i, _ in enumerate(animate(str(path), options, artist=artist), start=1):
        if i in (100, 500, 1000, 1500, 2000):
            now = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
            print(f"{mode:<9} memory after {i:>4} frames: {now / 1e6:.0f} MB", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{mode:<9} peak {peak / 1e3:.0f} MB", flush=True)


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--memory", choices=RATES, help="instead, the memory over 2,000 frames")
    mode = parser.parse_args().memory
    with tempfile.TemporaryDirectory() as folder:
        if mode is not None:
            path = Path(folder) / "long.mp4"
            make_film(path, RATES[mode], 2000)
            memory(path, mode, Artist())
            return
        for mode, rate in RATES.items():
            path = Path(folder) / f"{mode}.mp4"
            make_film(path, rate, 150)
            figures(path, mode, rate)
        steadiness(Artist())


def figures(path: Path, mode: Mode, rate: int) -> None:
    """Print how fast a film is drawn and played."""
    artist = Artist()
    print(f"{mode:<9} {min(reading(path) for _ in range(3)):.1f} ms to read a frame")
    made = speed(path, mode, artist)
    print(f"{mode:<9} {made.each:.1f} ms a frame, {made.sent} bytes when all moves")
    played = play(path, mode, artist)
    print(
        f"{mode:<9} played at {rate} per second: {played.shown} shown, {played.dropped} "
        f"dropped, {1000 * played.lateness:.1f} ms late on average",
        flush=True,
    )


if __name__ == "__main__":
    main()
