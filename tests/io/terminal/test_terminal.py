"""What a terminal is, and writing to it."""

from __future__ import annotations

import fcntl
import io
import os
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from asciiart.errors import OutputError
from asciiart.io.terminal.color_mode import ColorMode
from asciiart.io.terminal.terminal import Terminal, write, write_bytes

REPORT = """
import sys
from asciiart.errors import OutputError
from asciiart.io.terminal.terminal import write, write_bytes
try:
    print({call}, file=sys.stderr)
except OutputError as error:
    print(error, file=sys.stderr)
"""


CALLS = (
    "write(sys.stdout, 'art\\n')",
    "write(sys.stdout, 'art\\n' * 100_000)",
    "write_bytes(sys.stdout, b'art')",
    "write_bytes(sys.stdout, b'art' * 100_000)",
)


def script(call: str) -> list[str]:
    """Return a command that makes a call and reports its value or error on stderr."""
    return [sys.executable, "-c", REPORT.format(call=call)]


@pytest.fixture
def terminal_of_100_by_30() -> Iterator[TextIO]:
    """Return a stream that is a real terminal."""
    leader, follower = os.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    with open(follower, "w", encoding="latin-1") as stream:  # noqa: PTH123 - a descriptor
        yield stream
    os.close(leader)


def test_no_terminal() -> None:
    assert Terminal.detect({"TERM": "xterm-256color"}, io.StringIO()) == Terminal(
        columns=80,
        rows=24,
        is_terminal=False,
        color=ColorMode.NONE,
        background=None,
        encoding="utf-8",
    )


def test_closed_stream() -> None:
    assert Terminal.detect({}, None) == Terminal.detect({}, io.StringIO())


def test_terminal(terminal_of_100_by_30: TextIO) -> None:
    environ = {"TERM": "xterm-256color", "COLORFGBG": "15;0"}
    assert Terminal.detect(environ, terminal_of_100_by_30) == Terminal(
        columns=100,
        rows=30,
        is_terminal=True,
        color=ColorMode.ANSI256,
        background="dark",
        encoding="latin-1",
    )


def test_terminal_without_a_size(terminal_of_100_by_30: TextIO) -> None:
    fcntl.ioctl(terminal_of_100_by_30, termios.TIOCSWINSZ, struct.pack("HHHH", 0, 0, 0, 0))
    terminal = Terminal.detect({}, terminal_of_100_by_30)
    assert (terminal.columns, terminal.rows) == (80, 24)


def test_terminal_that_has_no_descriptor() -> None:
    stream = io.StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]
    terminal = Terminal.detect({}, stream)
    assert (terminal.is_terminal, terminal.columns) == (True, 80)


@pytest.mark.parametrize(
    ("environ", "size"),
    [
        ({"COLUMNS": "132", "LINES": "50"}, (132, 50)),
        ({"COLUMNS": "132"}, (132, 30)),
        ({"COLUMNS": "0", "LINES": "-5"}, (100, 30)),
        ({"COLUMNS": "wide", "LINES": ""}, (100, 30)),
    ],
)
def test_size_from_the_environment(
    terminal_of_100_by_30: TextIO, environ: dict[str, str], size: tuple[int, int]
) -> None:
    terminal = Terminal.detect(environ, terminal_of_100_by_30)
    assert (terminal.columns, terminal.rows) == size


@pytest.mark.parametrize(
    ("colorfgbg", "background"),
    [
        ("15;0", "dark"),
        ("0;15", "light"),
        ("0;default;15", "light"),
        ("0;7", "light"),
        ("7;8", "dark"),
        ("default;default", None),
        ("15;100", None),
        ("", None),
    ],
)
def test_background(colorfgbg: str, background: str | None) -> None:
    assert Terminal.detect({"COLORFGBG": colorfgbg}, None).background == background


def test_write() -> None:
    stream = io.StringIO()
    assert write(stream, "art é\n") is True
    assert stream.getvalue() == "art é\n"


def test_write_flushes(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w", encoding="utf-8") as stream:
        write(stream, "art")
        assert (tmp_path / "out").read_bytes() == b"art"


def test_write_to_a_closed_stream() -> None:
    with pytest.raises(OutputError, match=r"^standard output is closed$"):
        write(None, "art")


@pytest.mark.parametrize(
    ("encoding", "character", "name"),
    [
        ("ascii", "é", "U+00E9 (latin small letter e with acute)"),
        ("latin-1", "█", "U+2588 (full block)"),
    ],
)
def test_character_that_the_encoding_lacks(encoding: str, character: str, name: str) -> None:
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding=encoding)
    with pytest.raises(OutputError) as caught:
        write(stream, f"art {character}\n" * 3)
    assert str(caught.value) == (
        f"output: its encoding, {encoding}, has no {name}; "
        "set PYTHONIOENCODING=utf-8, or write to a file with -o"
    )
    stream.flush()
    assert buffer.getvalue() == b""


def test_encoding_with_a_way_out() -> None:
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding="ascii", errors="replace")
    write(stream, "é!")
    assert buffer.getvalue() == b"?!"


def test_encoding_of_standard_output() -> None:
    environ = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        script("write(sys.stdout, 'art █')"), capture_output=True, env=environ, check=True
    )
    assert done.stdout == b""
    assert done.stderr.decode() == (
        "standard output: its encoding, ascii, has no U+2588 (full block); "
        "set PYTHONIOENCODING=utf-8, or write to a file with -o\n"
    )


@pytest.mark.parametrize("call", CALLS)
def test_reader_that_went_away(call: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(script(call), stdout=writer, stderr=subprocess.PIPE, check=True)
    os.close(writer)
    assert done.stderr == b"False\n"


@pytest.mark.parametrize("call", CALLS)
def test_full_disk(call: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(script(call), stdout=full, stderr=subprocess.PIPE, check=True)
    message = b"standard output: cannot be written (No space left on device)\n"
    assert done.stderr == message


def test_write_bytes() -> None:
    done = subprocess.run(
        script(r"write_bytes(sys.stdout, b'\x89PNG\r\n')"), capture_output=True, check=True
    )
    assert done.stdout == b"\x89PNG\r\n"
    assert done.stderr == b"True\n"


def test_write_bytes_to_a_closed_stream() -> None:
    with pytest.raises(OutputError, match=r"^standard output is closed$"):
        write_bytes(None, b"art")


def test_write_bytes_to_a_terminal(terminal_of_100_by_30: TextIO) -> None:
    message = r"^output: a terminal cannot show it; write to a file with -o$"
    with pytest.raises(OutputError, match=message):
        write_bytes(terminal_of_100_by_30, b"art")
