"""Processes that share tasks: their environment, number, deaths and interrupts."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from batch_work import WORK, tasks
from command_line import ANTENNA, CAT

from asciiart.cli.batch import workers
from asciiart.cli.batch.perform import perform
from asciiart.cli.batch.tasks import DrawingTask, TaskResult
from asciiart.io.pictures.picture_search import PictureSource


def test_the_environment_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "7")
    for value in ("1", "4,2", None):
        if value is None:
            monkeypatch.delenv("OMP_NUM_THREADS")
        else:
            monkeypatch.setenv("OMP_NUM_THREADS", value)
        before = dict(os.environ)
        assert len(list(perform(tasks([CAT, CAT]), WORK, 2))) == 2
        assert dict(os.environ) == before


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_what_processes_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_MMAP_THRESHOLD_", "4096")
    monkeypatch.setenv("OMP_NUM_THREADS", "many")
    arts = perform(tasks([CAT] * 4), WORK, 2)
    next(arts)
    for child in multiprocessing.active_children():
        told = Path(f"/proc/{child.pid}/environ").read_bytes().split(b"\0")
        assert b"MALLOC_TRIM_THRESHOLD_=268435456" in told
        assert b"MALLOC_MMAP_THRESHOLD_=4096" in told
        assert b"OMP_NUM_THREADS=%d" % max(1, (os.cpu_count() or 1) // 2) in told
    arts.close()


def test_no_more_processes_than_are_of_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    monkeypatch.setattr("asciiart.cli.batch.workers._MOST_PER_CORE", 2)
    arts = perform(tasks([CAT] * 9), WORK, 1_000_000)
    next(arts)
    assert len(multiprocessing.active_children()) == 2
    arts.close()


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_a_process_that_dies_takes_one_picture_with_it(tmp_path: Path) -> None:
    """Whoever reads the pipe, which holds no picture yet, is killed, as for lack of memory."""
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    names = [CAT, str(pipe), ANTENNA, CAT, ANTENNA, CAT, ANTENNA]
    done = threading.Event()
    killer = threading.Thread(target=kill_readers, args=(pipe, done))
    killer.start()
    try:
        drawn = list(perform(tasks(names), WORK, 2))
    finally:
        done.set()
        unblock(pipe)
        killer.join()
    assert [each.task.picture.name for each in drawn] == names
    assert [each.failure is None for each in drawn] == [name != str(pipe) for name in names]
    assert "died" in str(drawn[1].failure)
    assert multiprocessing.active_children() == []


def kill_readers(pipe: Path, done: threading.Event) -> None:
    while not done.is_set():
        with pipe.open("wb"):  # waits for a reader
            for child in multiprocessing.active_children():
                if str(pipe) in open_files(child.pid):
                    os.kill(child.pid or 0, signal.SIGKILL)
                    child.join()
        time.sleep(0.05)


def open_files(process: int | None) -> list[str]:
    folder = Path(f"/proc/{process}/fd")
    return [str(link.readlink()) for link in folder.iterdir()] if folder.exists() else []


def unblock(pipe: Path) -> None:
    """Let a writer that still waits for a reader go on."""
    os.close(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK))


def test_leaving_early_leaves_no_process() -> None:
    arts = perform(tasks([CAT] * 8), WORK, 2)
    assert isinstance(next(arts), TaskResult)
    arts.close()
    assert multiprocessing.active_children() == []


def wait_in_worker(to_parent: Connection, task: DrawingTask | None) -> None:
    """Be a worker that waits for a task, or one that is at one."""
    workers._start_worker(WORK)
    try:
        if task is None:
            to_parent.send("ready")
            time.sleep(60)
        else:
            workers._perform_in_worker(task)
    finally:
        to_parent.send("unwound")


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
@pytest.mark.parametrize("busy", [False, True])
def test_an_interrupt_ends_a_worker_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, busy: bool
) -> None:
    """Nothing is unwound where it waits: half a message would stay in the queue for another one."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    task = DrawingTask(PictureSource(str(pipe)), None, "text") if busy else None
    spawn = multiprocessing.get_context("spawn")
    reader, writer = spawn.Pipe(duplex=False)
    process = spawn.Process(target=wait_in_worker, args=(writer, task))
    process.start()
    writer.close()
    if busy:
        writes = os.open(pipe, os.O_WRONLY)  # waits for the worker, which then waits for a picture
    else:
        assert reader.recv() == "ready"
    assert process.pid is not None
    os.kill(process.pid, signal.SIGINT)
    process.join(60)
    if busy:
        os.close(writes)
    assert process.exitcode == 130
    with pytest.raises(EOFError):
        reader.recv()
