"""Many pictures drawn by several processes, in their order, whatever becomes of a process."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from typing import NoReturn

from asciiart.cli.batch.drawing import PictureWorker
from asciiart.cli.batch.tasks import Task, TaskResult, Work
from asciiart.errors import ImageError
from asciiart.io.pictures.picture_search import CLIPBOARD, STANDARD_INPUT
from asciiart.io.signals import cleanup_on_signals, handle_termination, run_cleanups

_AHEAD = 2
"""Pictures a process that are under way or drawn before the one that is next."""
_MOST_PER_CORE = 4
"""Processes; more would only take memory, 130 to 240 MB each."""
_MOST = 60
"""Processes; Windows cannot wait for more."""
_INTERRUPTED = 130
"""What a process that Ctrl-C ends returns."""
_THREADS = "OMP_NUM_THREADS"
_KEPT_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(1 << 28), "MALLOC_MMAP_THRESHOLD_": str(1 << 25)}
"""What glibc does not give back after each picture: a tenth of the page faults, for 2 % more."""


def perform_in_workers(
    tasks: Sequence[Task], work: Work, jobs: int
) -> Generator[TaskResult, None, None]:
    """Yield what becomes of each task, as `perform.perform` does, by ``jobs`` processes."""
    waiting = deque(tasks)
    jobs = min(jobs, len(tasks), _MOST_PER_CORE * (os.cpu_count() or 1), _MOST)
    with _environment(jobs):
        while waiting:
            yield from _perform_until_one_dies(waiting, work, jobs)


def _perform_until_one_dies(waiting: deque[Task], work: Work, jobs: int) -> Iterator[TaskResult]:
    """Yield what becomes of the tasks that wait, taking them away.

    If a process dies, those that it may have been at are done again, each by itself, and the rest
    go on waiting.
    """
    begun: deque[tuple[Task, Future[TaskResult]]] = deque()
    with suppress(BrokenProcessPool), _make_pool(work, jobs) as pool:
        while waiting or begun:
            while waiting and len(begun) < _AHEAD * jobs:
                begun.append((waiting[0], _begin(waiting[0], work, pool)))
                waiting.popleft()
            drawn = begun[0][1].result()
            begun.popleft()
            yield drawn
    for task, future in begun:
        done = future.done() and not future.cancelled() and future.exception() is None
        yield future.result() if done else _perform_alone(task, work)


def _begin(task: Task, work: Work, pool: ProcessPoolExecutor) -> Future[TaskResult]:
    """Have a process do the task; this one, where no other can read the picture."""
    if task.picture.name not in (STANDARD_INPUT, CLIPBOARD):
        with _held("SIGINT"):  # the first starts the processes, which leave without a word
            return pool.submit(_perform_in_worker, task)
    done: Future[TaskResult] = Future()
    done.set_result(PictureWorker(work).perform(task))
    return done


def _perform_alone(task: Task, work: Work) -> TaskResult:
    try:
        with _make_pool(work, 1) as pool:
            return _begin(task, work, pool).result()
    except BrokenProcessPool:
        reason = "the process that drew it died, perhaps for want of memory"
        return TaskResult(task, None, ImageError(f"{task.picture.title}: {reason}"))


# The processes

_DRAWERS: list[PictureWorker] = []
"""In a worker, its drawer, so that fonts and networks are loaded once; elsewhere empty."""


@contextmanager
def _make_pool(work: Work, jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of fresh processes: a fork would share the locks of libraries' threads.

    They are waited for, or ended at once where this process leaves before their work is done.
    """
    spawn = multiprocessing.get_context("spawn")
    if hasattr(signal, "SIGHUP"):
        from multiprocessing import resource_tracker  # noqa: PLC0415 - POSIX only

        with _held("SIGHUP"):  # or the process that tracks locks would die before this one
            resource_tracker.ensure_running()
    pool = ProcessPoolExecutor(jobs, spawn, _start_worker, (work,))
    with cleanup_on_signals(_end_processes):
        try:
            yield pool
        except (GeneratorExit, KeyboardInterrupt, SystemExit):
            _end_processes()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _end_processes() -> None:
    for process in multiprocessing.active_children():
        process.terminate()


def _start_worker(work: Work) -> None:
    import cv2  # noqa: PLC0415 - in workers alone

    signal.signal(signal.SIGINT, _exit_now)
    handle_termination()
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_parent, daemon=True).start()
    cv2.setNumThreads(int(os.environ[_THREADS]))
    atexit.register(os._exit, 0)  # or its libraries would take half a second to tidy up
    _DRAWERS.append(PictureWorker(work))


def _exit_now(*_: object) -> NoReturn:
    """End at once: whoever else reads the queue of tasks must not find half a one there."""
    os._exit(_INTERRUPTED)


def _exit_after_cleanup(*_: object) -> NoReturn:
    """Leave a task, and so no half of a file."""
    sys.exit(_INTERRUPTED)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        run_cleanups()
        os._exit(1)


def _perform_in_worker(task: Task) -> TaskResult:
    signal.signal(signal.SIGINT, _exit_after_cleanup)
    try:
        return _DRAWERS[0].perform(task)
    except SystemExit:
        _exit_now()
    finally:
        signal.signal(signal.SIGINT, _exit_now)


@contextmanager
def _held(*names: str) -> Iterator[None]:
    """Keep signals from processes that start meanwhile until they say that they want them.

    This process gets them afterwards.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    numbers = {getattr(signal, name) for name in names}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _environment(jobs: int) -> Iterator[None]:
    """Give processes that start meanwhile their share of the cores, and let them keep memory.

    Their libraries read the variables when they load: FAISS, NumPy's and, by `Network`, ONNX
    Runtime the first, glibc the others. What the user has set holds.
    """
    wanted = {_THREADS: str(max(1, (os.cpu_count() or 1) // jobs)), **_KEPT_MEMORY}
    given = {name: os.environ[name] for name in wanted if name in os.environ}
    os.environ.update(wanted | {name: value for name, value in given.items() if value.isdecimal()})
    try:
        yield
    finally:
        for name in wanted:
            del os.environ[name]
        os.environ.update(given)
