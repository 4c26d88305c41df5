"""Atomic writing."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from limited_files import LimitedFiles, limited_files

from asciiart.errors import OutputError
from asciiart.io.files.atomic_files import write_atomically, write_together


@pytest.fixture(scope="module")
def limited() -> Iterator[LimitedFiles]:
    with limited_files() as calls:
        yield calls


@pytest.fixture(params=[0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Set a umask."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def permissions(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_new_file(tmp_path: Path) -> None:
    write_atomically(tmp_path / "art.txt", b"art")
    assert (tmp_path / "art.txt").read_bytes() == b"art"
    assert list(tmp_path.iterdir()) == [tmp_path / "art.txt"]


def test_existing_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "art.txt"
    path.write_bytes(b"a longer text that was there")
    write_atomically(str(path), b"art")
    assert path.read_bytes() == b"art"


def test_reader_of_the_old_file_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "art.txt"
    path.write_bytes(b"old")
    with path.open("rb") as reader:
        write_atomically(path, b"new")
        assert reader.read() == b"old"


def test_permissions_of_a_new_file(tmp_path: Path, umask: int) -> None:
    write_atomically(tmp_path / "art.txt", b"art")
    assert permissions(tmp_path / "art.txt") == 0o666 & ~umask


def test_permissions_of_an_existing_file_stay(tmp_path: Path) -> None:
    path = tmp_path / "art.txt"
    path.touch()
    path.chmod(0o604)
    write_atomically(path, b"art")
    assert permissions(path) == 0o604


@pytest.mark.parametrize("exists", [True, False])
def test_links_are_written_through(tmp_path: Path, exists: bool) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    if exists:
        (folder / "art.txt").write_bytes(b"old")
    link = tmp_path / "link.txt"
    link.symlink_to(folder / "art.txt")
    write_atomically(link, b"art")
    assert link.is_symlink()
    assert (folder / "art.txt").read_bytes() == b"art"


# No test hands over a path in /dev: if the code were wrong, root would lose the device.


def test_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_atomically(pipe, b"art")
    assert os.read(reader, 10) == b"art"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_stream_of_this_process(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w+b") as file:
        write_atomically(f"/proc/self/fd/{file.fileno()}", b"art")
        assert file.read() == b"art"


def test_standard_output_that_is_a_pipe() -> None:
    code = (
        "from asciiart.io.files.atomic_files import write_atomically as w; "
        "w('/proc/self/fd/1', b'art')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b"art"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing/art.txt", "No such file or directory"),
        ("folder", "Is a directory"),
        ("file/art.txt", "Not a directory"),
        ("n" * 300, "File name too long"),
        ("loop", "Too many levels of symbolic links"),
    ],
)
def test_impossible_target(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OutputError) as caught:
        write_atomically(tmp_path / name, b"art")
    assert str(caught.value) == f"{tmp_path / name}: cannot be written ({reason})"
    names = {entry.name for entry in tmp_path.iterdir()}
    assert names == {"file", "folder", "loop"}


def test_null_character() -> None:
    message = r"'a\x00b': cannot be written (embedded null byte)"
    with pytest.raises(OutputError) as caught:
        write_atomically("a\0b", b"art")
    assert str(caught.value) == message


def test_full_disk_leaves_the_old_file(tmp_path: Path, limited: LimitedFiles) -> None:
    path = tmp_path / "art.txt"
    path.write_bytes(b"old")
    with pytest.raises(OutputError, match=r"art.txt: cannot be written \(File too large\)"):
        limited.call(10, write_atomically, path, b"n" * 100)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [tmp_path / "art.txt"]


def test_protected_file(tmp_path: Path) -> None:
    path = tmp_path / "art.txt"
    path.write_bytes(b"old")
    path.chmod(0o444)
    if os.access(path, os.W_OK):
        pytest.skip("root may write everywhere")
    with pytest.raises(OutputError, match=r"art.txt: cannot be written \(Permission denied\)"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"


def test_files_written_together_are_all_new(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    write_together(tmp_path, {"a": b"new", "b": b"also"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a": b"new",
        "b": b"also",
    }


def test_full_disk_leaves_all_of_them_old(tmp_path: Path, limited: LimitedFiles) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(OutputError, match=r"b: cannot be written \(File too large\)"):
        limited.call(10, write_together, tmp_path, {"a": b"new", "b": b"n" * 100})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old"}


def test_a_folder_in_the_way_leaves_all_of_them_old(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "b").mkdir()
    with pytest.raises(OutputError, match=r"b: cannot be written"):
        write_together(tmp_path, {"a": b"new", "b": b"also"})
    assert (tmp_path / "a").read_bytes() == b"old"
    assert {path.name for path in tmp_path.iterdir()} == {"a", "b"}
