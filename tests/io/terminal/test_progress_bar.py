"""The progress bar: where it may be seen, when it comes, and that it goes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TextIO

import pytest

from asciiart.io.terminal import progress_bar as module
from asciiart.io.terminal.progress_bar import ProgressBar, progress_bar


class Screen:
    """A terminal that can become standard error, and what is written there."""

    def __init__(self, leader: int, stream: TextIO) -> None:
        self._leader, self.stream = leader, stream

    def read(self) -> str:
        parts = []
        with suppress(BlockingIOError):
            while part := os.read(self._leader, 1 << 16):
                parts.append(part)
        return b"".join(parts).decode()

    def wait_for(self, text: str) -> str:
        """Return what is written until it holds a text, or for ten seconds."""
        seen, end = "", time.monotonic() + 10
        while text not in seen and time.monotonic() < end:
            seen += self.read()
            time.sleep(0.02)
        return seen


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    leader, follower = os.openpty()
    os.set_blocking(leader, False)
    monkeypatch.setenv("TERM", "xterm")
    with os.fdopen(follower, "w", encoding="utf-8") as stream:
        yield Screen(leader, stream)
    os.close(leader)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_DELAY", 0.0)


@pytest.mark.usefixtures("at_once")
def test_a_bar_counts_to_its_total(monkeypatch: pytest.MonkeyPatch, screen: Screen) -> None:
    monkeypatch.setattr(sys, "stderr", screen.stream)
    with progress_bar(7, to_file=True) as bar:
        assert "0/7" in screen.wait_for("0/7")
        bar.advance()
        bar.advance()
        assert "2/7" in screen.wait_for("2/7")


@pytest.mark.usefixtures("at_once")
def test_a_total_may_be_known_only_later(monkeypatch: pytest.MonkeyPatch, screen: Screen) -> None:
    monkeypatch.setattr(sys, "stderr", screen.stream)
    with progress_bar(to_file=True) as bar:
        assert "0/?" in screen.wait_for("0/?")
        bar.advance(5)
        assert "1/5" in screen.wait_for("1/5")


@pytest.mark.usefixtures("at_once")
def test_the_cursor_is_not_hidden_and_the_bar_is_erased(
    monkeypatch: pytest.MonkeyPatch, screen: Screen
) -> None:
    monkeypatch.setattr(sys, "stderr", screen.stream)
    with progress_bar(3, to_file=True):
        seen = screen.wait_for("\x1b[?25h")
        assert "\x1b[?25h" in seen  # a signal may end the program at any time
    seen += screen.read()
    assert seen.rindex("\x1b[?25h") > seen.rindex("\x1b[?25l")
    assert seen.rstrip("\r\n").endswith("\x1b[2K")


def test_quick_work_shows_none(monkeypatch: pytest.MonkeyPatch, screen: Screen) -> None:
    monkeypatch.setattr(sys, "stderr", screen.stream)
    with progress_bar(3, to_file=True) as bar:
        bar.advance()
    assert screen.read() == ""


@pytest.mark.usefixtures("at_once")
def test_beside_art_on_the_same_terminal_there_is_none(
    monkeypatch: pytest.MonkeyPatch, screen: Screen
) -> None:
    monkeypatch.setattr(sys, "stderr", screen.stream)
    monkeypatch.setattr(sys, "stdout", screen.stream)  # a terminal, too
    with progress_bar(3, to_file=False) as bar:
        time.sleep(0.1)
        bar.advance()
    assert screen.read() == ""


@pytest.mark.usefixtures("at_once")
def test_without_a_terminal_there_is_none(capfd: pytest.CaptureFixture[str]) -> None:
    with progress_bar(3, to_file=True) as bar:
        time.sleep(0.1)
        bar.advance()
    assert capfd.readouterr() == ("", "")


def test_a_closed_standard_error_shows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with progress_bar(3, to_file=True) as bar:
        bar.advance()


def test_a_bar_that_never_waited_stops() -> None:
    ProgressBar(3).stop()
