"""Tests of `asciiart play` in real pseudo-terminals: what is seen, keys, and how it ends."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from command_line import good
from emulator import Emulator
from local_web import serving
from paths import ANTENNA, CAT
from PIL import Image, ImageDraw

SECONDS = 30.0


@pytest.fixture(scope="module")
def ball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a GIF of a ball that rolls for ever."""
    pictures = []
    for i in range(8):
        picture = Image.new("RGB", (160, 100), (10, 20, 60))
        ImageDraw.Draw(picture).ellipse((10 + i * 12, 30, 50 + i * 12, 70), fill=(240, 180, 40))
        pictures.append(picture)
    path = tmp_path_factory.mktemp("gifs") / "ball.gif"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=40, loop=0)
    return path


class Session:
    """A program in a terminal of its own."""

    def __init__(self, arguments: list[str], columns: int = 60, rows: int = 20) -> None:
        self.master, slave = pty.openpty()
        self.slave = os.dup(slave)
        self.resize(columns, rows)
        self.attributes = termios.tcgetattr(slave)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "asciiart", "play", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no threads
            env={
                **os.environ,
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "COLORFGBG": "15;0",
            },
        )
        os.close(slave)
        self.codes = ""
        self.master_open = True

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def read(self, seconds: float = 0.1) -> bool:
        """Take what was sent within so long; return whether there was anything."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            self.codes += os.read(self.master, 1 << 16).decode()
        except OSError:
            return False
        return True

    def until(self, condition: Callable[[], bool]) -> None:
        """Read until something holds; fail if it never does."""
        start = time.monotonic()
        while not condition():
            self.read()
            assert time.monotonic() - start < SECONDS, self.codes[-300:]

    def frames(self) -> int:
        """Return how many frames were sent whole."""
        return self.codes.count("\x1b[?2026l")

    def vanish(self) -> None:
        """Close the terminal, as when its window is closed."""
        os.close(self.master)
        os.close(self.slave)
        self.master_open = False

    def end(self) -> tuple[int, str]:
        """Read to the end; return the exit code and what was said on stderr."""
        self.until(lambda: self.process.poll() is not None)
        while self.read(0):
            pass
        assert self.process.stderr is not None
        return self.process.returncode, self.process.stderr.read().decode()

    def assert_given_back(self) -> None:
        """The cursor, the main screen and the keys are as they were."""
        emulator = Emulator(200, 80)
        emulator.feed(self.codes)
        assert [emulator.modes[mode] for mode in (25, 7, 1049, 2026)] == [True, True, False, False]
        assert termios.tcgetattr(self.slave) == self.attributes

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stderr is not None
        self.process.stderr.close()
        if self.master_open:
            os.close(self.master)
            os.close(self.slave)


@pytest.fixture
def start() -> Iterator[Callable[..., Session]]:
    sessions: list[Session] = []

    def make(*arguments: str | Path, columns: int = 60, rows: int = 20) -> Session:
        sessions.append(Session([str(argument) for argument in arguments], columns, rows))
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()


Start = Callable[..., Session]


def test_looping_gif_plays_on_until_q(start: Start, ball: Path) -> None:
    session = start(ball)
    session.until(lambda: session.frames() > 12)  # it has 8 frames
    session.press("q")
    assert session.end() == (0, "")
    session.assert_given_back()
    emulator = Emulator(60, 20)
    emulator.feed(session.codes)
    assert emulator.entered == 1
    assert "BBB" in "".join(emulator.text)


def test_plays_as_often_as_asked(start: Start, ball: Path) -> None:
    session = start(ball, "--loop", "2", "--color", "none", "--max-frames", "3")
    assert session.end() == (0, "")
    session.assert_given_back()
    assert "38;2" not in session.codes
    assert session.frames() <= 7


def test_space_pauses(start: Start, ball: Path) -> None:
    session = start(ball)
    session.until(lambda: session.frames() > 3)
    session.press(" ")
    session.until(lambda: not session.read(0.5))
    session.press(" ")
    count = session.frames()
    session.until(lambda: session.frames() > count + 3)
    session.press("q")
    assert session.end() == (0, "")


def test_follows_the_terminals_size(start: Start, ball: Path) -> None:
    session = start(ball, columns=50, rows=30)
    session.until(lambda: session.frames() > 2)
    for columns, rows in ((1, 1), (20, 8)):
        session.resize(columns, rows)
        count = session.codes.count("\x1b[2J")
        session.until(lambda: session.codes.count("\x1b[2J") > count)  # noqa: B023 - called now
        frames = session.frames()
        session.until(lambda: session.frames() > frames)  # noqa: B023
        start_of_last = session.codes.rindex("\x1b[2J")
        last = session.codes[session.codes.rindex("\x1b[?2026h", 0, start_of_last) :]
        Emulator(columns, rows).feed(last[: last.rindex("\x1b[?2026l")])  # all lies inside
    session.press("q")
    assert session.end() == (0, "")
    session.assert_given_back()


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)],
)
def test_signals_give_the_terminal_back(start: Start, ball: Path, number: int, code: int) -> None:
    session = start(ball)
    session.until(lambda: session.frames() > 2)
    session.process.send_signal(number)
    returned, said = session.end()
    assert (returned, said.strip()) == (code, "")
    session.assert_given_back()


def test_suspended_and_continued(start: Start, ball: Path) -> None:
    session = start(ball)
    session.until(lambda: session.frames() > 2)
    os.kill(session.process.pid, signal.SIGTSTP)
    session.until(lambda: session.codes.endswith("\x1b[?1049l"))
    _wait_until_stopped(session.process.pid)
    session.assert_given_back()
    entered = session.codes.count("\x1b[?1049h")
    os.kill(session.process.pid, signal.SIGCONT)
    session.until(lambda: session.codes.count("\x1b[?1049h") > entered)
    count = session.frames()
    session.until(lambda: session.frames() > count + 2)
    session.press("q")
    assert session.end() == (0, "")
    session.assert_given_back()


def _wait_until_stopped(pid: int) -> None:
    _, status = os.waitpid(pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)


def test_terminal_that_vanishes(start: Start, ball: Path) -> None:
    session = start(ball)
    session.until(lambda: session.frames() > 2)
    session.vanish()
    assert session.process.wait(SECONDS) in (1, 129)
    assert session.process.stderr is not None
    assert "Traceback" not in session.process.stderr.read().decode()


def test_damaged_file_is_played_up_to_the_fault(start: Start, ball: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gif"
    broken.write_bytes(ball.read_bytes()[: ball.stat().st_size * 3 // 4])
    session = start(broken)
    code, said = session.end()
    assert code == 1
    assert re.fullmatch(r"asciiart: .*broken\.gif: damaged or cut short \(.*\)\n", said)
    session.assert_given_back()
    assert session.frames() > 2


def test_proportional_font(start: Start, ball: Path) -> None:
    session = start(ball, "--font", "Mona")
    assert session.end() == (2, "asciiart: Mona: a terminal needs a monospaced font\n")
    session.assert_given_back()


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "asciiart", "play", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["{ball}"], 2, "standard output is not a terminal to play in; -o saves to a file"),
        (["{ball}", "-o", "a.xyz"], 2, "a.xyz: 'xyz' is no format of moving pictures"),
        (["{ball}", "-o", "-"], 2, "not to standard output"),
        (["{ball}", "--loop", "never"], 2, "'never' is neither a number of at least 1 nor forever"),
        (["not-there.gif", "-o", "a.gif"], 1, "not-there.gif: cannot be read"),
        (["97", "-o", "a.gif"], 1, "camera 97: there is none, or it is in use"),
        (["{ball}", "-o", "no/such/a.gif"], 1, "no/such/a.gif: cannot be written"),
    ],
)
def test_wrong_usage(ball: Path, arguments: list[str], code: int, reason: str) -> None:
    done = run(*(argument.format(ball=ball) for argument in arguments))
    assert (done.returncode, done.stdout) == (code, "")
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1


def test_saves(ball: Path, tmp_path: Path) -> None:
    done = run(ball, "-c", "30", "-o", tmp_path / "a.cast")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "a.cast").read_text().startswith('{"version": 2, "width": 30, ')


def test_from_the_web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    with serving() as web:
        done = run(f"{web}/picture.png", "-c", "30", "-o", tmp_path / "a.gif")
        assert (done.returncode, done.stderr) == (0, "")
        assert (tmp_path / "a.gif").stat().st_size
        late = run(f"{web}/silent", "--timeout", "0.2", "-o", tmp_path / "b.gif")
        assert (late.returncode, late.stdout) == (1, "")
        assert late.stderr.startswith(f"asciiart: {web}/silent: ")
        broken = run(f"{web}/page.html", "-o", tmp_path / "b.gif")
        assert broken.stderr.startswith(f"asciiart: {web}/page.html: not a picture")
    assert [path.name for path in tmp_path.iterdir()] == ["a.gif"]


def test_a_bar_after_a_second_of_saving(tmp_path: Path) -> None:
    """The bar, its count, and its end by Ctrl-C."""
    pictures = [Image.effect_noise((320, 200), 80).convert("P") for _ in range(20)] * 40
    pictures[0].save(tmp_path / "long.gif", save_all=True, append_images=pictures[1:], duration=40)
    leader, follower = pty.openpty()
    arguments = [str(tmp_path / "long.gif"), "-c", "150", "-o", str(tmp_path / "a.gif")]
    with subprocess.Popen(
        [sys.executable, "-m", "asciiart", "play", *arguments],
        stderr=follower,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    ) as process:
        os.close(follower)
        shown = b""
        with suppress(OSError):  # Linux reports a terminal's end so
            while part := os.read(leader, 65536):
                if b"/800" in part and b"/800" not in shown:
                    process.send_signal(signal.SIGINT)
                shown += part
        os.close(leader)
    assert process.returncode == 130
    assert b"/800" in shown
    assert b"\x1b[?25h" in shown.rpartition(b"/800")[2]  # the cursor is back
    assert [path.name for path in tmp_path.iterdir()] == ["long.gif"]


def test_a_saved_film_has_the_mode_of_its_first_frame(tmp_path: Path) -> None:
    """Both frames are drawn in structure, though the second is no line drawing."""
    film, frames = tmp_path / "film.gif", [Image.open(each).convert("L") for each in (ANTENNA, CAT)]
    shown = [frame.resize((160, 160)) for frame in frames]
    shown[0].save(film, save_all=True, append_images=shown[1:], duration=100)
    texts = {}
    for mode in ("", "auto", "structure"):
        folder = tmp_path / f"frames-{mode}"
        chosen = ("--mode", mode) if mode else ()
        good("play", str(film), "-c", "30", *chosen, "-o", f"{folder}/")
        texts[mode] = [file.read_text() for file in sorted(folder.glob("*.txt"))]
    assert len(texts[""]) == 2
    assert texts[""] == texts["auto"] == texts["structure"]
