"""Files that may be anything: read whole, or refused at once."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from asciiart.io.files.limited_reading import read_limited, read_toml


def test_an_ordinary_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_limited(path, 5) == b"12345"
    with pytest.raises(OSError, match="larger than 4 bytes"):
        read_limited(path, 4)


def test_the_null_device_is_empty() -> None:
    assert read_limited(Path(os.devnull), 0) == b""
    assert read_toml(Path(os.devnull)) == {}


@pytest.mark.skipif(os.name != "posix", reason="devices and pipes")
def test_what_may_have_no_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
    for name in ("/dev/zero", "/dev/full", "/dev/random", "pipe", "socket"):
        with pytest.raises(OSError, match="not an ordinary file"):
            read_limited(Path(name), 100)
    with pytest.raises(IsADirectoryError):
        read_limited(tmp_path, 100)


@pytest.mark.parametrize(
    "text",
    [
        "a=" + "[" * 5000,
        "a=" + "[" * 100_000,
        "a=" + "{a=" * 5000,
        "a" + ".a" * 500_000 + "=1",
        "\n".join(["[x]", "a" + ".a" * 50_000 + "=1"] * 9),
        "a=1" + "0" * 9999,
        "a=1979-05-99",
        "a='\x00'",
        "\ufeffa=1",
    ],
    ids=["lists", "more", "tables", "dots", "rows", "digits", "date", "null", "mark"],
)
def test_what_is_no_sane_toml_is_refused_soon(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text)
    begun = time.monotonic()
    with pytest.raises(ValueError):  # noqa: PT011 - tomllib's words are its own
        read_toml(path)
    assert time.monotonic() - begun < 5


def test_toml_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes("[a.b]\r\nc = 'é.'\r\n".encode())
    assert read_toml(path) == {"a": {"b": {"c": "é."}}}
