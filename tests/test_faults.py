"""Every writer, with a fault at each of its steps: the old file or the new one is there, whole.

Steps that Python takes (to open, rename, make, change the mode) fail by an audit hook, as on a
file system that is full, broken or read-only; bytes fail by a limit of the file's size, and, where
that can be mounted, on a file system without room. SIGKILL strikes at each step in a child process.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from format_suffixes import suffix_of
from limited_files import CommandResult, LimitedFiles, invoke, limited_files
from paths import DEJAVU
from PIL import Image, ImageDraw

from asciiart.art.formats.suffixes import SUFFIXES
from asciiart.cli.main import main
from asciiart.errors import OutputError
from asciiart.io.clipboard import copy_text
from asciiart.io.files.atomic_files import write_together
from asciiart.io.files.cache import read_cached, write_cached

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits of a file's size")

FONT = str(DEJAVU)
OLD = b"old"
STEPS = ("open", "os.rename", "os.mkdir", "os.chmod", "os.link", "os.symlink", "os.truncate")
FAULTS = (errno.ENOSPC, errno.EIO, errno.EROFS)

DRAWINGS = {f"a{suffix_of(format_)}": format_ for format_ in SUFFIXES}
COMMANDS = {
    **{
        name: f"draw photo.png -c 9 --color truecolor --format {format_} -o out/{name}"
        for name, format_ in DRAWINGS.items()
    },
    "photo.txt": "draw photo.png -c 9 -o out/{stem}.txt",
    "b.gif": "play film.gif -c 9 -o out/b.gif",
    "b.html": "play film.gif -c 9 -o out/b.html",
    "b.cast": "play film.gif -c 9 -o out/b.cast",
    "b": "play film.gif -c 9 -o out/b/",
    "c.png": "render text.txt -o out/c.png",
    "d.png": f"compare photo.png -c 9 --font {FONT} -o out/d.png",
    "e.toml": "config --init",
}


class Faults:
    """Makes one of the steps that touch a folder fail, counting from 0; none if it is negative."""

    def __init__(self) -> None:
        self.folder: str | None = None
        self.at = self.number = -1
        self.seen = 0
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.folder is None or event not in STEPS:
            return
        if not any(str(each).startswith(self.folder) for each in arguments):
            return
        if event == "open" and not int(str(arguments[2])) & (os.O_WRONLY | os.O_RDWR):
            return
        self.seen += 1
        if self.seen - 1 == self.at:
            raise OSError(self.number, os.strerror(self.number), str(arguments[0]))

    @contextmanager
    def within(self, folder: Path, at: int = -1, number: int = 0) -> Iterator[None]:
        self.folder, self.at, self.number, self.seen = str(folder), at, number, 0
        try:
            yield
        finally:
            self.folder = None


@pytest.fixture(scope="module")
def faults() -> Faults:
    return Faults()  # a hook cannot be taken away, but does nothing in the end


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, in which there is something to draw; outputs go to ``out``."""
    monkeypatch.chdir(tmp_path)
    photo = Image.linear_gradient("L").resize((90, 60)).convert("RGB")
    ImageDraw.Draw(photo).ellipse((20, 10, 60, 50), fill=(200, 40, 40))
    photo.save("photo.png")
    frames = [photo.rotate(angle).convert("P") for angle in (0, 30, 60)]
    frames[0].save("film.gif", save_all=True, append_images=frames[1:], duration=50)
    Path("text.txt").write_text("ab\ncd\n")
    Path("out").mkdir()
    return tmp_path


def run(command: str, name: str, monkeypatch: pytest.MonkeyPatch) -> Result:
    if command.startswith("config"):
        monkeypatch.setenv("ASCIIART_CONFIG", f"out/{name}")
    result = CliRunner().invoke(main, command.split())
    assert isinstance(result.exception, SystemExit | None), repr(result.exception)
    return result


def content(folder: Path = Path("out")) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def prepare(name: str, command: str) -> dict[str, bytes]:
    """Put an old file in the place of the new one, where it may be; return what there is."""
    shutil.rmtree("out")
    Path("out").mkdir()
    if name != "b" and not command.startswith("config"):
        Path("out", name).write_bytes(OLD)
    return content()


