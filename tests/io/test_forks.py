"""Forked processes: each draws what its parent draws, whatever the parent did before."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from paths import ANTENNA, CAT, PICTURES

from asciiart.io.forks import ForkSafeLock, forks_allowed, forks_blocked

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")

KNOT = PICTURES / "readme" / "knot.webp"
SECONDS = 60
"""After which a process hangs, on however busy a machine."""

SCRIPT = """
import multiprocessing, os, signal, sys, threading
from concurrent.futures import ProcessPoolExecutor
import asciiart

signal.alarm({seconds})  # ends who hangs, in C code, too
os.register_at_fork(after_in_child=lambda: signal.alarm({seconds}))
CAT, ANTENNA, KNOT = {cat!r}, {antenna!r}, {knot!r}
KINDS = {{
    "tone": (dict(), CAT, dict(columns=30)),
    "structure": (dict(), ANTENNA, dict(columns=30, mode="structure")),
    "contours": (dict(), CAT, dict(columns=30, mode="structure")),
    "best": (dict(), ANTENNA, dict(columns=16, mode="structure", quality="best")),
    "fill": (dict(charset="blocks"), CAT, dict(columns=30, fill=True)),
    "rows": (dict(font="Mona", charset="ascii+kana"), ANTENNA, dict(width=100, mode="structure")),
}}
of_artist, source, options = KINDS[{kind!r}]
artist = asciiart.Artist(**of_artist)

def draw(_=0):
    return str(artist.draw(source, **options))

def draw_anew(_=0):
    return str(asciiart.Artist(**of_artist).draw(source, **options))

def animate(_=0):
    film = asciiart.animate(KNOT, asciiart.Options(columns=20), artist=artist, max_frames=3)
    return "".join(map(str, film))

def fork_and_draw(end):
    pid = os.fork()
    if pid == 0:
        ok = draw() == expected
        end(0 if ok else 3)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

fork = multiprocessing.get_context("fork")
expected = draw()
{body}
"""


def run(body: str, kind: str = "tone") -> str:
    """Return what a program prints in which each library may use two threads."""
    script = SCRIPT.format(
        seconds=SECONDS, cat=str(CAT), antenna=str(ANTENNA), knot=str(KNOT), kind=kind, body=body
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", script],
        env={**os.environ, "OMP_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("kind", ["tone", "structure", "contours", "best", "fill", "rows"])
def test_a_pool_of_forked_processes_draws(kind: str) -> None:
    body = """
with fork.Pool(2) as pool:
    print(set(pool.map(draw, range(4), 1)) == set(pool.map(draw_anew, range(2))) == {expected})
"""
    assert run(body, kind) == "True\n"


def test_forked_executors_draw_one_after_the_other() -> None:
    body = """
for _ in range(2):
    with ProcessPoolExecutor(2, fork) as pool:
        print(set(pool.map(draw, range(4))) == {expected})
"""
    assert run(body, "structure") == "True\nTrue\n"


def test_forked_processes_draw_moving_pictures() -> None:
    body = """
shown = animate()
with fork.Pool(2) as pool:
    print(set(pool.map(animate, range(2))) == {shown})
"""
    assert run(body) == "True\n"


def test_threads_of_a_forked_process_draw() -> None:
    body = """
from concurrent.futures import ThreadPoolExecutor

def draw_in_threads(_):
    with ThreadPoolExecutor(3) as threads:
        return set(threads.map(draw, range(6)))

with fork.Pool(2) as pool:
    print(pool.map(draw_in_threads, range(2)) == [{expected}] * 2)
"""
    assert run(body, "structure") == "True\n"


def test_a_forked_process_ends_as_others_do() -> None:
    assert run("print(fork_and_draw(sys.exit), fork_and_draw(os._exit))") == "0 0\n"


def test_a_forked_process_may_let_go_of_what_its_parent_loaded() -> None:
    body = """
pid = os.fork()
if pid == 0:
    del artist
    sys.exit()
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), draw() == expected)
"""
    assert run(body, "contours") == "0 True\n"


def test_a_fork_of_a_fork_draws() -> None:
    body = """
def end_of_child(status):
    os._exit(status or fork_and_draw(os._exit))

print(fork_and_draw(end_of_child), draw() == expected)
"""
    assert run(body, "structure") == "0 True\n"


def test_a_thread_that_has_drawn_forks() -> None:
    body = """
def work():
    draw()
    print(fork_and_draw(os._exit))

thread = threading.Thread(target=work)
thread.start()
thread.join()
"""
    assert run(body, "structure") == "0\n"


@pytest.mark.parametrize("kind", ["tone", "structure"])
def test_processes_are_forked_while_threads_draw(kind: str) -> None:
    body = """
over = threading.Event()

def draw_on():
    while not over.is_set():
        draw()

threads = [threading.Thread(target=draw_on) for _ in range(2)]
for thread in threads:
    thread.start()
print({fork_and_draw(os._exit) for _ in range(3)})
over.set()
for thread in threads:
    thread.join()
"""
    assert run(body, kind) == "{0}\n"


def test_a_model_is_not_read_again(tmp_path: Path) -> None:
    body = f"""
import shutil
shutil.copytree(asciiart.available_models()["standard"], {str(tmp_path / "mine")!r})
os.chdir({str(tmp_path)!r})
artist = asciiart.Artist(model="mine")
before = draw() == expected
shutil.rmtree("mine")
os.chdir("/")
print(before, fork_and_draw(os._exit))
"""
    assert run(body) == "True 0\n"


def test_a_fork_may_feed_the_picture_that_a_thread_waits_for() -> None:
    body = """
here, there = os.pipe()
drawn = []

def draw_pipe():
    with open(here, "rb") as file:
        drawn.append(str(artist.draw(file, **options)))

thread = threading.Thread(target=draw_pipe)
thread.start()
pid = os.fork()
if pid == 0:
    with open(there, "wb") as pipe, open(source, "rb") as file:
        pipe.write(file.read())
    os._exit(0)
os.close(there)
thread.join()
print(os.waitpid(pid, 0)[1], drawn == [expected])
"""
    assert run(body) == "0 True\n"


def fork() -> int:
    """Return the exit code of a forked process that does nothing."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_waits_for_work_of_other_threads() -> None:
    inside, done, forked = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        with forks_blocked(), forks_blocked():
            inside.set()
            done.wait()

    def fork_beside() -> None:
        fork()
        forked.set()

    worker, forker = threading.Thread(target=work), threading.Thread(target=fork_beside)
    worker.start()
    inside.wait()
    forker.start()
    assert not forked.wait(0.3)
    done.set()
    worker.join()
    assert forked.wait(SECONDS)
    forker.join()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_passes_where_it_may() -> None:
    inside, done = threading.Event(), threading.Event()

    def work() -> None:
        with forks_blocked(), forks_blocked(), forks_allowed():
            inside.set()
            done.wait()

    worker = threading.Thread(target=work)
    worker.start()
    inside.wait()
    assert fork() == 0
    done.set()
    worker.join()
    with forks_blocked():
        assert fork() == 0  # nobody waits for itself


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_turns_are_free_in_a_forked_process() -> None:
    lock, held, done = ForkSafeLock(), threading.Event(), threading.Event()

    def hold() -> None:
        with lock.held():
            held.set()
            done.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    pid = os.fork()
    if pid == 0:
        with lock.held():
            os._exit(0)
    try:
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    finally:
        done.set()
        holder.join()
