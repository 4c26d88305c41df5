"""What the command line says, one line each, whatever the names in it hold."""

from __future__ import annotations

import re
import sys
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click

from asciiart.errors import (
    AsciiArtError,
    ImageWarning,
)

_MAX_MESSAGE = 1500
"""Characters of a message; the longest of our own, which names font packages, has 1300."""


INPUT = click.Path(allow_dash=True, readable=False)
"""The name of a file, which completion knows by; whoever reads it says what is wrong with it."""


OUTPUT = click.Path(allow_dash=True, writable=False, readable=False)


def echo(*lines: str) -> None:
    """Write lines to standard output, in each of which names may hold anything."""
    from asciiart.io.terminal.terminal import write  # noqa: PLC0415

    write(sys.stdout, "".join(f"{printable(line)}\n" for line in lines))


def printable(text: str) -> str:
    r"""Return a text in which what a terminal might obey, or hide, is written as ``\x1b``."""
    return "".join(
        c if c.isprintable() or unicodedata.category(c) == "Zs" else ascii(c)[1:-1] for c in text
    )


def report(reason: AsciiArtError | str, code: int) -> int:
    """Say why on stderr, in one line whatever the names in it hold, and return ``code``."""
    _say(_with_options(reason))
    return code


def tell_warnings(warned: Iterable[ImageWarning]) -> None:
    """Write warnings to stderr, one line each; equal ones once."""
    for line in dict.fromkeys(map(_with_options, warned)):
        _say(f"warning: {line}")


def _say(text: str) -> None:
    line = printable(_shortened(text).replace("\n", " "))
    with suppress(OSError):  # nobody is left to tell
        click.echo(f"asciiart: {line}", err=True)


def _shortened(text: str) -> str:
    """Return a text without its middle where it is too long for a line: foreign words may be."""
    if len(text) <= _MAX_MESSAGE:
        return text
    kept = _MAX_MESSAGE // 2 - 3
    return f"{text[:kept]} ... {text[-kept:]}"


@contextmanager
def collected_warnings() -> Iterator[list[ImageWarning]]:
    """Collect the warnings about pictures that any thread issues meanwhile, unshown."""
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
    """Return the message with the library's parameters as the options that they are here."""
    text = str(reason)
    for name in getattr(reason, "parameters", ()):
        flag = f"--{name.replace('_', '-')}"
        # No part of a path, such as output.png.
        text = re.sub(rf"(?<![\w./\\-]){name}(?![\w/\\-]|\.\w)", flag, text)
    return text
