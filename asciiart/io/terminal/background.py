"""The terminal's background, dark or light; the terminal is asked if nothing else tells.

The query is xterm's OSC 11 (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html), which most
terminals know. After it comes a request for device attributes (DA1, ECMA-48), which every terminal
answers, so that its answer ends the wait.
"""

from __future__ import annotations

import os
import re
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from asciiart.io.signals import cleanup_on_signals

if TYPE_CHECKING:
    from asciiart.io.terminal.terminal import Terminal
    from asciiart.options import Background

_QUESTION = b"\x1b]11;?\x1b\\\x1b[c"
_COLOR = re.compile(rb"\x1b\]11;rgba?:([\da-f]{1,4})/([\da-f]{1,4})/([\da-f]{1,4})", re.IGNORECASE)
_END = re.compile(rb"\x1b\[\?[\d;]*c")
_WEIGHTS = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in brightness (ITU-R BT.601)."""
_TIMEOUT = 0.5
"""Seconds to wait for an answer, enough for a remote terminal."""
_MUTE = ("dumb", "linux")
"""Values of ``TERM`` for terminals that do not know the query."""


def choose_background(
    asked_for: Background | None, terminal: Terminal, file: str | None
) -> Background:
    """Return the background asked for, else the terminal's if known, else dark.

    Output to a ``file`` does not depend on the terminal.
    """
    if asked_for is not None or file is not None:
        return asked_for or "dark"
    return terminal.background or (terminal.is_terminal and ask_terminal()) or "dark"


def ask_terminal() -> Background | None:
    """Return the controlling terminal's background; None without an answer in half a second."""
    if os.environ.get("TERM", "") in ("", *_MUTE):
        return None
    with suppress(OSError), _cbreak_terminal() as terminal:
        os.write(terminal, _QUESTION)
        return parse_answer(_read_answer(terminal))
    return None


def parse_answer(answer: bytes) -> Background | None:
    """Return the background in an answer such as ``ESC ]11;rgb:ffff/ffff/ffff``, None if none."""
    color = _COLOR.search(answer)
    if color is None:
        return None
    levels = (int(digits, 16) / (16 ** len(digits) - 1) for digits in color.groups())
    brightness = sum(w * level for w, level in zip(_WEIGHTS, levels, strict=True))
    return "light" if brightness > 0.5 else "dark"


def _read_answer(terminal: int) -> bytes:
    answer, end = b"", time.monotonic() + _TIMEOUT
    while not _END.search(answer):
        ready, _, _ = select.select([terminal], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            break
        answer += os.read(terminal, 1024)
    return answer


@contextmanager
def _cbreak_terminal() -> Iterator[int]:
    """Yield the terminal's descriptor in cbreak mode: answers come at once and are not shown.

    Raises
    ------
    OSError
        If there is no terminal, or this command runs in the background.
    """
    try:
        import termios  # noqa: PLC0415 - POSIX only
        import tty  # noqa: PLC0415

        flags = os.O_RDWR | os.O_NOCTTY
    except (ImportError, AttributeError) as error:
        raise OSError from error
    terminal = os.open("/dev/tty", flags)
    try:
        if os.tcgetpgrp(terminal) != os.getpgrp():
            raise OSError
        before = termios.tcgetattr(terminal)
        # A late answer must not reach the shell.
        restore = partial(termios.tcsetattr, terminal, termios.TCSAFLUSH, before)
        with cleanup_on_signals(restore):
            tty.setcbreak(terminal, termios.TCSANOW)
            try:
                yield terminal
            finally:
                restore()
    except termios.error as error:
        raise OSError from error
    finally:
        os.close(terminal)
