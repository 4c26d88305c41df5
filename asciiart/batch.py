"""Many pictures: each is read, drawn and written, here or by other processes, in their order."""

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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from asciiart.cli_behavior import muted_libraries
from asciiart.errors import ImageError, OutputError
from asciiart.fetch import FetchLimits
from asciiart.files import write_atomically
from asciiart.sources import CLIPBOARD, STANDARD_INPUT, Named, open_picture
from asciiart.targets import dress, find_target, misfit

if TYPE_CHECKING:
    from asciiart.art import Art
    from asciiart.color import ColorMode
    from asciiart.options import Options
    from asciiart.pipeline import Artist

_AHEAD = 2
"""Pictures a process that are under way or drawn before the one that is next."""
_THREADS = "OMP_NUM_THREADS"


@dataclass(frozen=True)
class Task:
    """One picture, and where its text goes."""

    picture: Named
    """What is drawn."""
    output: str | None
    """A file; None where the text is wanted back."""
    format: str
    """Of `asciiart.render.FORMATS`."""


@dataclass(frozen=True)
class ArtistOptions:
    """What an `Artist` is made of; each process makes its own, and only those that draw."""

    font: str | None = None
    charset: str | None = None
    exclude: str = ""
    simple: float = 0.0
    model: str = "standard"
    target: str | None = None
    references: bool = False

    def make(self) -> Artist:
        """Return the artist; see there for what may be wrong."""
        from asciiart.pipeline import Artist  # noqa: PLC0415 - heavy

        return Artist(
            font=self.font,
            charset=self.charset,
            exclude=self.exclude,
            simple=self.simple,
            model=self.model,
            target=self.target,
            references=self.references,
        )


@dataclass(frozen=True)
class Work:
    """What is the same for all pictures."""

    artist: ArtistOptions
    """Who draws them, and where plain texts will be pasted."""
    options: Options
    """What they are drawn with."""
    limits: FetchLimits
    """Of those on the web."""
    color: ColorMode | str
    """Of the texts."""
    encoding: str
    """Of the texts, as bytes."""
    make_folders: bool
    """Whether an output's folder is made."""
    keep_text: bool
    """Whether what is written to a file is wanted back, too."""


class Drawn(NamedTuple):
    """What became of a task."""

    task: Task
    """The task."""
    result: str | bytes | None
    """The text, or bytes, where it is wanted back."""
    failure: ImageError | OutputError | None
    """Why the picture was not drawn, its file not written, or its text does not fit its target."""


def perform(tasks: Sequence[Task], work: Work, jobs: int = 1) -> Generator[Drawn, None, None]:
    """Yield what becomes of each task, in their order; a failure ends only its own.

    With more than one of ``jobs`` so many processes share the work, and the cores. One that dies,
    as for want of memory, takes with it only the picture that it was at.

    Raises
    ------
    AsciiArtError
        If the fault is none of the pictures', as where a font lacks the characters.
    """
    jobs = min(jobs, len(tasks))
    if jobs <= 1:
        drawer = _Drawer(work)
        yield from (drawer.perform(task) for task in tasks)
        return
    waiting = deque(tasks)
    with _shared_cores(jobs):
        while waiting:
            yield from _perform_until_one_dies(waiting, work, jobs)


