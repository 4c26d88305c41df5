"""Forked processes: state that they must not inherit, and forks that wait for threads.

A fork copies the locks and records of all threads, but only the thread that forks: whoever waits
for another thread in the new process waits forever. On systems without forks nothing of this
happens.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def after_fork_in_child(renew: Callable[[], object]) -> None:
    """Have every process forked from this one call ``renew`` before anything else."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=renew)


class ForkSafeLock:
    """A lock that is free in a forked process, whoever held it in the parent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        after_fork_in_child(self._renew)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Return a context that holds the lock."""
        with self._lock:
            yield

    def _renew(self) -> None:
        self._lock = threading.Lock()


class _Gate:
    """Lets forks pass while no other thread is inside."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._depths: dict[int, int] = {}
        """Number of entries of each thread that is inside."""
        self._forks = 0
        """Number of threads that wait to fork; meanwhile nobody enters, or forks might starve."""

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
        """Return the number of entries of this thread."""
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
        """Go on in the forked process, which has only the thread that forked."""
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
def forks_blocked() -> Iterator[None]:
    """Return a context that delays other threads' forks: numerical libraries must not be forked.

    OpenBLAS, which multiplies NumPy's matrices, would even hang the parent.
    """
    _GATE.enter()
    try:
        yield
    finally:
        _GATE.leave()


@contextmanager
def forks_allowed() -> Iterator[None]:
    """Return a context within `forks_blocked` that lets forks pass, to wait for one of them."""
    depth = _GATE.depth()
    if depth:
        _GATE.leave(depth)
    try:
        yield
    finally:
        if depth:
            _GATE.enter(depth)
