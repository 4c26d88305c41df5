"""The process in which inputs are tried; `run` starts another where one of them ends it."""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import shutil
import sys
import time
import warnings
from pathlib import Path
from typing import IO

from mutations import Corpus
from targets import TARGETS

from asciiart.errors import AsciiArtError, ImageWarning

SECONDS = 10
"""That an input may take."""
_GIGABYTE = 1 << 30


def main(target: str, seed: int, first: int, last: int, folder: Path) -> None:
    """Try the inputs ``first`` to ``last``; write what is wrong with each as a line of JSON.

    ``folder`` is this process's own: the input is there when it ends without a word.
    """
    corpus, run = Corpus(target), TARGETS[target]
    traces = (folder / "trace.txt").open("w+", encoding="utf-8")
    findings = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    quiet = (folder / "stderr.txt").open("w+b")
    os.dup2(quiet.fileno(), 2)
    os.dup2(quiet.fileno(), 1)
    _limit_memory()
    for number in range(first, last):
        origin, suffix, data = corpus.input(seed, number)
        path = folder / f"input{suffix}"
        path.write_bytes(data)
        findings.write(json.dumps({"number": number, "origin": origin, "path": str(path)}) + "\n")
        faulthandler.dump_traceback_later(SECONDS, exit=True, file=traces)
        fault = _try(run, path, quiet)
        faulthandler.cancel_dump_traceback_later()
        if fault:
            kept = shutil.copy(path, folder / f"bad-{number}{suffix}")  # before the next is written
            findings.write(json.dumps({"number": number, "fault": fault, "path": str(kept)}) + "\n")
    os._exit(0)


def _try(run: object, path: Path, quiet: IO[bytes]) -> str:
    """Return what is wrong with what becomes of an input; nothing if all is well."""
    before = _reset_peak()
    quiet.truncate(0)
    start = time.monotonic()
    fault = ""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            run(path)  # type: ignore[operator]
        except AsciiArtError as error:
            if not str(error).isprintable():
                fault = f"an error of several lines: {error!r}"
        except BaseException as error:
            fault = f"{type(error).__name__}: {error} at {_where(error)}"
    seconds, used = time.monotonic() - start, _status("VmHWM") - before
    foreign = [w for w in caught if not isinstance(w.message, ImageWarning)]
    if foreign:
        fault = fault or f"a foreign warning: {foreign[0].message!r}"
    if os.fstat(quiet.fileno()).st_size:
        quiet.seek(0)
        fault = fault or f"on standard error: {quiet.read(300)!r}"
    if used > _GIGABYTE:
        fault = fault or f"{used >> 20} MiB of memory"
    return fault or (f"{seconds:.1f} s" if seconds > SECONDS else "")


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"


def _status(name: str) -> int:
    """Return a line of this process's status in bytes."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) << 10
    return 0


def _reset_peak() -> int:
    """Let the greatest memory be counted anew; return what is used now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _status("VmRSS")


def _limit_memory() -> None:
    """Have an allocation fail that would take this process far beyond a gigabyte."""
    most = _status("VmData") + 2 * _GIGABYTE
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]), Path(sys.argv[5]))  # type: ignore[arg-type, call-arg]
