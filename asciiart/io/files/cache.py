"""Files that only save time: whatever is wrong with one, it is done without and without a word.

They are the user's own (folder 0700, files 0600), and whoever reads one checks what it holds.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from asciiart.errors import OutputError
from asciiart.io.files.atomic_files import write_privately
from asciiart.io.files.limited_reading import read_limited

_MOST = 1 << 28
"""Bytes of a file: those of all of JIS in a large font are a tenth of that."""


def read_cached(folder: Path | None, name: str) -> bytes | None:
    """Return what a file of the cache holds; None if there is none, or it is not to be trusted."""
    if folder is None or not _is_own(folder):
        return None
    try:
        return read_limited(folder / name, _MOST)
    except OSError:
        return None


def keep_cached(folder: Path | None, name: str, data: bytes) -> None:
    """Keep data in a file of the cache, if that can be done."""
    if folder is None:
        return
    with suppress(OSError, OutputError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_own(folder):
            return
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
        write_privately(folder / name, data)


def _is_own(folder: Path) -> bool:
    """Tell whether a folder is this user's; others could put anything into theirs."""
    try:
        owner = folder.stat().st_uid
    except OSError:
        return False
    return not hasattr(os, "geteuid") or owner == os.geteuid()
