"""Stage 1, sources: path | - | address | bytes | file | PIL image | array -> open file or array."""

from __future__ import annotations

import os
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, TypeGuard

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from asciiart.errors import ImageError
from asciiart.io.addresses import FetchLimits, is_address
from asciiart.io.pictures.pillow_files import reason_of

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class ArrayLike(Protocol):
    """An object that NumPy can turn into an array, such as a tensor of PyTorch."""

    def __array__(self) -> NDArray[Any]:
        """Return the array."""
        ...


FileSource = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
"""A picture's file or its content. The string ``"-"`` is standard input, and a string that begins
with ``http://`` or ``https://`` is an address on the web."""
Source = FileSource | Image.Image | ArrayLike
"""Anything that can be read as a picture."""

_SOURCES = (
    "a path, an http or https address, bytes, a binary file, a PIL image or an array (H, W[, 3|4])"
)


def is_file_source(source: object) -> TypeGuard[FileSource]:
    """Tell whether a source is a file or the content of one."""
    kinds = (str, os.PathLike, bytes, bytearray, memoryview)
    return isinstance(source, kinds) or hasattr(source, "read")


def name_source(source: object) -> str:
    """Return the name of ``source`` in messages, without line breaks and control characters.

    Raises
    ------
    TypeError
        If it is not of a kind that can hold a picture.
    """
    if isinstance(source, str | os.PathLike):
        name = "standard input" if isinstance(source, str) and source == "-" else _path(source)
    elif isinstance(source, bytes | bytearray | memoryview):
        name = "bytes"
    elif isinstance(source, Image.Image):
        name = str(getattr(source, "filename", "") or "picture")
    elif hasattr(source, "read"):
        name = str(getattr(source, "name", "file object"))
    elif hasattr(source, "__array__") and not isinstance(source, type):
        name = "array"
    else:
        raise TypeError(f"a picture must be {_SOURCES}, not {type(source).__name__}")
    return name if name and name.isprintable() else ascii(name)


def _path(source: str | os.PathLike[str]) -> str:
    return os.fsdecode(source)


def open_source(source: FileSource, name: str) -> BinaryIO:
    """Return a new file object, seekable and at its start, with the content of a source.

    Raises
    ------
    ImageError
        If the source cannot be read.
    TypeError
        If it is a file opened as text.
    """
    if isinstance(source, str) and is_address(source):
        from asciiart.io.download import fetch  # noqa: PLC0415 - slow to load

        return BytesIO(fetch(source, FetchLimits()))
    try:
        if isinstance(source, str | os.PathLike):
            standard = isinstance(source, str) and source == "-"
            return BytesIO(sys.stdin.buffer.read()) if standard else _open_path(Path(_path(source)))
        if isinstance(source, bytes | bytearray | memoryview):
            return BytesIO(source)
        if source.seekable():
            source.seek(0)
        data: ReadableBuffer | str = source.read()
    except (OSError, ValueError, AttributeError, TypeError, BufferError) as error:
        raise ImageError(f"{name}: cannot be read ({reason_of(error)})") from error
    if isinstance(data, str):
        raise TypeError(f"{name}: a picture's file must be opened in binary mode, not as text")
    return BytesIO(data)


def rereadable(source: Source) -> Source:
    """Return a source that can be read repeatedly: a stream's content, held in memory.

    Raises
    ------
    ImageError
        If a stream cannot be read.
    """
    if not is_file_source(source) or not _is_read_once(source):
        return source
    name = name_source(source)
    with open_source(source, name) as opened:
        file = BytesIO(opened.read())
    file.name = name
    return file


def _is_read_once(source: FileSource) -> bool:
    """Tell whether a source could not be read again, or only by fetching it again."""
    if isinstance(source, bytes | bytearray | memoryview):
        return False
    if not isinstance(source, str | os.PathLike):
        return True
    if isinstance(source, str) and (source == "-" or is_address(source)):
        return True
    try:
        return Path(_path(source)).is_fifo()
    except OSError:  # whoever opens it says why it cannot be read
        return False


def _open_path(path: Path) -> BinaryIO:
    file = path.open("rb")
    if file.seekable():
        return file
    with file:  # a pipe
        return BytesIO(file.read())


def as_array(source: object, name: str) -> NDArray[Any]:
    """Return the array that NumPy makes of a source.

    Raises
    ------
    ImageError
        If NumPy cannot convert it.
    """
    try:
        return np.asarray(source)
    except (RuntimeError, TypeError, ValueError) as error:  # such as a tensor on another device
        raise ImageError(f"{name}: cannot be read ({reason_of(error)})") from error
