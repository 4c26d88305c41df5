"""A terminal is taken over and given back, whatever happens meanwhile."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from typing import TextIO

import pytest
from emulator import Emulator

from asciiart.errors import OutputError
from asciiart.io.terminal import fullscreen
from asciiart.io.terminal.fullscreen import FullScreen

ENTERED, LEFT = "\x1b[?1049h", "\x1b[?1049l"
CHILD = """
import os, sys
from asciiart.io.terminal.fullscreen import FullScreen
with FullScreen(sys.stdout) as screen:
    screen.show("here" + sys.argv[1])
    for _ in range(600):
        screen.wait(0.05)
        if screen.take_resize():
            screen.show("size{}x{}".format(*screen.size))
"""


class Line:
    """A terminal: its far end, and the stream that a program writes to."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self.leader, follower = os.openpty()
        self.resize(30, 12)
        self.stream: TextIO = os.fdopen(follower, "w", encoding=encoding)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.leader, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self) -> str:
        """Return what has been written."""
        written = b""
        while select.select([self.leader], [], [], 0)[0]:
            written += os.read(self.leader, 1 << 16)
        return written.decode()

    def wait_for(self, text: str) -> str:
        """Return what is written until it holds a text, or for 20 seconds."""
        written, end = "", time.monotonic() + 20
        while text not in written and time.monotonic() < end:
            written += self.read()
            time.sleep(0.01)
        assert text in written
        return written

    def modes(self) -> list[object]:
        return termios.tcgetattr(self.leader)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    line = Line()
    monkeypatch.setattr(sys, "stdin", line.stream)
    yield line
    line.stream.close()
    os.close(line.leader)


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """See that signals are handled as before."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP, signal.SIGWINCH)
    before = [signal.getsignal(number) for number in numbers]
    yield
    assert [signal.getsignal(number) for number in numbers] == before


def test_what_is_shown_comes_between_entering_and_leaving(line: Line) -> None:
    before = line.modes()
    with FullScreen(line.stream) as screen:
        assert screen.show("art") == len(b"\x1b[?2026hart\x1b[?2026l")
        assert screen.show("") == 0
        assert line.modes() != before
    assert line.modes() == before
    written = line.read()
    assert re.fullmatch(r"\x1b\[\?1049h.*\x1b\[\?2026hart\x1b\[\?2026l.*\x1b\[\?1049l", written)


def test_modes_are_changed_and_then_as_before(line: Line) -> None:
    terminal = Emulator(30, 12)
    with FullScreen(line.stream):
        terminal.feed(line.read())
        assert terminal.modes == {1049: True, 25: False, 7: False}
    terminal.feed(line.read())
    assert terminal.modes == {1049: False, 25: True, 7: True, 2026: False}


def test_an_exception_gives_the_terminal_back(line: Line) -> None:
    before = line.modes()
    with pytest.raises(ZeroDivisionError), FullScreen(line.stream):
        raise ZeroDivisionError
    assert line.modes() == before
    assert line.read().endswith(LEFT)


def test_keys_are_read(line: Line) -> None:
    with FullScreen(line.stream) as screen:
        os.write(line.leader, b"q")
        assert screen.wait(5) == "q"


def test_a_wait_is_short_so_that_a_new_size_is_noticed(line: Line) -> None:
    with FullScreen(line.stream) as screen:
        start = time.monotonic()
        assert screen.wait(60) == ""
        assert time.monotonic() - start < 5


@pytest.mark.parametrize(("given", "found"), [((30, 12), (30, 12)), ((0, 0), (80, 24))])
def test_the_size_is_the_terminal_s(
    line: Line, given: tuple[int, int], found: tuple[int, int]
) -> None:
    line.resize(*given)
    assert FullScreen(line.stream).size == found


def test_a_new_size_is_told_by_a_signal(line: Line) -> None:
    with FullScreen(line.stream) as screen:
        assert screen.take_resize()  # all is to be shown
        screen.wait(0)
        assert not screen.take_resize()
        os.kill(os.getpid(), signal.SIGWINCH)
        assert screen.take_resize()


def test_where_no_signal_tells_the_size_is_asked_for(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fullscreen, "_TELLS_SIZE", False)
    with FullScreen(line.stream) as screen:
        screen.take_resize()
        screen.wait(0)
        assert not screen.take_resize()
        line.resize(40, 12)
        screen.wait(0)
        assert screen.take_resize()


def test_another_thread_than_the_main_one_may_show(line: Line) -> None:
    def show() -> None:
        with FullScreen(line.stream) as screen:
            screen.show("art")

    thread = threading.Thread(target=show)
    thread.start()
    thread.join()
    assert line.read().endswith(LEFT)


def test_a_character_that_the_encoding_lacks_is_told() -> None:
    line = Line("latin-1")
    with pytest.raises(OutputError) as caught, FullScreen(line.stream) as screen:
        screen.show("é→")
    assert str(caught.value) == "the terminal's encoding, latin-1, has no U+2192"
    line.stream.close()
    os.close(line.leader)


def test_a_terminal_that_is_gone_is_told_once() -> None:
    line = Line()
    with FullScreen(line.stream) as screen:
        os.close(line.leader)
        with pytest.raises(OutputError, match=r"^the terminal is gone"):
            screen.show("art")
    line.stream.close()


def test_an_old_console_is_refused(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fullscreen, "enable_escape_codes", lambda _: False)
    with pytest.raises(OutputError, match=r"^this console is too old") as caught:
        FullScreen(line.stream)
    assert caught.value.parameters == ("output",)
    assert line.read() == ""


@pytest.fixture
def child(line: Line) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process that has taken the terminal over."""
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, "-and-now"], stdin=line.stream, stdout=line.stream
    )
    line.wait_for("here-and-now")
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 1)],
    ids=["SIGTERM", "SIGHUP", "SIGINT"],
)
def test_a_signal_gives_the_terminal_back(
    line: Line, child: subprocess.Popen[bytes], number: signal.Signals, code: int
) -> None:
    quiet = line.modes()
    child.send_signal(number)
    assert child.wait(20) in {code, -number}
    assert line.wait_for(LEFT)
    assert line.modes() != quiet


def test_ctrl_z_gives_the_terminal_back_until_the_process_goes_on(
    line: Line, child: subprocess.Popen[bytes]
) -> None:
    quiet = line.modes()
    child.send_signal(signal.SIGTSTP)
    line.wait_for(LEFT)
    assert line.modes() != quiet
    _, status = os.waitpid(child.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    line.resize(44, 22)
    child.send_signal(signal.SIGCONT)
    written = line.wait_for("size44x22")
    assert ENTERED in written
    assert line.modes() == quiet
