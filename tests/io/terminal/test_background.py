"""Tests of asciiart.io.terminal.background: terminals that answer, and those that do not."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time

import pytest

from asciiart.io.terminal.background import choose_background, parse_answer
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.io.terminal.terminal import Terminal
from asciiart.options import Background

ATTRIBUTES = b"\x1b[?64;1;2c"
WHITE = b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\"
ASK = (
    "import asciiart.io.terminal.background as b, sys, termios\n"
    "before = termios.tcgetattr(0)\n"
    "{before}"
    "print('found', b.ask_terminal(), termios.tcgetattr(0) == before)"
)


def terminal(background: Background | None, *, is_terminal: bool = False) -> Terminal:
    return Terminal(80, 24, is_terminal, ColorMode.NONE, background, "utf-8")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (WHITE + ATTRIBUTES, "light"),
        (b"\x1b]11;rgb:0000/0000/0000\x07" + ATTRIBUTES, "dark"),
        (b"\x1b]11;rgb:fd/f6/e3\x07", "light"),
        (b"\x1b]11;rgba:1E1E/1e1e/2E2E/ffff\x07", "dark"),
        (b"q" + ATTRIBUTES, None),
        (b"", None),
    ],
)
def test_answers(answer: bytes, expected: Background | None) -> None:
    assert parse_answer(answer) == expected


@pytest.mark.parametrize("asked_for", ["dark", "light"])
def test_what_is_asked_for_comes_first(asked_for: Background) -> None:
    other: Background = "light" if asked_for == "dark" else "dark"
    assert choose_background(asked_for, terminal(other), None) == asked_for
    assert choose_background(asked_for, terminal(other), "a.svg") == asked_for


def test_a_file_is_the_same_whatever_the_terminal() -> None:
    assert choose_background(None, terminal("light"), "a.svg") == "dark"
    assert choose_background(None, terminal("light"), None) == "light"
    assert choose_background(None, terminal(None), None) == "dark"


def ask(answer: bytes, *, before: str = "", kind: str = "xterm") -> tuple[str, bytes]:
    """Return what is printed, and sent to a terminal that answers so."""
    child, master = pty.fork()
    if child == 0:
        code = ASK.format(before=before)
        environment = {**os.environ, "TERM": kind}
        os.execve(sys.executable, [sys.executable, "-c", code], environment)
    sent, answered, end = b"", False, time.monotonic() + 30
    while b"found" not in sent or not sent.endswith(b"\n"):
        if select.select([master], [], [], max(0.0, end - time.monotonic()))[0]:
            sent += os.read(master, 1024)
        assert time.monotonic() < end, sent
        if not answered and sent.endswith(b"\x1b[c"):
            answered = bool(os.write(master, answer)) if answer else True
    os.waitpid(child, 0)
    os.close(master)
    return sent.partition(b"found ")[2].decode().strip(), sent


def test_a_terminal_is_asked_and_left_as_it_was() -> None:
    said, sent = ask(WHITE + ATTRIBUTES)
    assert said == "light True"
    assert sent.startswith(b"\x1b]11;?\x1b\\\x1b[c")
    assert b"ffff" not in sent


@pytest.mark.parametrize("answer", [ATTRIBUTES, b""])
def test_a_terminal_that_does_not_tell(answer: bytes) -> None:
    assert ask(answer)[0] == "None True"


def test_a_terminal_that_knows_no_questions_is_not_asked() -> None:
    said, sent = ask(b"", kind="dumb")
    assert said == "None True"
    assert b"\x1b" not in sent


def test_a_command_in_the_background_asks_nothing() -> None:
    """Or the shell would stop it."""
    said, sent = ask(b"", before="import os; os.setpgid(0, 0) if os.fork() == 0 else os.wait()\n")
    assert said.startswith("None")
    assert sent.count(b"\x1b[c") <= 1


def test_no_terminal() -> None:
    code = ASK.format(before="").replace("termios.tcgetattr(0)", "0")
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "TERM": "xterm"}
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, check=True, start_new_session=True
    )
    assert done.stdout.strip() == "found None True"
