"""Stage 8: the terminal's size and abilities, and writing text art to it."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from asciiart.errors import OutputError
from asciiart.io.terminal.color_mode import ColorMode, detect_color
from asciiart.io.terminal.windows_console import enable_escape_codes

if TYPE_CHECKING:
    from asciiart.options import Background

_DEFAULT_SIZE = os.terminal_size((80, 24))
"""Columns and rows if nothing tells the size."""
_DARK_COLORS = ("0", "1", "2", "3", "4", "5", "6", "8")
"""The terminal colors, of 16, that Vim considers dark."""
_LIGHT_COLORS = ("7", "9", "10", "11", "12", "13", "14", "15")
"""The terminal colors, of 16, that Vim considers light."""
_CLOSED = "standard output is closed"


@dataclass(frozen=True)
class Terminal:
    """The size and abilities of the terminal, file or pipe that text is written to."""

    columns: int
    """Characters per line; 80 for a file or pipe."""
    rows: int
    """Number of lines; 24 for a file or pipe."""
    is_terminal: bool
    """False for files and pipes."""
    color: ColorMode
    """How many colors it can show."""
    background: Background | None
    """Its background, if ``COLORFGBG`` tells it."""
    encoding: str
    """Encoding of its text."""

    @classmethod
    def detect(cls, environ: Mapping[str, str], stream: TextIO | None) -> Terminal:
        """Return the terminal that ``environ`` and ``stream`` (None if it is closed) describe.

        ``COLUMNS`` and ``LINES`` take precedence over the terminal's own size.
        """
        is_terminal = stream is not None and stream.isatty()
        colors = is_terminal and stream is not None and enable_escape_codes(stream)
        size = _size(stream) if stream is not None and is_terminal else _DEFAULT_SIZE
        return cls(
            columns=_number(environ.get("COLUMNS")) or size.columns,
            rows=_number(environ.get("LINES")) or size.lines,
            is_terminal=is_terminal,
            color=detect_color(environ, colors),
            background=_background(environ.get("COLORFGBG", "")),
            encoding=getattr(stream, "encoding", None) or "utf-8",
        )


def _size(stream: TextIO) -> os.terminal_size:
    try:
        size = os.get_terminal_size(stream.fileno())
    except (OSError, AttributeError):  # no real terminal, or a system that does not tell its size
        return _DEFAULT_SIZE
    return size if size.columns and size.lines else _DEFAULT_SIZE


def _number(value: str | None) -> int:
    return int(value) if value and value.isdecimal() else 0


def _background(colorfgbg: str) -> Background | None:
    """Return the background in ``COLORFGBG``, such as ``15;0``: the last number is its color."""
    last = colorfgbg.rpartition(";")[2]
    if last in _DARK_COLORS:
        return "dark"
    return "light" if last in _LIGHT_COLORS else None


def write(stream: TextIO | None, text: str) -> bool:
    """Write ``text`` and flush; return False if the reader is gone (as after ``| head``).

    Raises
    ------
    OutputError
        If the stream is closed or full, or its encoding lacks a character; in the last case
        nothing is written.
    """
    if stream is None:
        raise OutputError(_CLOSED)
    _check_encodable(stream, text)
    return _send(stream, lambda: stream.write(text))


def write_bytes(stream: TextIO | None, data: bytes) -> bool:
    """Write ``data`` to a file or pipe and flush; return False if the reader is gone.

    Raises
    ------
    OutputError
        If the stream is closed, full or a terminal.
    """
    if stream is None:
        raise OutputError(_CLOSED)
    if stream.isatty():
        raise OutputError(f"{_name(stream)}: a terminal cannot show it; write to a file with -o")
    return _send(stream, lambda: stream.buffer.write(data))


def _name(stream: TextIO) -> str:
    known = {"<stdout>": "standard output", "<stderr>": "standard error"}
    return known.get(str(getattr(stream, "name", "")), "output")


def _send(stream: TextIO, send: Callable[[], object]) -> bool:
    try:
        send()
        stream.flush()
    except BrokenPipeError:
        _redirect_to_null(stream)
        return False
    except OSError as error:
        _redirect_to_null(stream)
        reason = error.strerror or error
        raise OutputError(f"{_name(stream)}: cannot be written ({reason})") from error
    return True


def _check_encodable(stream: TextIO, text: str) -> None:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding, getattr(stream, "errors", None) or "strict")
    except UnicodeEncodeError as error:
        character = text[error.start]
        raise OutputError(
            f"{_name(stream)}: its encoding, {encoding}, has no U+{ord(character):04X} "
            f"({unicodedata.name(character, 'no name').lower()}); "
            "set PYTHONIOENCODING=utf-8, or write to a file with -o"
        ) from error


def _redirect_to_null(stream: TextIO) -> None:
    """Redirect the stream to nowhere, so that Python's flush at exit does not fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
