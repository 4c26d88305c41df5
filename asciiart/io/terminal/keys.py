"""Keys of a POSIX terminal or a Windows console, read as they are pressed and without echo.

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
"""Seconds between two polls of a console's keys, for which no call can wait."""


class Keys(Protocol):
    """A source of keys."""

    def set_quiet(self) -> None:
        """Deliver keys at once and without echo; Ctrl-C and Ctrl-Z keep their meaning."""

    def restore(self) -> None:
        """Undo `set_quiet` and discard keys that nobody has read."""

    def wait(self, seconds: float) -> str:
        """Wait until keys are pressed and return them, or "" after ``seconds``.

        Raises
        ------
        OutputError
            If the terminal is gone.
        """


def open_keys(stack: ExitStack) -> Keys:
    """Return the keys of standard input or, if that is no terminal, of the controlling one.

    ``stack`` closes whatever has been opened.
    """
    with suppress(ImportError):
        import msvcrt  # noqa: PLC0415 - Windows only

        return ConsoleKeys(msvcrt.kbhit, msvcrt.getwch)  # type: ignore[attr-defined,unused-ignore]
    try:
        import termios  # noqa: F401, PLC0415 - POSIX only
        import tty  # noqa: F401, PLC0415
    except ImportError:
        return NoKeys()
    with suppress(OSError, ValueError, AttributeError):  # closed, or there is no terminal
        if sys.stdin is not None and sys.stdin.isatty():
            return TerminalKeys(sys.stdin.fileno())
        descriptor = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
        stack.callback(os.close, descriptor)
        return TerminalKeys(descriptor)
    return NoKeys()


class NoKeys:
    """No keys at all, for a system without a known way to read them."""

    def set_quiet(self) -> None:
        """Do nothing."""

    def restore(self) -> None:
        """Do nothing."""

    def wait(self, seconds: float) -> str:
        """Sleep."""
        time.sleep(seconds)
        return ""


class TerminalKeys:
    """Keys of a POSIX terminal."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._attributes: list[object] | None = None

    def set_quiet(self) -> None:
        """Switch to cbreak mode."""
        import termios  # noqa: PLC0415 - POSIX only
        import tty  # noqa: PLC0415

        with suppress(termios.error):
            self._attributes = list(termios.tcgetattr(self._descriptor))
            tty.setcbreak(self._descriptor, termios.TCSANOW)

    def restore(self) -> None:
        """Switch back to the mode that the terminal was in."""
        if self._attributes is None:
            return
        import termios  # noqa: PLC0415 - POSIX only

        with suppress(termios.error):
            # Unread keys must not reach the shell.
            termios.tcsetattr(self._descriptor, termios.TCSAFLUSH, self._attributes)  # type: ignore[arg-type]

    def wait(self, seconds: float) -> str:
        """Wait for the terminal's descriptor."""
        ready, _, _ = select.select([self._descriptor], [], [], seconds)
        if not ready:
            return ""
        with suppress(OSError):
            if pressed := os.read(self._descriptor, 1024):
                return pressed.decode(errors="replace")
        raise OutputError("the terminal is gone")


class ConsoleKeys:
    """Keys of a Windows console, which come at once and without echo anyway."""

    def __init__(self, is_pressed: Callable[[], bool], read: Callable[[], str]) -> None:
        """Take ``kbhit`` and ``getwch`` of the module ``msvcrt``."""
        self._is_pressed, self._read = is_pressed, read

    def set_quiet(self) -> None:
        """Do nothing."""

    def restore(self) -> None:
        """Discard keys that nobody has read, since they must not reach the shell."""
        while self._is_pressed():
            self._read()

    def wait(self, seconds: float) -> str:
        """Poll the console."""
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
