"""How signals end a command: at once, or as soon as what it has begun is put in order.

Python runs its own signal handlers only between instructions, so a long call into C would keep a
signal waiting. SIGTERM and SIGHUP therefore keep the system's default action, which ends even such
a call, except while there is something to put in order: a file half written, a terminal taken
over, processes at work. In such a section, and for Ctrl-C everywhere, the main thread is
interrupted by an exception; if it has not left soon after, a second thread undoes what was begun
and ends the process. Only a C function that keeps Python's lock can hold that thread up, too.

Nothing here changes the signals of a program that merely imports asciiart.
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
"""Seconds that the main thread has to put things in order."""


class _Process:
    """What this process has to put in order before it may end."""

    def __init__(self) -> None:
        self.handles_signals = False
        self.grace = _GRACE
        self.undoings: dict[object, Callable[[], object]] = {}


_PROCESS = _Process()


def end_on_signals() -> None:
    """Have signals end this process, which is a command of ours; for its main thread.

    Ctrl-C raises KeyboardInterrupt, and a thread watches that the process then ends.
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
    """Have `in_order` mean something in a process that keeps its own way with interrupts."""
    _PROCESS.handles_signals = True


@contextmanager
def in_order(
    undo: Callable[[], object] | None = None, *, grace: float | None = None
) -> Iterator[None]:
    """Within it, a signal that ends the process lets the main thread unwind first.

    ``undo`` does in any thread and in no time what the unwinding would; it is called where that
    takes longer than ``grace`` seconds.
    """
    key = object()
    if undo is not None:
        _PROCESS.undoings[key] = undo
    try:
        with ExitStack() as stack:
            if _PROCESS.handles_signals and _in_main_thread():
                _catch(stack)
            if grace is not None:
                stack.callback(setattr, _PROCESS, "grace", _PROCESS.grace)
                _PROCESS.grace = grace
            yield
    finally:
        _PROCESS.undoings.pop(key, None)


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
    """Leave as after an error; once is enough, so the others are ignored from now on.

    Raises
    ------
    KeyboardInterrupt
        For SIGINT.
    SystemExit
        For the others, with the shell's code: 128 and the signal.
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
                undo_all()
                os._exit(128 + number)


def undo_all() -> None:
    """Undo what was begun and is not in order, before the process ends without unwinding."""
    for undo in reversed(list(_PROCESS.undoings.values())):
        with suppress(Exception):
            undo()
