"""Escape codes in a Windows console, which can obey them since Windows 10."""

from __future__ import annotations

import sys
from typing import TextIO

_STANDARD_OUTPUT, _STANDARD_ERROR = -11, -12
_ESCAPE_CODES = 0x0004
"""ENABLE_VIRTUAL_TERMINAL_PROCESSING (https://learn.microsoft.com/windows/console/setconsolemode)."""


def enable_escape_codes(stream: TextIO) -> bool:
    """Have a terminal obey escape codes, and tell whether it does; only on Windows may it not."""
    if sys.platform != "win32":
        return True
    return _set_console_mode(_STANDARD_ERROR if stream is sys.stderr else _STANDARD_OUTPUT)


def _set_console_mode(which: int) -> bool:
    import ctypes  # noqa: PLC0415 - Windows only

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    handle, mode = kernel.GetStdHandle(which), ctypes.c_uint32()
    if not kernel.GetConsoleMode(handle, ctypes.byref(mode)):
        return True  # a terminal of another kind, such as mintty
    return bool(kernel.SetConsoleMode(handle, mode.value | _ESCAPE_CODES))
