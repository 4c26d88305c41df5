"""Files of a trained model: read within a limit, and compared with the digest on their card."""

from __future__ import annotations

import hashlib
from pathlib import Path

from asciiart.errors import ModelError
from asciiart.io.files.limited_reading import read_limited

MAX_MODEL_FILE_SIZE = 1 << 26
"""Largest size of a model's file, in bytes; the bundled networks take 20 to 160 kB."""


def read_model_file(path: Path) -> bytes:
    """Return the content of a model's file.

    Raises
    ------
    ModelError
        If it cannot be read or is larger than 64 MiB.
    """
    try:
        return read_limited(path, MAX_MODEL_FILE_SIZE)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error


def read_checked(path: Path, digest: object) -> bytes:
    """Return the content of a model's file whose SHA-256, in hexadecimal, is ``digest``.

    Raises
    ------
    ModelError
        If it cannot be read, is larger than 64 MiB, or has another digest.
    """
    data = read_model_file(path)
    if hashlib.sha256(data).hexdigest() != digest:
        raise ModelError(f"{path}: damaged (its SHA-256 is not the one on the card)")
    return data
