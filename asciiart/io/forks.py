"""What a forked process must not take over from its parent, and how a fork waits for threads.

A fork copies the locks and the records of all threads, but no thread apart from the one that
forks: whoever then waits for another's answer waits forever. Systems that cannot fork do nothing
of this.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def in_forked_process(renew: Callable[[], object]) -> None:
    """Have every process that is forked from this one call ``renew`` before it does anything."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=renew)


class Turns:
    """A lock that is open in a forked process, whoever held it in the parent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        in_forked_process(self._renew)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold the lock."""
        with self._lock:
            yield

    def _renew(self) -> None:
        self._lock = threading.Lock()


class _Gate:
    """Lets forks pass while no other thread is inside."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._depths: dict[int, int] = {}
        """How often each thread that is inside has entered."""
        self._forks = 0
        """How many threads wait to fork; nobody enters meanwhile, or they might never."""

    def enter(self, times: int = 1) -> None:
        own = threading.get_ident()
        with self._changed:
            if own not in self._depths:
                self._changed.wait_for(lambda: not self._forks)
            self._depths[own] = self._depths.get(own, 0) + times

    def leave(self, times: int = 1) -> None:
        own = threading.get_ident()
        with self._changed:
            self._depths[own] -= times
            if not self._depths[own]:
                del self._depths[own]
            self._changed.notify_all()

    def depth(self) -> int:
        """Return how often this thread has entered."""
        return self._depths.get(threading.get_ident(), 0)

    def before_fork(self) -> None:
        own = threading.get_ident()
        self._changed.acquire()
        self._forks += 1
        self._changed.wait_for(lambda: self._depths.keys() <= {own})

    def after_fork(self) -> None:
        """Go on in the parent."""
        self._forks -= 1
        self._changed.notify_all()
        self._changed.release()

    def renew(self) -> None:
        """Go on in the forked process, of whose threads the one that forked is left."""
        self._changed = threading.Condition()
        self._forks = 0


_GATE = _Gate()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_GATE.before_fork,
        after_in_parent=_GATE.after_fork,
        after_in_child=_GATE.renew,
    )


@contextmanager
def forks_wait() -> Iterator[None]:
    """Have other threads' forks wait; numerical libraries do not survive one in mid-work.

    OpenBLAS, which multiplies NumPy's matrices, would even stop the parent.
    """
    _GATE.enter()
    try:
        yield
    finally:
        _GATE.leave()


@contextmanager
def forks_pass() -> Iterator[None]:
    """Let other threads' forks pass inside `forks_wait`, as where one of them may be waited for."""
    depth = _GATE.depth()
    if depth:
        _GATE.leave(depth)
    try:
        yield
    finally:
        if depth:
            _GATE.enter(depth)
