"""Prints how fast it is: python tests/benchmarks/speed.py

Medians; whole processes are timed from outside, with their peak memory, beside jp2a and chafa
where those are installed.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from pictures import PHOTOGRAPHS

from asciiart.glyphs.charsets import parse_charset
from asciiart.glyphs.font import load_font
from asciiart.matching.index_building import build_index
from asciiart.matching.model import load_model
from asciiart.matching.scores import StructureScore
from asciiart.pipeline import Artist

PHOTOGRAPH = next(path for path in PHOTOGRAPHS if path.stem == "astronaut")  # 512 x 512


def median_time(action: Callable[[], object], runs: int) -> float:
    """Return the median of ``runs`` timed calls, after two that do not count, in seconds."""
    times = []
    for run in range(runs + 2):
        start = time.perf_counter()
        action()
        if run >= 2:
            times.append(time.perf_counter() - start)
    return statistics.median(times)


MEASURE = """
import os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(time.perf_counter() - start, usage.ru_maxrss / 1024, status)
"""
"""A small process of its own: peak memory counts that of the parent that was forked."""


def whole_process(command: list[str], runs: int = 7) -> tuple[float, float]:
    """Return the median seconds and the peak megabytes of a command, after one warm-up."""
    times, peaks = [], []
    for _ in range(runs + 1):
        measured = subprocess.run(
            [sys.executable, "-S", "-c", MEASURE, *command],
            capture_output=True,
            text=True,
            check=True,
        )
        seconds, megabytes, status = map(float, measured.stdout.split())
        if status:
            raise subprocess.CalledProcessError(int(status), command)
        times.append(seconds)
        peaks.append(megabytes)
    return statistics.median(times[1:]), max(peaks)


@contextmanager
def large_jpeg() -> Iterator[Path]:
    """Make a 12-megapixel JPEG of the photograph."""
    picture = cv2.resize(cv2.imread(str(PHOTOGRAPH)), (4000, 3000), interpolation=cv2.INTER_CUBIC)
    noise = np.random.default_rng(0).normal(0, 6, picture.shape)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.jpg"
        cv2.imwrite(str(path), np.clip(picture + noise, 0, 255).astype(np.uint8))
        yield path


def cold(path: Path, name: str) -> None:
    """Time the whole command in both modes, and other tools."""
    asciiart = [sys.executable, "-m", "asciiart", str(path), "--columns", "80"]
    commands = {
        f"asciiart --mode {mode}": [*asciiart, "--mode", mode] for mode in ("tone", "structure")
    }
    if shutil.which("jp2a"):
        commands["jp2a"] = ["jp2a", "--width=80", str(path)]
    if shutil.which("chafa"):
        commands["chafa"] = ["chafa", "--symbols=ascii", "--size=80", "--colors=none", str(path)]
    for command, arguments in commands.items():
        seconds, megabytes = whole_process(arguments)
        print(f"cold   {name}, {command}: {seconds:.3f} s, {megabytes:.0f} MB")


def warm() -> None:
    """Time `Artist.draw` of arrays."""
    small = cv2.cvtColor(cv2.imread(str(PHOTOGRAPH)), cv2.COLOR_BGR2RGB)
    large = cv2.resize(small, (1920, 1080), interpolation=cv2.INTER_CUBIC)
    artist = Artist()
    for name, array, columns in (("512 x 512", small, 80), ("1920 x 1080", large, 160)):
        for mode in ("structure", "tone"):
            draw = partial(artist.draw, array, mode=mode, columns=columns)
            seconds = median_time(draw, 30)
            print(f"warm   {name}, {columns} columns, {mode}: {1 / seconds:.1f} per second")


def index() -> None:
    """Time the making of an index, from the font's file on."""
    encoder = load_model("standard").load_encoder("structure")
    greek_and_cyrillic = "".join(
        map(chr, (*range(0x391, 0x3A2), *range(0x3A3, 0x3CA), *range(0x410, 0x450)))
    )

    def build(characters: str) -> None:
        font = load_font("DejaVu Sans Mono")
        build_index(font, characters, encoder, StructureScore(), cell=font.cell(16, 2))

    for charset in ("ascii", f"ascii+latin+box+chars:{greek_and_cyrillic}"):
        characters = parse_charset(charset)
        seconds = median_time(partial(build, characters), 5)
        print(f"index  {len(characters)} characters: {seconds:.3f} s")


def main() -> None:
    """Measure and print everything."""
    warm()
    index()
    cold(PHOTOGRAPH, "512 x 512 JPEG")
    with large_jpeg() as path:
        cold(path, "12-megapixel JPEG")


if __name__ == "__main__":
    main()
