"""Keys of a terminal, a console, or none."""

from __future__ import annotations

import os
import select
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from asciiart.errors import OutputError
from asciiart.io.terminal.keys import ConsoleKeys, NoKeys, TerminalKeys, open_keys


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Return the two ends of a terminal: where keys are pressed, and where they are read."""
    leader, follower = os.openpty()
    yield leader, follower
    for end in (leader, follower):
        os.close(end)


def local_modes(descriptor: int) -> int:
    return int(termios.tcgetattr(descriptor)[3])


def test_keys_of_a_terminal_come_at_once(terminal: tuple[int, int]) -> None:
    leader, follower = terminal
    keys = TerminalKeys(follower)
    keys.set_quiet()
    os.write(leader, "q→".encode())
    assert keys.wait(5) == "q→"


def test_without_a_key_the_time_passes(terminal: tuple[int, int]) -> None:
    keys = TerminalKeys(terminal[1])
    keys.set_quiet()
    start = time.monotonic()
    assert keys.wait(0.05) == ""
    assert time.monotonic() - start >= 0.04


def test_keys_are_not_echoed_until_the_terminal_is_restored(terminal: tuple[int, int]) -> None:
    _, follower = terminal
    before = local_modes(follower)
    assert before & termios.ECHO
    assert before & termios.ICANON
    keys = TerminalKeys(follower)
    keys.set_quiet()
    quiet = local_modes(follower)
    assert not quiet & (termios.ECHO | termios.ICANON)
    assert quiet & termios.ISIG  # Ctrl-C and Ctrl-Z keep their meaning
    keys.restore()
    assert local_modes(follower) == before


def test_unread_keys_are_discarded(terminal: tuple[int, int]) -> None:
    leader, follower = terminal
    keys = TerminalKeys(follower)
    keys.set_quiet()
    os.write(leader, b"rm -rf\n")
    select.select([follower], [], [], 5)  # keys need a moment to arrive
    keys.restore()
    assert keys.wait(0.05) == ""


def test_restoring_what_was_not_changed_does_nothing(terminal: tuple[int, int]) -> None:
    before = local_modes(terminal[1])
    TerminalKeys(terminal[1]).restore()
    assert local_modes(terminal[1]) == before


def test_a_terminal_that_is_gone_is_told() -> None:
    leader, follower = os.openpty()
    os.close(leader)
    with pytest.raises(OutputError, match=r"^the terminal is gone$"):
        TerminalKeys(follower).wait(5)
    os.close(follower)


def console(keys: str) -> ConsoleKeys:
    waiting = list(keys)
    return ConsoleKeys(lambda: bool(waiting), lambda: waiting.pop(0))


def test_all_keys_of_a_console_are_read() -> None:
    keys = console("ab")
    assert keys.wait(5) == "ab"
    assert keys.wait(0.02) == ""


def test_ctrl_c_of_a_console_interrupts() -> None:
    with pytest.raises(KeyboardInterrupt):
        console("a\x03").wait(5)


def test_unread_keys_of_a_console_are_discarded() -> None:
    keys = console("\x03q")
    keys.set_quiet()
    keys.restore()
    assert keys.wait(0) == ""


def test_without_keys_the_time_passes() -> None:
    keys = NoKeys()
    start = time.monotonic()
    keys.set_quiet()
    assert keys.wait(0.05) == ""
    keys.restore()
    assert time.monotonic() - start >= 0.04


def test_a_windows_console_is_known_by_its_module(monkeypatch: pytest.MonkeyPatch) -> None:
    module = SimpleNamespace(kbhit=lambda: False, getwch=lambda: "")
    monkeypatch.setitem(sys.modules, "msvcrt", module)
    with ExitStack() as stack:
        assert isinstance(open_keys(stack), ConsoleKeys)


def test_standard_input_that_is_a_terminal_gives_keys(
    monkeypatch: pytest.MonkeyPatch, terminal: tuple[int, int]
) -> None:
    leader, follower = terminal
    with ExitStack() as stack, os.fdopen(os.dup(follower)) as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        keys = open_keys(stack)
        keys.set_quiet()
        os.write(leader, b"q")
        assert keys.wait(5) == "q"


def test_without_any_terminal_there_are_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, flags: int) -> int:
        raise OSError(f"{path} {flags}")

    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setattr(os, "open", refuse)
    with ExitStack() as stack:
        assert isinstance(open_keys(stack), NoKeys)


def test_on_a_system_without_terminals_there_are_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "termios", None)
    with ExitStack() as stack:
        assert isinstance(open_keys(stack), NoKeys)
