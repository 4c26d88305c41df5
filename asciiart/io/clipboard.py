"""The clipboard, read and written by the small programs that desktops provide for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from io import BytesIO
from typing import IO, NamedTuple

from asciiart.errors import AsciiArtError, ImageError, OutputError

_SECONDS = 10
"""Timeout in seconds; the program that owns the clipboard may hang."""
_MAX_SAID = 300
"""Largest part of such a program's own words that a message quotes, in bytes."""
_PNG = b"\x89PNG\r\n\x1a\n"
"""Signature at the start of a PNG file."""


class _Tool(NamedTuple):
    """A program that reads or writes a clipboard."""

    command: tuple[str, ...]
    """The program and its arguments."""
    variable: str
    """An environment variable that must be set for it to work; "" if there is none."""


_WRITERS = (
    _Tool(("wl-copy", "--type", "text/plain;charset=utf-8"), "WAYLAND_DISPLAY"),
    _Tool(("xclip", "-selection", "clipboard", "-in"), "DISPLAY"),
    _Tool(("pbcopy",), ""),
    _Tool(("clip.exe",), ""),
)
_READERS = (
    _Tool(("wl-paste", "--type", "image/png"), "WAYLAND_DISPLAY"),
    _Tool(("xclip", "-selection", "clipboard", "-target", "image/png", "-out"), "DISPLAY"),
)
"""Programs that paste a picture; macOS and Windows, whose own paste text only, use Pillow."""


def copy_text(text: str, environ: Mapping[str, str] = os.environ) -> None:
    """Put a text on the clipboard.

    Raises
    ------
    OutputError
        If there is no clipboard, or it does not accept the text.
    """
    command = _find(_WRITERS, environ)
    if command is None:
        raise OutputError("clipboard: there is none (wl-copy, xclip, pbcopy or clip.exe is needed)")
    encoding = "utf-16" if command[0] == "clip.exe" else "utf-8"
    _run(command, text.encode(encoding), OutputError)


def paste_picture(environ: Mapping[str, str] = os.environ) -> bytes:
    """Return the picture on the clipboard, as the content of a PNG file.

    Raises
    ------
    ImageError
        If there is no clipboard, or no picture on it.
    """
    if sys.platform in ("darwin", "win32"):
        return _paste_by_pillow()
    command = _find(_READERS, environ)
    if command is None:
        raise ImageError("clipboard: there is none (wl-paste or xclip is needed, and a display)")
    data = _run(command, b"", ImageError)
    if not data.startswith(_PNG):  # where text was put, xclip gives that whatever it is asked for
        raise ImageError(f"clipboard: there is no picture on it{', but text' if data else ''}")
    return data


def _find(tools: tuple[_Tool, ...], environ: Mapping[str, str]) -> tuple[str, ...] | None:
    for command, variable in tools:
        if (not variable or environ.get(variable)) and shutil.which(
            command[0], path=environ.get("PATH")
        ):
            return command
    return None


def _run(command: tuple[str, ...], data: bytes, kind: type[AsciiArtError]) -> bytes:
    """Run a clipboard program and return its output.

    The output goes to files, not pipes: to keep what was copied, wl-copy and xclip stay in the
    background with their output open, so the end of a pipe would never come.
    """
    try:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            code = _call(command, data, out, err, kind)
            out.seek(0)
            err.seek(0)
            if not code:
                return out.read()
            said = " ".join(err.read(_MAX_SAID).decode(errors="replace").split())
            raise kind(f"clipboard: {command[0]}: {said or f'exit code {code}'}")
    except OSError as error:
        raise kind(f"clipboard: temporary files fail ({error.strerror or error})") from error


def _call(
    command: tuple[str, ...],
    data: bytes,
    out: IO[bytes],
    err: IO[bytes],
    kind: type[AsciiArtError],
) -> int:
    """Run a program with these standard streams, and return its exit code."""
    try:
        return subprocess.run(
            command, input=data, stdout=out, stderr=err, timeout=_SECONDS, check=False
        ).returncode
    except subprocess.TimeoutExpired as error:
        raise kind(f"clipboard: {command[0]} took longer than {_SECONDS} s") from error
    except OSError as error:
        raise kind(f"clipboard: {command[0]} cannot be run ({error.strerror})") from error


def _paste_by_pillow() -> bytes:
    from PIL import Image, ImageGrab  # noqa: PLC0415 - it loads on use

    try:
        found = ImageGrab.grabclipboard()
    except Exception as error:
        raise ImageError(f"clipboard: cannot be read ({error})") from error
    if not isinstance(found, Image.Image):
        raise ImageError("clipboard: there is no picture on it")
    file = BytesIO()
    found.save(file, "PNG")
    return file.getvalue()
