"""Cached files, which only save time: one that is unusable for any reason is silently ignored.

They belong to the user alone (folder 0700, files 0600), and their readers check the content.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from asciiart.errors import OutputError
from asciiart.io.files.atomic_files import write_privately
from asciiart.io.files.limited_reading import read_limited

_MOST = 1 << 28
"""Largest size of a file, in bytes: ten times that of all of JIS in a large font."""


def read_cached(folder: Path | None, name: str) -> bytes | None:
    """Return the content of a cached file; None if it is missing or cannot be trusted."""
    if folder is None or not _is_own(folder):
        return None
    try:
        return read_limited(folder / name, _MOST)
    except OSError:
        return None


def write_cached(folder: Path | None, name: str, data: bytes) -> None:
    """Write a file into the cache, if possible."""
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
    """Tell whether a folder belongs to this user; another's might hold anything."""
    try:
        owner = folder.stat().st_uid
    except OSError:
        return False
    return not hasattr(os, "geteuid") or owner == os.geteuid()
