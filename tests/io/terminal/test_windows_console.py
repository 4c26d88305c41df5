"""A Windows console is told to obey escape codes; the library that would answer stands in here."""

from __future__ import annotations

import ctypes
import io
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from asciiart.io.terminal.windows_console import enable_escape_codes

ESCAPE_CODES = 0x0004
OUTPUT, ERROR = -11, -12


class Kernel:
    """The calls of kernel32 for two consoles, each with a mode."""

    def __init__(self, modes: dict[int, int], *, obeys: bool = True) -> None:
        self.modes, self.obeys = modes, obeys

    def GetStdHandle(self, which: int) -> int:  # noqa: N802 - Windows' name
        return which

    def GetConsoleMode(self, handle: int, mode: Any) -> int:  # noqa: N802
        if handle not in self.modes:
            return 0
        mode._obj.value = self.modes[handle]
        return 1

    def SetConsoleMode(self, handle: int, mode: int) -> int:  # noqa: N802
        if self.obeys:
            self.modes[handle] = mode
        return int(self.obeys)


def install(monkeypatch: pytest.MonkeyPatch, kernel: Kernel) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)


def test_other_systems_obey() -> None:
    assert enable_escape_codes(io.StringIO())


@pytest.mark.parametrize(("stream", "which"), [("stdout", OUTPUT), ("stderr", ERROR)])
def test_a_console_keeps_the_rest_of_its_mode(
    monkeypatch: pytest.MonkeyPatch, stream: str, which: int
) -> None:
    kernel = Kernel({OUTPUT: 3, ERROR: 3})
    install(monkeypatch, kernel)
    assert enable_escape_codes(getattr(sys, stream))
    assert kernel.modes == {OUTPUT: 3, ERROR: 3} | {which: 3 | ESCAPE_CODES}


def test_an_old_console_does_not_obey(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, Kernel({OUTPUT: 3}, obeys=False))
    assert not enable_escape_codes(sys.stdout)


def test_a_terminal_that_is_no_console_obeys(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, Kernel({}, obeys=False))
    assert enable_escape_codes(sys.stdout)