class _Drawer:
    """Does tasks one after the other, with an artist that it makes for the first."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._artist: Artist | None = None

    def perform(self, task: Task) -> Drawn:
        """Return what becomes of a task."""
        work = self._work
        self._artist = self._artist or work.artist.make()
        try:
            with muted_libraries(task.picture.title):
                art = self._artist.draw_with(open_picture(task.picture, work.limits), work.options)
            result = _render(art, task, work)
            if task.output is not None:
                _write(result, task.output, work.make_folders)
        except (ImageError, OutputError) as error:
            return Drawn(task, None, error)
        wanted = task.output is None or work.keep_text
        return Drawn(task, result if wanted else None, _misfit(art, task, work))


def _render(art: Art, task: Task, work: Work) -> str | bytes:
    """Return text without a newline at its end, or the bytes of a file."""
    from asciiart import render as renderers  # noqa: PLC0415 - on use

    encoded = work.encoding != renderers.DEFAULT_ENCODING or work.artist.references
    if task.format == "text" and work.artist.target is not None:
        text = dress(str(art), find_target(work.artist.target))
        return (
            renderers.encode_text(f"{text}\n", work.encoding, work.artist.references)
            if encoded
            else text
        )
    if not encoded:
        return renderers.render(art, task.format, color=work.color)
    return renderers.render_bytes(
        art,
        task.format,
        color=work.color,
        encoding=work.encoding,
        references=work.artist.references,
    )


def _write(result: str | bytes, output: str, make_folder: bool) -> None:
    if make_folder:
        folder = Path(output).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise OutputError(f"{folder}: cannot be made ({reason})") from error
    write_atomically(output, result if isinstance(result, bytes) else f"{result}\n".encode())


def _misfit(art: Art, task: Task, work: Work) -> OutputError | None:
    if task.format != "text" or work.artist.target is None:
        return None
    reason = misfit(str(art), find_target(work.artist.target))
    return OutputError(f"{task.picture.title}: {reason}") if reason else None


def _perform_until_one_dies(waiting: deque[Task], work: Work, jobs: int) -> Iterator[Drawn]:
    """Yield what becomes of the tasks that wait, taking them away.

    If a process dies, those that it may have been at are done again, each by itself, and the rest
    go on waiting.
    """
    begun: deque[tuple[Task, Future[Drawn]]] = deque()
    pool = _make_pool(work, jobs)
    try:
        while waiting or begun:
            while waiting and len(begun) < _AHEAD * jobs:
                begun.append((waiting[0], _begin(waiting[0], work, pool)))
                waiting.popleft()
            drawn = begun[0][1].result()
            begun.popleft()
            yield drawn
    except BrokenProcessPool:
        pass
    finally:
        pool.shutdown(cancel_futures=True)
    for task, future in begun:
        done = future.done() and not future.cancelled() and future.exception() is None
        yield future.result() if done else _perform_alone(task, work)


def _begin(task: Task, work: Work, pool: ProcessPoolExecutor) -> Future[Drawn]:
    """Have a process do the task; this one, where no other can read the picture."""
    if task.picture.name not in (STANDARD_INPUT, CLIPBOARD):
        return pool.submit(_perform_in_worker, task)
    done: Future[Drawn] = Future()
    done.set_result(_Drawer(work).perform(task))
    return done


def _perform_alone(task: Task, work: Work) -> Drawn:
    pool = _make_pool(work, 1)
    try:
        return pool.submit(_perform_in_worker, task).result()
    except BrokenProcessPool:
        reason = "the process that drew it died, perhaps for want of memory"
        return Drawn(task, None, ImageError(f"{task.picture.title}: {reason}"))
    finally:
        pool.shutdown(cancel_futures=True)


# The processes

_DRAWERS: list[_Drawer] = []
"""In a worker, its drawer, so that fonts and networks are loaded once; elsewhere empty."""


def _make_pool(work: Work, jobs: int) -> ProcessPoolExecutor:
    """Return a pool of fresh processes: a fork would share the locks of libraries' threads."""
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, spawn, _start_worker, (work,))


def _start_worker(work: Work) -> None:
    import cv2  # noqa: PLC0415 - in workers alone

    signal.signal(signal.SIGINT, _leave)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    cv2.setNumThreads(int(os.environ[_THREADS]))
    atexit.register(os._exit, 0)  # or its libraries would take half a second to tidy up
    _DRAWERS.append(_Drawer(work))


def _leave(*_: object) -> None:
    """End without a word, and without leaving half a file."""
    sys.exit(130)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _perform_in_worker(task: Task) -> Drawn:
    return _DRAWERS[0].perform(task)


@contextmanager
def _shared_cores(jobs: int) -> Iterator[None]:
    """Let each process that starts meanwhile use its share of the cores.

    Its libraries read the variable when they load: FAISS, NumPy's and, by `open_network`, ONNX
    Runtime.
    """
    given = os.environ.get(_THREADS)
    if given is None or not given.isdecimal():
        os.environ[_THREADS] = str(max(1, (os.cpu_count() or 1) // jobs))
    try:
        yield
    finally:
        if given is None:
            del os.environ[_THREADS]
        else:
            os.environ[_THREADS] = given
