"""Calling the command, in this process or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

import paths
from click.testing import CliRunner, Result

from asciiart.cli.main import main

CAT = str(paths.CAT)
ANTENNA = str(paths.ANTENNA)


def run(
    *arguments: str, data: bytes | None = None, environ: Mapping[str, str] | None = None
) -> Result:
    """Call the command in this process; nothing but SystemExit may come out of it."""
    result = CliRunner(env=environ).invoke(main, arguments, input=data)
    assert isinstance(result.exception, SystemExit | None), repr(result.exception)
    return result


def good(
    *arguments: str, data: bytes | None = None, environ: Mapping[str, str] | None = None
) -> str:
    """Call the command, which must succeed in silence, and return its standard output."""
    result = run(*arguments, data=data, environ=environ)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def refused(*arguments: str, environ: Mapping[str, str] | None = None) -> str:
    """Call the command, which must fail as wrong usage, and return its one line without its end."""
    result = run(*arguments, environ=environ)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("asciiart: ").strip()


def assert_one_line(result: Result, code: int, *words: str) -> None:
    """Check that a command failed with one line on standard error that holds the words."""
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("asciiart: ")
    assert result.stderr.count("\n") == 1, result.stderr
    for word in words:
        assert word in result.stderr


def columns(text: str) -> int:
    """Return the length of a text's longest line."""
    return max(map(len, text.splitlines()))


def process(*arguments: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """Call the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "asciiart", *arguments],
        capture_output=True,
        env={**os.environ, **environ},
        check=False,
    )
