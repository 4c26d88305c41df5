"""Messages to the user: one line each, whatever characters the names in them contain."""

from __future__ import annotations

import re
import sys
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click

from asciiart.errors import AsciiArtError, ImageWarning

_MAX_MESSAGE = 1500
"""Most characters of a message; the longest of our own, which names font packages, has 1300."""

INPUT = click.Path(allow_dash=True, readable=False)
"""An input file, which shells complete; it is checked by the code that reads it."""

OUTPUT = click.Path(allow_dash=True, writable=False, readable=False)
"""An output file, which shells complete; it is checked by the code that writes it."""


def echo(*lines: str) -> None:
    """Write lines to standard output; control characters in them are escaped."""
    from asciiart.io.terminal.terminal import write  # noqa: PLC0415

    write(sys.stdout, "".join(f"{printable(line)}\n" for line in lines))


def printable(text: str) -> str:
    r"""Return the text with every character that a terminal would obey or hide as ``\x1b``."""
    return "".join(
        c if c.isprintable() or unicodedata.category(c) == "Zs" else ascii(c)[1:-1] for c in text
    )


def report(reason: AsciiArtError | str, code: int) -> int:
    """Write an error to stderr as one line, and return ``code``."""
    _write_line(_with_options(reason))
    return code


def report_warnings(warned: Iterable[ImageWarning]) -> None:
    """Write warnings to stderr, one line each and each line once."""
    for line in dict.fromkeys(map(_with_options, warned)):
        _write_line(f"warning: {line}")


def _write_line(text: str) -> None:
    line = printable(_shortened(text).replace("\n", " "))
    with suppress(OSError):  # stderr is closed
        click.echo(f"asciiart: {line}", err=True)


def _shortened(text: str) -> str:
    """Return the text, with its middle left out if it is too long for one line."""
    if len(text) <= _MAX_MESSAGE:
        return text
    kept = _MAX_MESSAGE // 2 - 3
    return f"{text[:kept]} ... {text[-kept:]}"


@contextmanager
def collected_warnings() -> Iterator[list[ImageWarning]]:
    """Collect, and do not show, the warnings about pictures that any thread issues meanwhile."""
    collected: list[ImageWarning] = []
    show = warnings.showwarning

    def keep(message: Warning | str, *rest: Any) -> None:
        if isinstance(message, ImageWarning):
            collected.append(message)
        else:
            show(message, *rest)

    with warnings.catch_warnings():
        warnings.simplefilter("always", ImageWarning)
        warnings.showwarning = keep  # type: ignore[assignment] # called by position
        yield collected


def _with_options(reason: AsciiArtError | ImageWarning | str) -> str:
    """Return the message with the names of parameters replaced by those of options."""
    text = str(reason)
    for name in getattr(reason, "parameters", ()):
        flag = f"--{name.replace('_', '-')}"
        # A name inside a path, such as output.png, is left alone.
        text = re.sub(rf"(?<![\w./\\-]){name}(?![\w/\\-]|\.\w)", flag, text)
    return text
