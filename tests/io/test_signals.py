"""How signals end a command: soon, whatever it is at, in order and without a word."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from paths import CAT
from PIL import Image

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")

SECONDS = 60
"""That a signal may take at most on a slow machine; the calls that it breaks off take longer."""

PROGRAM = """
import ctypes, hashlib, sys
from asciiart import pipeline
from asciiart.io.files import atomic_files as files
from asciiart.__main__ import main

def hold(*_, **__):  # in C, with Python's lock
    print("at it", file=sys.stdout, flush=True)
    ctypes.PyDLL(None).sleep(600)

def work(*_, **__):  # in C, without Python's lock
    print("at it", file=sys.stdout, flush=True)
    hashlib.pbkdf2_hmac("sha256", b"", b"", 2**31 - 1)

{patch}
sys.argv = ["asciiart", *{arguments}]
main()
"""


def run(patch: str, *arguments: str) -> subprocess.Popen[bytes]:
    code = PROGRAM.format(patch=patch, arguments=arguments)
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def end(process: subprocess.Popen[bytes], number: int) -> int:
    """Send a signal once the call has begun, and return the code that a shell would see."""
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"at it\n"
        begun = time.monotonic()
        process.send_signal(number)
        code = process.wait(SECONDS)
        assert time.monotonic() - begun < SECONDS / 4
        assert process.stderr is not None
        assert process.stderr.read().strip() == b""
    finally:
        process.kill()
        process.communicate()
    return 128 - code if code < 0 else code


@pytest.mark.parametrize(
    ("call", "number"),
    [
        ("work", signal.SIGTERM),
        ("work", signal.SIGHUP),
        ("work", signal.SIGINT),
        ("hold", signal.SIGTERM),
        ("hold", signal.SIGHUP),
    ],
)
def test_a_call_into_c_is_ended(call: str, number: signal.Signals) -> None:
    process = run(f"pipeline.Artist.draw_with = {call}", "draw", str(CAT), "-c", "20")
    assert end(process, number) == 128 + number


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_half_written_file_is_removed(tmp_path: Path, number: signal.Signals) -> None:
    """The writing thread is at a call that no exception interrupts."""
    target = tmp_path / "cat.txt"
    target.write_text("old")
    patch = "import pathlib; pathlib.Path.replace = work"
    process = run(patch, "draw", str(CAT), "-c", "20", "-o", str(target))
    assert end(process, number) == 128 + number
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {"cat.txt": "old"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_film_half_written_is_removed(tmp_path: Path, number: signal.Signals) -> None:
    pictures = [Image.new("L", (40, 40), level).convert("P") for level in (0, 99, 255)]
    film, target = tmp_path / "film.gif", tmp_path / "out.html"
    pictures[0].save(film, save_all=True, append_images=pictures[1:])
    patch = "from asciiart.motion.recording import html; html.render_rows = work"
    process = run(patch, "play", str(film), "-o", str(target))
    assert end(process, number) == 128 + number
    assert [each.name for each in tmp_path.iterdir()] == ["film.gif"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_processes_at_work_are_ended(tmp_path: Path, number: signal.Signals) -> None:
    """The command alone gets the signal; its processes wait for pictures that never come."""
    pipes = [tmp_path / f"{name}.png" for name in "ab"]
    for pipe in pipes:
        os.mkfifo(pipe)
    process = run("", "draw", *map(str, pipes), "-c", "20", "--jobs", "2")
    writers = [os.open(pipe, os.O_WRONLY) for pipe in pipes]  # each waits for its reader
    try:
        process.send_signal(number)
        assert process.wait(SECONDS) == 128 + number
        _, err = process.communicate()
        assert err.strip() == b""
        for writer in writers:
            with pytest.raises(BrokenPipeError):
                write_until_gone(writer)
    finally:
        process.kill()
        for writer in writers:
            os.close(writer)


def write_until_gone(writer: int) -> None:
    """Write to a pipe until its reader is gone."""
    os.set_blocking(writer, False)
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        try:
            os.write(writer, b"\x89PNG")
        except BlockingIOError:
            time.sleep(0.01)


def test_the_terminal_is_given_back(tmp_path: Path) -> None:
    """The player's drawing hangs in C; what it has told the terminal is taken back."""
    pictures = [Image.new("L", (40, 40), level).convert("P") for level in (0, 99, 255)]
    film = tmp_path / "film.gif"
    pictures[0].save(film, save_all=True, append_images=pictures[1:])
    code = PROGRAM.format(
        patch="from asciiart.motion import screen_updates; screen_updates.ScreenDiff.update = work",
        arguments=["play", str(film), "--loop", "forever"],
    )
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
        env={**os.environ, "TERM": "dumb"},
    )
    os.close(follower)
    shown = b""
    try:
        while b"at it" not in shown:
            shown += os.read(leader, 1024)
        process.send_signal(signal.SIGTERM)
        while b"\x1b[?1049l" not in shown:
            shown += os.read(leader, 1024)
        assert process.wait(SECONDS) == 128 + signal.SIGTERM
    finally:
        process.kill()
        process.wait()
        os.close(leader)


IMPORTING = """
import importlib.abc, os, signal, sys

class Press(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            os.kill(os.getpid(), signal.SIGINT)
            sum(range(1000))  # handlers run between instructions
        return None

sys.meta_path.insert(0, Press())
from asciiart.__main__ import main
sys.argv = ["asciiart", {cat!r}, "-c", "20"]
main()
"""


@pytest.mark.parametrize(
    "name",
    [
        "asciiart.cli.main",
        "click",
        "asciiart.cli.commands.lab",
        "numpy",
        "cv2",
        "faiss",
        "onnxruntime",
    ],
)
def test_ctrl_c_while_modules_load_is_silent(name: str) -> None:
    code = IMPORTING.format(name=name, cat=str(CAT))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, b"", b"")


def test_a_program_that_uses_the_library_keeps_its_signals(tmp_path: Path) -> None:
    code = (
        "import asciiart, signal, sys\n"
        "asciiart.draw(sys.argv[1], columns=20).save(sys.argv[2])\n"
        "assert signal.getsignal(signal.SIGINT) is signal.default_int_handler\n"
        "assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL\n"
        "assert signal.set_wakeup_fd(-1) == -1\n"
    )
    subprocess.run([sys.executable, "-c", code, str(CAT), str(tmp_path / "a.txt")], check=True)
