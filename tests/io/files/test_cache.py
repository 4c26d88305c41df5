"""Files that only save time: the user's own, and done without wherever anything is odd."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import CAT, good

from asciiart.io.files.cache import read_cached, write_cached

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions and pipes")


def permissions(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_kept_is_read_again_by_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "cache"
    write_cached(folder, "a", b"one")
    write_cached(folder, "a", b"two")
    assert read_cached(folder, "a") == b"two"
    assert [each.name for each in folder.iterdir()] == ["a"]
    assert (permissions(folder), permissions(folder / "a")) == (0o700, 0o600)


def test_an_open_folder_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    write_cached(tmp_path, "a", b"one")
    assert permissions(tmp_path) == 0o700


def test_there_need_be_no_folder(tmp_path: Path) -> None:
    write_cached(None, "a", b"one")
    assert read_cached(None, "a") is None
    assert read_cached(tmp_path / "none", "a") is None


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="gives a folder away")
def test_a_folder_of_another_user_is_not_trusted(tmp_path: Path) -> None:
    write_cached(tmp_path, "a", b"one")
    os.chown(tmp_path, 12345, 12345)
    assert read_cached(tmp_path, "a") is None
    write_cached(tmp_path, "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"one"


def test_a_link_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    folder, precious = tmp_path / "cache", tmp_path / "precious"
    precious.write_bytes(b"mine")
    folder.mkdir()
    (folder / "a").symlink_to(precious)
    write_cached(folder, "a", b"one")
    assert precious.read_bytes() == b"mine"
    assert not (folder / "a").is_symlink()


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(path))


ODD: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "a socket": make_socket,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a full device": lambda path: path.symlink_to("/dev/full"),
    "a folder": Path.mkdir,
    "a loop": lambda path: path.symlink_to(path),
    "a dead link": lambda path: path.symlink_to("/dev/null/none"),
    "a huge file": lambda path: path.write_bytes(b"") or os.truncate(path, 1 << 40),  # type: ignore[func-returns-value]
}


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_whatever_has_a_file_s_name_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], object]
) -> None:
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "a")
    assert read_cached(tmp_path, "a") is None
    write_cached(tmp_path, "a", b"one")
    assert read_cached(tmp_path, "a") in (b"one", None)


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
@pytest.mark.parametrize("place", ["", "asciiart", "asciiart/index"])
def test_whatever_has_the_folder_s_name_a_picture_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], object], place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "cache" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    make(path)
    assert good(CAT, "-c", "9", environ={"XDG_CACHE_HOME": str(tmp_path / "cache")})
