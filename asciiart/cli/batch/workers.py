"""Performing tasks in several processes, any of which may die without harm to the others."""

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
from asciiart.cli.batch.tasks import DrawingTask, TaskResult, Work
from asciiart.errors import ImageError
from asciiart.io.pictures.picture_search import CLIPBOARD, STANDARD_INPUT
from asciiart.io.signals import cleanup_on_signals, handle_termination, run_cleanups

_AHEAD = 2
"""Pictures per process submitted ahead of the next one to be returned."""
_MOST_PER_CORE = 4
"""Most processes per core; more would only take memory, 130 to 240 MB each."""
_MOST = 60
"""Most processes; Windows cannot wait for more."""
_INTERRUPTED = 130
"""Exit code of a process that Ctrl-C ends."""
_THREADS = "OMP_NUM_THREADS"
_KEPT_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(1 << 28), "MALLOC_MMAP_THRESHOLD_": str(1 << 25)}
"""Memory that glibc keeps between pictures: a tenth of the page faults for 2 % more memory."""


def perform_in_workers(
    tasks: Sequence[DrawingTask], work: Work, jobs: int
) -> Generator[TaskResult, None, None]:
    """Yield the result of each task, as `perform.perform` does, from at most ``jobs`` processes."""
    waiting = deque(tasks)
    jobs = min(jobs, len(tasks), _MOST_PER_CORE * (os.cpu_count() or 1), _MOST)
    with _environment(jobs):
        while waiting:
            yield from _perform_until_one_dies(waiting, work, jobs)


def _perform_until_one_dies(
    waiting: deque[DrawingTask], work: Work, jobs: int
) -> Iterator[TaskResult]:
    """Yield results of the waiting tasks, and remove these from ``waiting``.

    If a process dies, the submitted tasks without a result are repeated, each in a process of its
    own, and the rest keep waiting.
    """
    begun: deque[tuple[DrawingTask, Future[TaskResult]]] = deque()
    with suppress(BrokenProcessPool), _make_pool(work, jobs) as pool:
        while waiting or begun:
            while waiting and len(begun) < _AHEAD * jobs:
                begun.append((waiting[0], _begin(waiting[0], work, pool)))
                waiting.popleft()
            done = begun[0][1].result()
            begun.popleft()
            yield done
    for task, future in begun:
        finished = future.done() and not future.cancelled() and future.exception() is None
        yield future.result() if finished else _perform_alone(task, work)


def _begin(task: DrawingTask, work: Work, pool: ProcessPoolExecutor) -> Future[TaskResult]:
    """Submit a task; one whose picture only this process can read is performed here."""
    if task.picture.name not in (STANDARD_INPUT, CLIPBOARD):
        with _held("SIGINT"):  # the first call starts the processes, which exit silently on it
            return pool.submit(_perform_in_worker, task)
    done: Future[TaskResult] = Future()
    done.set_result(PictureWorker(work).perform(task))
    return done


def _perform_alone(task: DrawingTask, work: Work) -> TaskResult:
    """Perform a task in a process of its own, whose death is the task's failure."""
    try:
        with _make_pool(work, 1) as pool:
            return _begin(task, work, pool).result()
    except BrokenProcessPool:
        reason = "the process that drew it died, perhaps for lack of memory"
        return TaskResult(task, None, ImageError(f"{task.picture.title}: {reason}"))


# The processes

_WORKERS: list[PictureWorker] = []
"""The one worker of a worker process, which loads fonts and networks once; elsewhere empty."""


@contextmanager
def _make_pool(work: Work, jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Provide a pool of spawned processes; forks would inherit locks of the libraries' threads.

    At the end the processes are waited for, or ended at once if this process is interrupted.
    """
    spawn = multiprocessing.get_context("spawn")
    if hasattr(signal, "SIGHUP"):
        from multiprocessing import resource_tracker  # noqa: PLC0415 - POSIX only

        with _held("SIGHUP"):  # or the tracker of locks would die before this process
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
    atexit.register(os._exit, 0)  # libraries would take half a second to clean up
    _WORKERS.append(PictureWorker(work))


def _exit_now(*_: object) -> NoReturn:
    """End at once, so that no half-read task stays in the queue for other processes."""
    os._exit(_INTERRUPTED)


def _exit_after_cleanup(*_: object) -> NoReturn:
    """Unwind the task, so that no half-written file is left."""
    sys.exit(_INTERRUPTED)


def _end_with_parent() -> None:
    """Wait for the parent's end, remove temporary files and exit."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        run_cleanups()
        os._exit(1)


def _perform_in_worker(task: DrawingTask) -> TaskResult:
    signal.signal(signal.SIGINT, _exit_after_cleanup)
    try:
        return _WORKERS[0].perform(task)
    except SystemExit:
        _exit_now()
    finally:
        signal.signal(signal.SIGINT, _exit_now)


@contextmanager
def _held(*names: str) -> Iterator[None]:
    """Block signals in processes started meanwhile until they unblock them.

    This process receives them at the end.
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
    """Limit processes started meanwhile to their share of the cores, and let them keep memory.

    Libraries read the variables when they load: FAISS, NumPy and, through `open_network`, ONNX
    Runtime read the number of threads, glibc the rest. Values that the user has set are kept.
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