def new_content(name: str, command: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    prepare(name, command)
    result = run(command, name, monkeypatch)
    assert result.exit_code == 0, result.stderr
    new = content()
    assert new
    assert OLD not in new.values()
    return new


def check(
    result: Result | CommandResult, old: dict[str, bytes], new: dict[str, bytes], *reasons: str
) -> None:
    found = content()
    if result.exit_code == 0:
        assert found.keys() == new.keys()
        assert OLD not in found.values()
        return
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert any(reason in line for reason in reasons), line
    assert found == old


@pytest.mark.parametrize(("name", "command"), COMMANDS.items(), ids=COMMANDS)
def test_a_fault_at_each_step(
    faults: Faults, place: Path, monkeypatch: pytest.MonkeyPatch, name: str, command: str
) -> None:
    monkeypatch.setattr(os, "getcwd", lambda: str(place))
    command = command.replace("out/", f"{place}/out/")
    new = new_content(name, command, monkeypatch)
    prepare(name, command)
    with faults.within(place / "out"):
        run(command, name, monkeypatch)
    assert faults.seen >= 2
    failed = 0
    for at in range(faults.seen):
        for number in FAULTS:
            old = prepare(name, command)
            with faults.within(place / "out", at, number):
                result = run(command, name, monkeypatch)
            check(result, old, new, os.strerror(number))
            failed += result.exit_code
    assert failed


@pytest.fixture(scope="module")
def limited() -> Iterator[LimitedFiles]:
    with limited_files() as calls:
        yield calls


@pytest.mark.parametrize(("name", "command"), COMMANDS.items(), ids=COMMANDS)
def test_a_fault_at_a_byte(
    limited: LimitedFiles, place: Path, monkeypatch: pytest.MonkeyPatch, name: str, command: str
) -> None:
    new = new_content(name, command, monkeypatch)
    largest = max(map(len, new.values()))
    for size in sorted({0, 1, largest // 2, largest - 1} & set(range(largest))):
        old = prepare(name, command)
        result = limited.call(size, invoke, str(place), command.split(), dict(os.environ))
        assert result.exit_code == 1, size
        check(result, old, new, os.strerror(errno.EFBIG))


@pytest.fixture
def tiny_disk(place: Path) -> Iterator[Path]:
    """Return a file system with room for one page more than none."""
    folder = place / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8k", "none", str(folder)]
    try:
        subprocess.run(command, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root may mount a small disk; the tests above fail at any byte")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize(
    ("name", "command"),
    [(name, command) for name, command in COMMANDS.items() if name != "b"],
)
def test_a_full_disk(
    tiny_disk: Path, monkeypatch: pytest.MonkeyPatch, name: str, command: str
) -> None:
    full = tiny_disk / "ballast"
    target = tiny_disk / name
    if not command.startswith("config"):
        target.write_bytes(OLD)
    with pytest.raises(OSError, match="No space left"):
        full.write_bytes(bytes(1 << 20))
    old = {each.name: each.read_bytes() for each in tiny_disk.iterdir()}
    monkeypatch.setenv("ASCIIART_CONFIG", str(target))
    if not command.startswith("config"):
        monkeypatch.setenv("ASCIIART_CONFIG", os.devnull)
    result = CliRunner().invoke(main, command.replace("out/", f"{tiny_disk}/").split())
    assert result.exit_code == 1, result.output
    (line,) = result.stderr.splitlines()
    assert "No space left on device" in line
    assert {each.name: each.read_bytes() for each in tiny_disk.iterdir()} == old


@pytest.mark.parametrize("command", ["draw photo.png -c 9", "render text.txt -o -", "fonts"])
def test_a_full_standard_output(command: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "asciiart", *command.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    reason = b"asciiart: standard output: cannot be written (No space left on device)\n"
    assert (done.returncode, done.stderr) == (1, reason)


@pytest.mark.parametrize("suffix", ["text", "html", "png", "json", "c"])
def test_a_full_device(suffix: str) -> None:
    """By a name under which it could not be replaced."""
    full = os.open("/dev/full", os.O_WRONLY)
    name = f"/proc/self/fd/{full}"
    result = CliRunner().invoke(main, ["photo.png", "-c", "9", "--format", suffix, "-o", name])
    os.close(full)
    assert result.exit_code == 1
    assert result.stderr == f"asciiart: {name}: cannot be written (No space left on device)\n"


def test_a_film_takes_no_device_s_place() -> None:
    os.mkfifo("out/pipe.gif")
    Path("out/link.gif").symlink_to("pipe.gif")
    for name in ("pipe", "link"):
        result = CliRunner().invoke(main, f"play film.gif -c 9 -o out/{name}.gif".split())
        assert result.exit_code == 1
        assert "cannot be written (not an ordinary file)" in result.stderr
        assert Path(f"out/{name}.gif").is_fifo()


def succeeds(write: Callable[[], object], number: int) -> bool:
    """Tell whether a writer gets through; if not, its error names the fault."""
    try:
        write()
    except OutputError as error:
        return os.strerror(number) not in str(error) and pytest.fail(str(error))
    return True


MODEL = {"a.onnx": b"new a", "b.onnx": b"new b", "card.toml": b"new card"}


@pytest.mark.parametrize("there", [[], ["a.onnx"], list(MODEL)])
def test_a_model_is_new_as_a_whole_or_not_at_all(
    faults: Faults, place: Path, there: list[str]
) -> None:
    folder = place / "out"
    with faults.within(folder):
        write_together(folder, MODEL)
    assert content() == MODEL
    steps = faults.seen + 9
    for at in range(steps):
        for number in FAULTS:
            shutil.rmtree(folder)
            folder.mkdir()
            for name in there:
                (folder / name).write_bytes(OLD)
            with faults.within(folder, at, number):
                failed = not succeeds(lambda: write_together(folder, MODEL), number)
            assert content() == (dict.fromkeys(there, OLD) if failed else MODEL)


def test_the_cache_is_done_without(faults: Faults, place: Path) -> None:
    folder = place / "out" / "deep"
    for at in range(9):
        for number in FAULTS:
            shutil.rmtree(folder, ignore_errors=True)
            with faults.within(folder, at, number):
                write_cached(folder, "a", b"new")
            assert read_cached(folder, "a") in (b"new", None)
            assert not folder.exists() or content(folder) in ({"a": b"new"}, {})


def test_a_clipboard_without_room(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = place / "bin" / "xclip"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\ncat > /dev/null\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    environ = {**os.environ, "DISPLAY": ":0"}
    with limited_files() as limited:  # a process that knows the program
        limited.call(0, copy_text, "art", environ)
    monkeypatch.setattr("tempfile.tempdir", str(place / "none"))
    with pytest.raises(OutputError, match=r"^clipboard: temporary files fail \(No such file"):
        copy_text("art", environ)


KILLED = """
import os, signal, sys
from pathlib import Path
from asciiart.io.files.atomic_files import (
    write_atomically, write_privately, write_together, atomic_path
)

folder, at, writer = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
seen = -1

def hear(event, arguments):
    global seen
    if any(str(each).startswith(str(folder)) for each in arguments):
        seen += 1
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(hear)
if writer == "atomically":
    write_atomically(folder / "a", b"new")
elif writer == "privately":
    write_privately(folder / "a", b"new")
elif writer == "together":
    write_together(folder, {"a": b"new"})
else:
    with atomic_path(folder / "a") as beside:
        beside.write_bytes(b"new")
"""


@pytest.mark.parametrize("writer", ["atomically", "privately", "together", "beside"])
def test_a_kill_at_each_step(place: Path, writer: str) -> None:
    """A hidden file may stay, since nobody is left to remove it; the named one is whole."""
    path, killed, at = place / "out" / "a", True, 0
    while killed:
        path.write_bytes(OLD)
        command = [sys.executable, "-c", KILLED, str(place / "out"), str(at), writer]
        killed = subprocess.run(command, check=False).returncode == -signal.SIGKILL
        assert path.read_bytes() in (OLD, b"new")
        assert all(each.name == "a" or each.name[0] == "." for each in path.parent.iterdir())
        at += 1
    assert at > 3
    assert path.read_bytes() == b"new"
