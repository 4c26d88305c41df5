"""A terminal that is taken over and, whatever happens, restored.

Private modes are xterm's (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html) and synchronized
output (https://github.com/contour-terminal/vt-extensions), which other terminals ignore.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import ExitStack, suppress
from types import FrameType, TracebackType
from typing import TextIO

from asciiart.errors import OutputError
from asciiart.io.signals import ENDING, cleanup_on_signals, leave
from asciiart.io.terminal.keys import Keys, NoKeys, open_keys
from asciiart.io.terminal.windows_console import enable_escape_codes

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"
"""Alternate screen, no cursor, no wrapping, clear."""
_LEAVE = "\x1b[?2026l\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"
_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"
"""Codes around a frame, which is then shown all at once."""
_TELLS_SIZE = hasattr(signal, "SIGWINCH")
"""Whether a signal reports a new size of the terminal; otherwise it is polled."""
_SLICE = 0.05
"""Longest wait in seconds, after which a new size of the terminal is noticed."""


class FullScreen:
    """A context that owns the whole terminal.

    The terminal is restored when the context ends, also by an exception, Ctrl-C, SIGTERM or SIGHUP
    (the last two become a `SystemExit` with 128 plus the signal's number), and while the process
    is stopped by Ctrl-Z.
    """

    def __init__(self, stream: TextIO) -> None:
        """Prepare to take over the terminal that ``stream`` writes to.

        Keys are read from standard input or, if that is redirected, from the controlling terminal.

        Raises
        ------
        OutputError
            If it is a console too old for escape codes.
        """
        if not enable_escape_codes(stream):
            reason = "this console is too old to play in; output saves to a file"
            raise OutputError(reason, "output")
        self._stream, self._out = stream, stream.fileno()
        self._encoding = stream.encoding
        self._keys: Keys = NoKeys()
        self._size = self.size
        self._caught: list[signal.Signals] = []
        self._stack = ExitStack()
        self._resized = False

    def __enter__(self) -> FullScreen:
        """Take over the terminal."""
        with ExitStack() as stack:
            stack.enter_context(cleanup_on_signals(self._leave))
            self._catch_signals(stack)
            self._keys = open_keys(stack)
            stack.callback(self._leave)
            stack.callback(self._ignore_signals)  # runs first, so that nothing interrupts the rest
            self._enter()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Restore the terminal."""
        self._stack.close()

    # --- output -------------------------------------------------------------------------------

    def show(self, codes: str) -> int:
        """Send the codes of one frame, to be shown all at once; return the number of bytes.

        Raises
        ------
        OutputError
            If the terminal is gone, or its encoding lacks a character.
        """
        return self._send(f"{_BEGIN}{codes}{_END}") if codes else 0

    def _send(self, codes: str) -> int:
        try:
            data = codes.encode(self._encoding)
            if sys.platform == "win32":  # where a console takes other bytes than its stream
                self._stream.buffer.write(data)
                self._stream.buffer.flush()
                return len(data)
            left = memoryview(data)
            while left:
                left = left[os.write(self._out, left) :]
        except UnicodeEncodeError as error:
            lacking = error.object[error.start]
            raise OutputError(
                f"the terminal's encoding, {self._encoding}, has no U+{ord(lacking):04X}"
            ) from error
        except OSError as error:
            raise OutputError(f"the terminal is gone ({error.strerror})") from error
        return len(data)

    def _enter(self) -> None:
        self._keys.set_quiet()
        self._send(_ENTER)
        self._resized = True

    def _leave(self) -> None:
        with suppress(OutputError):  # the terminal is gone, so there is nothing to restore
            self._send(_LEAVE)
        self._keys.restore()

    @property
    def size(self) -> os.terminal_size:
        """Columns and rows, at least 1 each; 80 and 24 if the terminal does not tell."""
        try:
            size = os.get_terminal_size(self._out)
        except (OSError, AttributeError):  # which some systems lack
            return os.terminal_size((80, 24))
        if not size.columns or not size.lines:
            return os.terminal_size((80, 24))
        return size

    def take_resize(self) -> bool:
        """Tell whether the size, or all that is shown, may have changed since the last call."""
        if not self._resized:  # a signal that comes between these lines must not be lost
            return False
        self._resized = False
        return True

    # --- keys -------------------------------------------------------------------------------------

    def wait(self, seconds: float) -> str:
        """Wait until keys are pressed and return them, or "" after ``seconds`` or a shorter time.

        Raises
        ------
        OutputError
            If the terminal is gone.
        """
        pressed = self._keys.wait(max(0.0, min(seconds, _SLICE)))
        if not _TELLS_SIZE and self.size != self._size:
            self._resized, self._size = True, self.size
        return pressed

    # --- signals ----------------------------------------------------------------------------------

    def _catch_signals(self, stack: ExitStack) -> None:
        if threading.current_thread() is not threading.main_thread():
            return  # only the main thread may set handlers
        handlers = dict.fromkeys(ENDING, leave) | {
            "SIGWINCH": self._notice,
            "SIGTSTP": self._suspend,
        }
        for name, handler in handlers.items():
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                stack.callback(signal.signal, number, signal.signal(number, handler))
                self._caught.append(number)

    def _ignore_signals(self) -> None:
        for number in self._caught:
            signal.signal(number, signal.SIG_IGN)

    def _notice(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - a handler
        self._resized = True

    def _suspend(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self._leave()
        os.kill(os.getpid(), signal.SIGSTOP)  # returns when the shell continues the process
        self._enter()
