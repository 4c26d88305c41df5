"""Reading files that may be anything: none can block the reader or fill the memory."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

MAX_TOML_SIZE = 1 << 20
"""Largest size of a TOML file, in bytes; this program's have some thousands."""
_CHUNK = 1 << 20
_MAX_DOTS = 100
"""Most dots in a line of TOML: parsing takes time quadratic in the length of a dotted key."""


def read_limited(path: Path, most: int) -> bytes:
    """Return the content of an ordinary file of at most ``most`` bytes; the null device is empty.

    Raises
    ------
    OSError
        If it cannot be read, is larger, or is a device, a pipe, a socket or a folder, which might
        never end or keep its reader waiting; ``strerror`` gives the reason.
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
            size = len(data)  # some files, such as those in /proc, state no size
    if size > most:
        raise OSError(errno.EFBIG, f"larger than {most:,} bytes", str(path))
    return bytes(data)


def _is_null_device(path: Path) -> bool:
    try:
        return path.samefile(os.devnull)
    except OSError:
        return False


def read_toml(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file of at most 1 MiB.

    Raises
    ------
    OSError
        If it cannot be read; see `read_limited`.
    ValueError
        If it is not TOML, or nested too deeply.
    """
    import tomllib  # noqa: PLC0415 - most commands read no such file

    text = read_limited(path, MAX_TOML_SIZE).decode()
    if any(line.count(".") > _MAX_DOTS for line in text.splitlines()):
        raise ValueError("a line with too many dots")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
