"""Systems without POSIX's terminals and signals: its modules are hidden from a child process."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from paths import CAT
from PIL import Image

SECONDS = 60

HIDING = """
import subprocess, sys  # which knows systems by such modules
for name in ("termios", "tty", "fcntl", "pty", "resource", "pwd", "grp", "syslog", "curses"):
    sys.modules[name] = None
import os, signal
LACKING = {
    os: "O_NOCTTY O_NONBLOCK O_CLOEXEC O_DIRECTORY fork getpgrp tcgetpgrp setsid "
    "mkfifo chown killpg set_blocking",
    signal: "SIGHUP SIGWINCH SIGTSTP SIGSTOP SIGCONT SIGALRM SIGKILL SIGQUIT SIGPIPE SIGXFSZ "
    "SIG_BLOCK SIG_UNBLOCK SIG_SETMASK pthread_sigmask pthread_kill setitimer sigwait",
}
for module, names in LACKING.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
"""
COMMAND = f"{HIDING}\nfrom asciiart.__main__ import main\nmain()"
EVERY_MODULE = f"""{HIDING}
import asciiart, importlib, pkgutil, warnings
warnings.simplefilter("ignore")
for module in pkgutil.walk_packages(asciiart.__path__, "asciiart."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print("all")
"""
CONSOLE = """
import sys, types
keys = list({keys!r})
started = []

def is_pressed():
    return bool(started and keys)

def read():
    return keys.pop(0)

sys.modules["msvcrt"] = types.SimpleNamespace(kbhit=is_pressed, getwch=read)
"""
WHEN_SHOWN = """
from asciiart.io.terminal.fullscreen import FullScreen
show = FullScreen.show

def shown(self, codes):
    started.append(codes)
    return show(self, codes)

FullScreen.show = shown
"""


def run(*arguments: str, code: str = COMMAND) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_every_module_is_imported() -> None:
    pytest.importorskip("torch", reason="the lowest versions are tried without training")
    done = run(code=EVERY_MODULE)
    assert (done.stdout, done.stderr) == ("all\n", "")


def test_drawing_and_saving(tmp_path: Path) -> None:
    usual = subprocess.run(
        [sys.executable, "-m", "asciiart", CAT, "-c", "20"],
        capture_output=True,
        text=True,
        check=True,
    )
    done = run(str(CAT), "-c", "20")
    assert (done.returncode, done.stdout, done.stderr) == (0, usual.stdout, "")
    done = run(str(CAT), str(CAT), "-c", "20", "--jobs", "2")
    assert (done.returncode, done.stdout, done.stderr) == (0, 2 * usual.stdout, "")
    for name in ("cat.png", "cat.html"):
        assert run(str(CAT), "-c", "20", "-o", str(tmp_path / name)).returncode == 0
    assert {each.name for each in tmp_path.iterdir()} == {"cat.png", "cat.html"}


@pytest.fixture
def film(tmp_path: Path) -> Path:
    frames = [Image.new("L", (40, 40), level).convert("P") for level in (0, 120, 255)]
    path = tmp_path / "film.gif"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=50)
    return path


def test_a_film_is_saved(film: Path, tmp_path: Path) -> None:
    done = run("play", str(film), "-c", "20", "-o", str(tmp_path / "film.html"))
    assert (done.returncode, done.stderr) == (0, "")


def play(code: str, *arguments: str) -> tuple[int, str]:
    """Play in a terminal; return the exit code and what was sent there."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code, "play", *arguments],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**os.environ, "TERM": "xterm-256color"},
        start_new_session=True,
    )
    os.close(follower)
    shown, ends = b"", time.monotonic() + SECONDS
    try:
        while time.monotonic() < ends:
            if select.select([leader], [], [], 0.1)[0]:
                try:
                    part = os.read(leader, 1 << 16)
                except OSError:
                    break
                if not part:
                    break
                shown += part
        return process.wait(SECONDS), shown.decode()
    finally:
        process.kill()
        process.wait()
        os.close(leader)


def check_given_back(code: int, shown: str) -> None:
    assert "Traceback" not in shown, shown
    assert code == 0
    assert shown.count("\x1b[?2026h") >= 3
    assert shown.rstrip().endswith("\x1b[?1049l")


def test_it_plays_without_keys(film: Path) -> None:
    check_given_back(*play(COMMAND, str(film), "--loop", "2"))


@pytest.mark.parametrize("keys", ["q", " q", "xy  q"])
def test_it_obeys_a_console_s_keys(film: Path, keys: str) -> None:
    code = f"{HIDING}\n{CONSOLE.format(keys=keys)}\n{WHEN_SHOWN}"
    code += "\nfrom asciiart.__main__ import main\nmain()"
    exit_code, shown = play(code, str(film), "--loop", "forever")
    assert "Traceback" not in shown, shown
    assert exit_code == 0
    assert shown.rstrip().endswith("\x1b[?1049l")


def test_ctrl_c_of_a_console_ends_it(film: Path) -> None:
    code = f"{HIDING}\n{CONSOLE.format(keys=chr(3))}\n{WHEN_SHOWN}"
    code += "\nfrom asciiart.__main__ import main\nmain()"
    exit_code, shown = play(code, str(film), "--loop", "forever")
    assert exit_code == 130
    assert "Traceback" not in shown


def test_a_console_too_old_for_escape_codes_is_told_so(film: Path) -> None:
    """The library that Windows would answer by stands in here."""
    code = f"{HIDING}\nimport asciiart.io.terminal.fullscreen, asciiart.io.terminal.terminal\n"
    code += "asciiart.io.terminal.fullscreen.enable_escape_codes = lambda stream: False\n"
    code += "asciiart.io.terminal.terminal.enable_escape_codes = lambda stream: False\n"
    code += "from asciiart.__main__ import main\nmain()"
    exit_code, shown = play(code, str(film))
    assert exit_code == 1
    line = "asciiart: this console is too old to play in; --output saves to a file"
    assert shown.strip() == line
