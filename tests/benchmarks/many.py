"""Prints how much faster --jobs 2 is: python tests/benchmarks/many.py [--mode M] [--small] [N]

N photographs (200 unless said) of 12 megapixels, or with --small as they are in tests/pictures
(0.1 to 0.3 megapixels), to texts of 80 columns: whole commands. One by one on one core, one by one
with threads on all cores (which one process uses unless OMP_NUM_THREADS says otherwise), and two at
a time.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pictures import PHOTOGRAPHS
from PIL import Image

_LARGE = (4000, 3000)


def make_photographs(folder: Path, count: int, small: bool) -> None:
    """Write ``count`` photographs; the same few have many names."""
    originals = []
    for path in PHOTOGRAPHS:
        originals.append(folder / f"{path.stem}.jpg")
        with Image.open(path) as picture:
            size = picture.size if small else _LARGE
            picture.convert("RGB").resize(size).save(originals[-1], quality=90)
    for number in range(len(originals), count):
        original = originals[number % len(originals)]
        os.link(original, folder / f"{original.stem}{number}.jpg")


def seconds(folder: Path, mode: str, jobs: int, threads: str = "") -> float:
    """Return the seconds that the command takes for all of them."""
    environ = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    if threads:
        environ["OMP_NUM_THREADS"] = threads
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "asciiart", str(folder), "--mode", mode, "-c", "80"]
        command += ["--jobs", str(jobs), "-o", f"{out}/{{stem}}.txt"]
        start = time.perf_counter()
        subprocess.run(command, check=True, env=environ)
        taken = time.perf_counter() - start
        assert len(list(Path(out).iterdir())) == len(list(folder.iterdir()))
        return taken


def main() -> None:
    """Print how long each way takes, and how much faster two at a time are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=200)
    parser.add_argument("--mode", default="tone", choices=("tone", "structure"))
    parser.add_argument("--small", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_photographs(folder, asked.count, asked.small)
        one_core = seconds(folder, asked.mode, 1, threads="1")
        threaded = seconds(folder, asked.mode, 1)
        shared = seconds(folder, asked.mode, 2)
    size = "small" if asked.small else "12 megapixels"
    print(f"{asked.count} photographs ({size}), {asked.mode}: {shared:.2f} s with --jobs 2")
    for way, taken in (("on one core", one_core), ("with threads", threaded)):
        print(f"one by one {way}: {taken:.2f} s, {taken / shared:.2f} times as long")


if __name__ == "__main__":
    main()
