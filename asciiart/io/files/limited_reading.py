"""Reading files of which nobody knows what they are: none blocks, none fills the memory."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

MAX_TOML_SIZE = 1 << 20
"""Bytes of a TOML file; ours have some thousands."""
_CHUNK = 1 << 20
_MAX_DOTS = 100
"""In a line of TOML: what reads it takes time with the square of a dotted key's length."""


def read_limited(path: Path, most: int) -> bytes:
    """Return the content of an ordinary file of at most ``most`` bytes; the null device is empty.

    Raises
    ------
    OSError
        If it cannot be read, is larger, or is a device, a pipe, a socket or a folder, which may
        have no end or keep its reader waiting; ``strerror`` says so.
    """
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(status.st_mode):
        if _is_null_device(path):
            return b""
        raise OSError(errno.EINVAL, "not an ordinary file", str(path))
    data, size = bytearray(), status.st_size
    with path.open("rb") as file:
        while size <= most and (part := file.read(_CHUNK)):
            data += part
            size = len(data)  # some, such as those of /proc, do not tell before
    if size > most:
        raise OSError(errno.EFBIG, f"larger than {most:,} bytes", str(path))
    return bytes(data)


def _is_null_device(path: Path) -> bool:
    try:
        return path.samefile(os.devnull)
    except OSError:
        return False


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file of at most 1 MiB says.

    Raises
    ------
    OSError
        As `read_limited`.
    ValueError
        If it is no TOML, or nested too deeply to be read.
    """
    import tomllib  # noqa: PLC0415 - most users have no such file

    text = read_limited(path, MAX_TOML_SIZE).decode()
    if any(line.count(".") > _MAX_DOTS for line in text.splitlines()):
        raise ValueError("a line with too many dots")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
