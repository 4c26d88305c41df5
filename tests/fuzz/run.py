"""Fuzz: feed targets with mutated files, and keep those with which something is wrong.

    python tests/fuzz/run.py --inputs 100000                    all targets, each its share
    python tests/fuzz/run.py --target load_font --seed 2        another run of one target
    python tests/fuzz/run.py --target load_font --only 4711     one input again

An input is well if the target succeeds or raises an `AsciiArtError` of one line, in under 10
seconds and 1 GB, with nothing on standard error and no warning but an `ImageWarning`. Linux only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

TARGETS = ("load_image", "open_frames", "load_font", "read_art", "load_model", "configuration")
HERE = Path(__file__).parent
FOUND = HERE / "found"
_SHARE = 1000
"""Inputs that one process tries; a fresh one follows, so that nothing adds up."""


class Finding(NamedTuple):
    """An input with which something is wrong."""

    target: str
    number: int
    origin: str
    fault: str
    kept: Path

    def __str__(self) -> str:
        return f"{self.target} {self.number} ({self.origin}): {self.fault}; {self.kept}"


def fuzz(target: str, seed: int, first: int, last: int, found: Path) -> Iterator[Finding]:
    """Yield what is wrong with the inputs ``first`` to ``last`` of a target."""
    while first < last:
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            number = first - 1
            end = min(last, first + _SHARE)
            for finding in _watch(target, seed, first, end, Path(folder)):
                kept = _keep(finding.kept, found, target)
                number = finding.number
                yield finding._replace(kept=kept)
                if finding.fault.startswith("the process ended"):
                    end = number + 1
            first = end


def _watch(target: str, seed: int, first: int, last: int, folder: Path) -> Iterator[Finding]:
    """Yield findings of one process, the last of which may have ended it."""
    numbers = [str(number) for number in (seed, first, last)]
    command = [sys.executable, str(HERE / "worker.py"), target, *numbers, str(folder)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "XDG_CACHE_HOME": str(folder / "cache")}
    current = {"number": first, "origin": "", "path": ""}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            told = json.loads(line)
            if "fault" in told:
                origin, path = str(current["origin"]), Path(told["path"])
                yield Finding(target, told["number"], origin, told["fault"], path)
            else:
                current = told
        early = process.stderr.read()
    if process.returncode:
        if not current["path"]:
            raise RuntimeError(f"the worker did not start: {early}")
        trace = (folder / "trace.txt").read_text(encoding="utf-8")
        trace += (folder / "stderr.txt").read_text(encoding="utf-8", errors="replace")
        fault = f"the process ended with {process.returncode}: {trace[:2000]}"
        path = Path(str(current["path"]))
        yield Finding(target, int(str(current["number"])), str(current["origin"]), fault, path)


def _keep(path: Path, found: Path, target: str) -> Path:
    data = path.read_bytes()
    kept = found / f"{target}-{hashlib.sha256(data).hexdigest()[:12]}{path.suffix}"
    found.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, kept)
    return kept


def main() -> int:
    """Run what the command line asks for; return 1 if anything is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--target", choices=TARGETS, action="append", help="only this; repeatable")
    parser.add_argument("--inputs", type=int, default=6000, help="of all targets together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="the number of a single input")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--found", type=Path, default=FOUND, help="where bad inputs are kept")
    given = parser.parse_args()
    targets = given.target or TARGETS
    share = -(-given.inputs // len(targets))
    parts = [
        (target, given.seed, first, min(share, first + _SHARE), given.found)
        for first in range(0, share, _SHARE)
        for target in targets
    ]
    if given.only is not None:
        parts = [
            (target, given.seed, given.only, given.only + 1, given.found) for target in targets
        ]
    start, count, seconds = time.monotonic(), 0, dict.fromkeys(targets, 0.0)

    def work(part: tuple[str, int, int, int, Path]) -> list[Finding]:
        begun = time.monotonic()
        findings = list(fuzz(*part))
        seconds[part[0]] += time.monotonic() - begun
        return findings

    with ThreadPoolExecutor(given.jobs) as pool:
        for work_done in as_completed([pool.submit(work, part) for part in parts]):
            for finding in work_done.result():
                count += 1
                print(finding, flush=True)
    inputs = sum(last - first for _, _, first, last, _ in parts)
    for target, spent in seconds.items():
        print(f"{target}: {spent:.0f} s")
    print(f"{inputs} inputs, {count} bad, {time.monotonic() - start:.0f} s")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
