"""How signals end a command: at once or, where something must be cleaned up, right after that.

Python runs its own signal handlers only between instructions, so a long call into C would keep a
signal waiting. SIGTERM and SIGHUP therefore keep the system's default action, which ends even such
a call, except while there is something to clean up: a file half written, a terminal taken over,
worker processes. In such a section, and for Ctrl-C everywhere, an exception interrupts the main
thread; if the process is still there soon after, a second thread cleans up and ends it. Only a C
function that holds Python's global lock can delay that thread, too.

Nothing here changes the signal handlers of a program that merely imports asciiart.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType
from typing import NoReturn

ENDING = ("SIGINT", "SIGTERM", "SIGHUP")
"""Signals that end a program, where the system has them."""
_GRACE = 1.5
"""Seconds that the main thread has to clean up."""


class _Process:
    """How this process ends, and what it must clean up before."""

    def __init__(self) -> None:
        self.handles_signals = False
        self.grace = _GRACE
        self.cleanups: dict[object, Callable[[], object]] = {}


_PROCESS = _Process()


def end_on_signals() -> None:
    """Install the signal handling of a command; only its main thread may call this.

    Ctrl-C raises KeyboardInterrupt, and a thread makes sure that the process then ends.
    """
    _PROCESS.handles_signals = True
    # On Windows a wake-up needs a socket, and what ends a process from outside ends it at once.
    if sys.platform != "win32" and hasattr(signal, "pthread_sigmask"):
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        threading.Thread(target=_watch, args=(reader,), daemon=True).start()
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, leave)


def handle_termination() -> None:
    """Let `cleanup_on_signals` catch signals in a process that handles Ctrl-C in its own way."""
    _PROCESS.handles_signals = True


@contextmanager
def cleanup_on_signals(
    cleanup: Callable[[], object] | None = None, *, grace: float | None = None
) -> Iterator[None]:
    """Return a context in which signals that end the process let the main thread unwind first.

    ``cleanup`` does what the unwinding would, quickly and from any thread; it is called if the
    unwinding takes longer than ``grace`` seconds.
    """
    key = object()
    if cleanup is not None:
        _PROCESS.cleanups[key] = cleanup
    try:
        with ExitStack() as stack:
            if _PROCESS.handles_signals and _in_main_thread():
                _catch(stack)
            if grace is not None:
                stack.callback(setattr, _PROCESS, "grace", _PROCESS.grace)
                _PROCESS.grace = grace
            yield
    finally:
        _PROCESS.cleanups.pop(key, None)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _catch(stack: ExitStack) -> None:
    for name in ENDING:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, leave)
            stack.callback(_release, number)


def _release(number: signal.Signals) -> None:
    if signal.getsignal(number) is leave:  # not if the process is leaving
        signal.signal(number, signal.SIG_DFL)


def leave(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - a handler
    """Leave as after an error, and ignore all further signals that end a program.

    Raises
    ------
    KeyboardInterrupt
        For SIGINT.
    SystemExit
        For the others, with the shell's exit code: 128 plus the signal's number.
    """
    for name in ENDING:
        if (each := getattr(signal, name, None)) is not None:
            signal.signal(each, signal.SIG_IGN)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)


def _watch(reader: int) -> None:
    """End the process soon after a signal that `leave` handles, whatever the main thread does."""
    ending = {getattr(signal, name) for name in ENDING if hasattr(signal, name)}
    # The main thread may hold signals back, which then must not reach it by this one.
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    while woken := os.read(reader, 64):
        for number in woken:
            # Others, such as a recording that is ended by Ctrl-C, have their own handlers.
            if number in ending and signal.getsignal(number) in (leave, signal.SIG_IGN):
                time.sleep(_PROCESS.grace)
                run_cleanups()
                os._exit(128 + number)


def run_cleanups() -> None:
    """Run all pending cleanups, for a process that ends without unwinding."""
    for cleanup in reversed(list(_PROCESS.cleanups.values())):
        with suppress(Exception):
            cleanup()
