"""Keys of a terminal, as they are pressed and unseen: POSIX's way, a Windows console's, or none.

On a system with neither, a moving picture plays all the same, and Ctrl-C ends it.
"""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Protocol

from asciiart.errors import OutputError

_TICK = 0.01
"""Seconds between two looks at a console's keys, which nothing can wait for."""


class Keys(Protocol):
    """Where keys come from."""

    def set_quiet(self) -> None:
        """Have keys come at once and unseen; Ctrl-C and Ctrl-Z keep their meaning."""

    def restore(self) -> None:
        """Have them as they were; those that nobody has read are forgotten."""

    def wait(self, seconds: float) -> str:
        """Wait so long, or until keys are pressed, and return them.

        Raises
        ------
        OutputError
            If the terminal is gone.
        """


def open_keys(stack: ExitStack) -> Keys:
    """Return the keys of standard input or, if that is no terminal, of the controlling one.

    What was opened is closed with ``stack``.
    """
    with suppress(ImportError):
        import msvcrt  # noqa: PLC0415 - Windows only

        return ConsoleKeys(msvcrt.kbhit, msvcrt.getwch)  # type: ignore[attr-defined,unused-ignore]
    try:
        import termios  # noqa: F401, PLC0415 - POSIX only
        import tty  # noqa: F401, PLC0415
    except ImportError:
        return NoKeys()
    with suppress(OSError, ValueError, AttributeError):  # closed, none, or a system without any
        if sys.stdin is not None and sys.stdin.isatty():
            return TerminalKeys(sys.stdin.fileno())
        descriptor = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
        stack.callback(os.close, descriptor)
        return TerminalKeys(descriptor)
    return NoKeys()


class NoKeys:
    """Keys of a terminal that gives none."""

    def set_quiet(self) -> None:
        """Do nothing."""

    def restore(self) -> None:
        """Do nothing."""

    def wait(self, seconds: float) -> str:
        """Wait."""
        time.sleep(seconds)
        return ""


class TerminalKeys:
    """Keys of a POSIX terminal."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._attributes: list[object] | None = None

    def set_quiet(self) -> None:
        """Leave canonical mode, without echo."""
        import termios  # noqa: PLC0415 - POSIX only
        import tty  # noqa: PLC0415

        with suppress(termios.error):
            self._attributes = list(termios.tcgetattr(self._descriptor))
            tty.setcbreak(self._descriptor, termios.TCSANOW)

    def restore(self) -> None:
        """Go back to the mode that the terminal was in."""
        if self._attributes is None:
            return
        import termios  # noqa: PLC0415 - POSIX only

        with suppress(termios.error):
            # Keys that nobody has read are not for the shell.
            termios.tcsetattr(self._descriptor, termios.TCSAFLUSH, self._attributes)  # type: ignore[arg-type]

    def wait(self, seconds: float) -> str:
        """Wait for the terminal."""
        ready, _, _ = select.select([self._descriptor], [], [], seconds)
        if not ready:
            return ""
        with suppress(OSError):
            if pressed := os.read(self._descriptor, 1024):
                return pressed.decode(errors="replace")
        raise OutputError("the terminal is gone")


class ConsoleKeys:
    """Keys of a Windows console, which come at once and unseen by themselves."""

    def __init__(self, is_pressed: Callable[[], bool], read: Callable[[], str]) -> None:
        """Take ``kbhit`` and ``getwch`` of the module ``msvcrt``."""
        self._is_pressed, self._read = is_pressed, read

    def set_quiet(self) -> None:
        """Do nothing."""

    def restore(self) -> None:
        """Take the keys that nobody has read: they are not for the shell."""
        while self._is_pressed():
            self._read()

    def wait(self, seconds: float) -> str:
        """Look again and again."""
        ends = time.monotonic() + seconds
        while not self._is_pressed():
            left = ends - time.monotonic()
            if left <= 0:
                return ""
            time.sleep(min(_TICK, left))
        pressed = ""
        while self._is_pressed():
            pressed += self._read()
        if "\x03" in pressed:  # getwch gives Ctrl-C as a key
            raise KeyboardInterrupt
        return pressed
